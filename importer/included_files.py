"""The files of a source whose text its documents take in, kept for when the source is not there."""

from collections.abc import Collection

from documents.included_files import IncludedFiles, KeptFiles
from importer.models import IncludedFile
from topics.models import Topic

BATCH = 200


def keep_included(source: str, root: str, paths: Collection[str]) -> None:
    """Store the present texts of these files of a source. A query for each BATCH of them."""
    include = IncludedFiles(root)
    found = (include("", path) for path in sorted(paths))
    rows = [
        IncludedFile(source=source, path=path, text=text.replace("\0", ""))
        for path, text in filter(None, found)
        if len(path) <= 500
    ]
    IncludedFile.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["source", "path"],
        update_fields=["text"],
    )


def kept_for(topic: Topic) -> KeptFiles | None:
    """The texts that a topic may take in; None, without a query, for one that takes in none."""
    if not topic.front_matter.get("included"):
        return None
    rows = IncludedFile.objects.filter(source=topic.source)
    return KeptFiles(dict(rows.values_list("path", "text")))
