"""A folder without an index and the file of its name beside it are one topic, the file's."""

from typing import TYPE_CHECKING

from importer.topic_tree import place
from topics.models import Section, Topic, TopicAddress

if TYPE_CHECKING:
    from importer.root import RootImport


def rename_folders(run: "RootImport") -> None:
    """A folder that had a topic of its own gives it to the file that speaks for it now."""
    for folder, file in run.listing.speakers.items():
        topic = run.topics.get(folder)
        if topic is not None and file not in run.topics:
            del run.topics[folder]
            topic.origin = file
            run.topics[file] = topic


def join_folders(run: "RootImport") -> None:
    """Where both have a topic, what is below the folder's moves below the file's.

    The folder's is removed; its address leads to the file's.
    """
    for folder, file in run.listing.speakers.items():
        old, new = run.topics.get(folder), run.topics.get(file)
        if old is None or new is None:
            continue
        for child in Topic.objects.live().filter(parent=old):
            slug = child.path.rpartition("/")[2]
            run.changes.topics |= place(child, new, [child.slug, slug], run.places)
        run.changes.remove(list(Section.objects.filter(topic=old, removed_at=None)))
        del run.topics[folder]
        old.removed_at = run.changes.now
        old.save(update_fields=["removed_at"])
        TopicAddress.objects.get_or_create(path=old.path, defaults={"topic": new})
        run.places.load()
        run.changes.topics |= {old.pk, new.pk}
        run.report.say("→", old, f"is one topic with {new.path}")
