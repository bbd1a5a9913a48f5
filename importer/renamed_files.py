"""Topics whose file, or folder, got another name or place stay the same topics."""

from collections.abc import Iterable, Mapping, Sequence

from documents import Refused
from importer.file_discovery import Listing, SourceFile, read
from importer.identity.files import Pairs, folders_of, follow, follow_alike
from importer.report import Report
from topics.models import Section, Topic

MOST_COMPARED = 10_000  # pairs of missing and new files whose texts are compared


def follow_renamed(
    topics: dict[str, Topic],
    missing: Sequence[str],
    listing: Listing,
    hashes: Mapping[str, str],
    report: Report,
) -> None:
    """Match missing files with new ones, and give their topics the new origin.

    `topics` are the source's live topics by origin; matched ones change their place in it.
    `missing` are the origins without a file, `hashes` those of the files by path. Nothing is saved.
    """
    files = listing.files
    folders = {folder for file in files for folder in folders_of(file.origin)}
    new = dict.fromkeys(sorted(folders - listing.speakers.keys()), "")
    new |= {file.topic: hashes[file.origin] for file in files}
    new = {origin: digest for origin, digest in new.items() if origin not in topics}
    pairs = follow({origin: topics[origin].file_hash for origin in missing}, new)
    left = [origin for origin in missing if origin not in set(pairs.values())]
    pairs |= _alike(topics, left, [f for f in files if f.topic not in topics.keys() | pairs.keys()])
    for origin, old in sorted(pairs.items()):
        topic = topics.pop(old)
        kind = "folder" if origin.endswith("/") else "file"
        report.say("→", topic, f"{kind} {old} is now {origin}")
        topic.origin = origin
        topics[origin] = topic


def _alike(topics: Mapping[str, Topic], missing: Iterable[str], new: Sequence[SourceFile]) -> Pairs:
    """Files that got another name and another text, found by the likeness of their texts."""
    old = {topics[origin].pk: origin for origin in missing if not origin.endswith("/")}
    if not (0 < len(old) * len(new) <= MOST_COMPARED):
        return {}
    texts = dict.fromkeys(old.values(), "")
    rows = Section.objects.filter(topic__in=old, removed_at=None).order_by("topic", "position")
    for topic, title, markdown in rows.values_list("topic", "title", "markdown"):
        texts[old[topic]] += f"{title}\n{markdown}\n"
    return follow_alike(texts, {file.topic: _text(file) for file in new})


def _text(file: SourceFile) -> str:
    """Roughly the file's text; nothing if it cannot be read."""
    try:
        return read(file).decode(errors="replace")
    except Refused:
        return ""
