"""Undoing what a change did to topics: to their places, their descriptions, and that they came."""

from typing import Any

from django.db import models
from django.db.models import Q

from importer.models import Revision
from importer.topic_tree import Places, place
from importer.undo.outcome import Line, What, plain
from importer.undo.work import Work
from topics.marks import mark_count
from topics.models import Section, Topic

# What a topic's description is; the rest of what a revision keeps follows from its file.
DESCRIPTION = [
    "title", "summary", "kind", "level", "tags", "status", "language", "prerequisites", "chosen",
    "position",
]  # fmt: skip
CHOOSABLE = {"summary", "kind", "level", "tags", "status", "language"}


def undo_topics(work: Work, topic: int | None, section: int | None) -> None:
    """Undo what the change did to topics, before sections come back into them."""
    if section is not None:
        return
    rows = work.change.revisions.filter(section=None).select_related("topic")
    created = Topic.objects.filter(created_at=work.change.at)
    if topic is not None:
        rows, created = rows.filter(topic=topic), created.filter(pk=topic)
    revisions = sorted(rows, key=lambda revision: str(revision.state["path"]))
    work.recorder.topics(
        [revision.topic_id for revision in revisions] + [row.pk for row in created]
    )
    for revision in revisions:
        _undo_topic(work, revision)
    for row in created.filter(removed_at=None):
        _will_go(work, row)


def _undo_topic(work: Work, revision: Revision) -> None:
    row, was = revision.topic, revision.state
    later = Revision.objects.filter(topic=row, section=None, pk__gt=revision.pk).last()
    became = later.state if later else {name: plain(row, name) for name in was}
    if was["removed_at"] is None and became["removed_at"] and row.removed_at:
        above = row.parent
        if above is not None and above.removed_at:
            work.say(What.NO_TOPIC, row)
            return
        row.removed_at = None
        row.save(update_fields=["removed_at"])
        work.say(What.RESTORED, row)
        work.moved.add(row.pk)
    elif was["removed_at"] and became["removed_at"] is None and row.removed_at is None:
        _will_go(work, row)
        return
    _describe(work, row, was, became)
    if was["path"] != became["path"] and row.removed_at is None:
        _move(work, row, was, became)


def _describe(work: Work, row: Topic, was: dict[str, Any], became: dict[str, Any]) -> None:
    names = [name for name in DESCRIPTION if was.get(name) != became.get(name)]
    names = [name for name in names if name != "title"]  # the root section's
    free = [name for name in names if plain(row, name) == became[name]]
    if len(free) < len(names):
        free = [name for name in free if name != "chosen"]
    for name in free:
        setattr(row, name, was[name])
    if free:
        if work.change.run_id:
            row.chosen = sorted({*row.chosen, *CHOOSABLE.intersection(free)})
        row.save(update_fields=[*free, "chosen"])
        if free != ["chosen"]:
            work.say(What.DESCRIBED, row)
        work.moved.add(row.pk)
        if {"kind", "status"}.intersection(free):
            live = Section.objects.filter(topic=row, removed_at=None)
            work.touched |= set(live.values_list("pk", flat=True))
    if len(free) < len(names):
        work.say(What.CONFLICT, row)


def _move(work: Work, row: Topic, was: dict[str, Any], became: dict[str, Any]) -> None:
    parent = Topic.objects.live().filter(pk=was["parent_id"]).first()
    if row.path != became["path"] or (was["parent_id"] and parent is None):
        work.say(What.CONFLICT, row)
        return
    work.moved |= place(row, parent, [was["path"].rpartition("/")[2]], Places())
    work.say(What.MOVED, row)


def _will_go(work: Work, row: Topic) -> None:
    """The change brought this topic; if nothing of it has changed since, it goes again."""
    if Revision.objects.filter(topic=row, change__gt=work.change).exists():
        work.say(What.LATER, row)
    else:
        work.going[row.pk] = row


def remove_topics(work: Work) -> None:
    """Remove the topics that go, those below others first. Called when the sections that came
    from elsewhere are back there."""
    for row in sorted(work.going.values(), key=lambda row: row.path, reverse=True):
        _remove_topic(work, row)


def _remove_topic(work: Work, row: Topic) -> None:
    sections = Section.objects.filter(topic=row, removed_at=None)
    ids = list(sections.values_list("pk", flat=True))
    known = Q(created_at=work.change.at) | Q(revisions__change=work.change)
    came = sections.exclude(pk__in=Section.objects.filter(known).values("pk"))
    if came.exists() or Topic.objects.live().filter(parent=row).exists():
        work.say(What.LATER, row)
        return
    work.note(ids)
    marks = sections.aggregate(count=models.Sum(mark_count()))["count"] or 0
    work.done.lines.append(Line(What.REMOVED, row.title, row.path, None, int(marks)))
    sections.update(removed_at=work.recorder.at)
    Topic.objects.filter(pk=row.pk).update(removed_at=work.recorder.at)
    work.touched |= set(ids)
    work.moved.add(row.pk)
