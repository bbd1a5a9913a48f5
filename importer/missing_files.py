"""Topics whose file is gone: removed if pruning was asked for, else named."""

from collections.abc import Iterable, Sequence

from importer.root import RootImport
from topics.models import Section, Topic


def handle_missing(run: RootImport, *, prune: bool) -> None:
    """Remove, or note, the topics of a source that no root has any more; also lost indexes.

    Called when all roots of the source are in. A file that was refused is not missing, and a topic
    stays while others that are not missing are below it.
    """
    gone = [topic for origin, topic in run.topics.items() if run.is_gone(origin)]
    for topic in _needed(gone):
        gone.remove(topic)
        message = "has no file any more; it stays while other topics are below it"
        run.report.note("warning", topic, None, message)
    lost = [t for o, t in run.topics.items() if t not in gone and _has_lost_its_index(run, o, t)]
    if prune:
        _remove(run, gone)
    else:
        for topic in gone:
            run.report.counts["topics without a file"] += 1
            message = "has no file any more: --prune removes it"
            run.report.note("warning", topic, None, message)
    for topic in lost:
        if prune:
            run.write_folder(topic)
            run.changes.flush()
        else:
            message = "has no index any more: --prune removes its text"
            run.report.note("warning", topic, None, message)


def _has_lost_its_index(run: RootImport, origin: str, topic: Topic) -> bool:
    """Whether a folder is there, but the index is not that gave its topic a text."""
    return (
        origin.endswith("/")
        and topic.file_hash != ""
        and any(origin in listing.present for listing in run.listings)
        and not any(
            origin in listing.indexed or listing.may_hold(origin) for listing in run.listings
        )
    )


def _needed(gone: Sequence[Topic]) -> Iterable[Topic]:
    """Of topics without a file those above one that stays, as another source may have."""
    by_key = {topic.pk: topic for topic in gone}
    needed: set[int] = set()
    below = Topic.objects.live().filter(parent__in=by_key).exclude(pk__in=by_key)
    for parent in below.values_list("parent", flat=True):
        above = by_key.get(parent or 0)
        while above is not None and above.pk not in needed:
            needed.add(above.pk)
            above = by_key.get(above.parent_id or 0)
    return [topic for topic in gone if topic.pk in needed]


def _remove(run: RootImport, gone: Sequence[Topic]) -> None:
    if not gone:
        return
    changes = run.changes
    changes.remove(list(Section.objects.filter(topic__in=gone, removed_at=None)))
    run.report.counts["topics removed"] += len(gone)
    for topic in gone:
        run.report.say("-", topic, topic.title)
        changes.topics.add(topic.pk)
        del run.topics[topic.origin]
    Topic.objects.filter(pk__in=[topic.pk for topic in gone]).update(removed_at=changes.now)
