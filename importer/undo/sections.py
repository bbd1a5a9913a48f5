"""Undoing what a change did to sections: to their places and texts, and that they came or went."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from importer.bulk_rows import update_rows
from importer.edits import EditRefused, rerender, sections_of
from importer.models import Revision
from importer.own_sections import LAID_ASIDE, lay_aside, make_own
from importer.recorder import STATE
from importer.structure import arrange, insert, take_anchor
from importer.undo.outcome import After, What, is_moved, plain, values_of
from importer.undo.texts import undo_text
from importer.undo.work import Work
from topics.marks import mark_count
from topics.models import Section, Topic


def undo_sections(work: Work, topic: int | None, section: int | None) -> None:
    """Undo what the change did to sections, of one topic or one section alone.

    Each topic for itself, so that one that cannot be rendered leaves the others alone.
    """
    revisions = work.change.revisions.filter(section__isnull=False)
    revisions = revisions.exclude(topic__in=work.going)
    created = Section.objects.filter(created_at=work.change.at, removed_at=None)
    created = created.exclude(topic__in=work.going)
    if section is not None:
        revisions, created = revisions.filter(section=section), created.filter(pk=section)
    elif topic is not None:
        within = Q(topic=topic) | Q(section__topic=topic)
        revisions, created = revisions.filter(within), created.filter(topic=topic)
    else:
        # Those of a topic that came with the change have been decided with it.
        created = created.exclude(topic__created_at=work.change.at)
    by_topic: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for pk, key in revisions.values_list("pk", "topic").order_by("pk"):
        by_topic[key][0].append(pk)
    for pk, key in created.values_list("pk", "topic"):
        by_topic[key][1].append(pk)
    for key, (earlier, new) in by_topic.items():
        lines = len(work.done.lines)
        try:
            with transaction.atomic():
                _sections_of(work, Topic.objects.get(pk=key), earlier, new)
        except EditRefused:
            del work.done.lines[lines:]
            work.say(What.NOT_READ, Topic.objects.get(pk=key))


def _sections_of(work: Work, topic: Topic, earlier: Sequence[int], new: Sequence[int]) -> None:
    revisions = list(Revision.objects.filter(pk__in=earlier).order_by("pk"))
    ids = [int(revision.section_id or 0) for revision in revisions]
    query = Section.objects.select_related("topic").annotate(marks=mark_count())
    rows = {row.pk: row for row in query.filter(pk__in=[*ids, *new])}
    work.note(rows)
    after = _what_became(work, ids, rows)
    touched: set[int] = set()
    removed: list[Section] = []
    placed: list[Section] = []
    for revision in revisions:
        key = int(revision.section_id or 0)
        lines, kept = len(work.done.lines), values_of(rows[key])
        _undo_section(work, rows[key], revision, after[key], removed, placed, topic)
        if values_of(rows[key]) != kept:
            touched.add(key)
        if len(work.done.lines) == lines and rows[key].removed_at is None:
            work.say(What.SAME, rows[key].topic, rows[key])
    changed = set(
        Revision.objects.filter(section__in=new, change__gt=work.change).values_list(
            "section", flat=True
        )
    )
    for key in new:
        if key in changed or not rows[key].anchor:
            work.say(What.LATER, rows[key].topic, rows[key])
        else:
            removed.append(rows[key])
            touched.add(key)
            work.say(What.REMOVED, rows[key].topic, rows[key])
    if touched or removed or placed:
        _store(work, topic, rows, touched, removed, placed)


def _what_became(work: Work, ids: Sequence[int], rows: Mapping[int, Section]) -> dict[int, After]:
    """What the change made of each section: what is kept of it from before the next change."""
    found: dict[int, After] = {}
    texts: dict[int, str] = {}
    later = Revision.objects.filter(section__in=ids, change__gt=work.change)
    later = later.order_by("section_id", "change_id").distinct("section_id")  # the first
    for revision in later.defer("markdown"):
        found[int(revision.section_id or 0)] = After(
            revision.title, "", revision.topic_id, revision.state, is_now=False
        )
    for revision in later.filter(markdown__isnull=False):
        texts[int(revision.section_id or 0)] = str(revision.markdown)
    for key in ids:
        row = rows[key]
        state = {name: plain(row, name) for name in STATE}
        after = found.setdefault(key, After(row.title, "", row.topic_id, state))
        after.markdown = texts.get(key, row.markdown)
    return found


def _undo_section(
    work: Work,
    row: Section,
    was: Revision,
    became: After,
    removed: list[Section],
    placed: list[Section],
    home: Topic,
) -> None:
    was_removed = bool(was.state["removed_at"])
    if was_removed != bool(became.state["removed_at"]):
        if was_removed == bool(row.removed_at):
            pass
        elif was_removed:
            removed.append(row)
            work.say(What.REMOVED, row.topic, row)
            return
        elif home.removed_at:
            work.say(What.NO_TOPIC, home, row)
            return
        else:
            row.removed_at = None
            row.merged_into = None
            row.topic = home
            _place(row, was)
            placed.append(row)
            work.say(What.RESTORED, home, row)
            if work.change.run_id:
                make_own(row, work.recorder.at, work.recorder.by)
    elif row.removed_at:
        work.say(What.GONE, row.topic, row)
        return
    elif is_moved(was, became):
        if home.removed_at or row.topic_id != became.topic:
            work.say(What.CONFLICT, row.topic, row)
        else:
            _move_section(work, row, was, became, home)
            if row.topic_id != became.topic or was.state.get("reordered"):
                row.position = was.state["position"]
                placed.append(row)
    undo_text(work, row, was, became)


def _move_section(work: Work, row: Section, was: Revision, became: After, home: Topic) -> None:
    if was.topic_id != became.topic or any(
        was.state[name] != became.state[name] for name in ("level", "is_item")
    ):
        work.say(What.MOVED, home, row)
    old = row.anchor
    if was.state["anchor"] != became.state["anchor"] or row.topic_id != home.pk:
        work.left |= {row.topic_id} - {home.pk}
        take_anchor(row, home, was.state["anchor"])
        if row.anchor != old:
            work.say(What.ADDRESS, home, row)
    row.topic = home
    row.level, row.is_item = was.state["level"], was.state["is_item"]


def _place(row: Section, was: Revision) -> None:
    row.parent_id = was.state["parent_id"]
    row.level, row.position = was.state["level"], was.state["position"]
    row.number, row.is_item = was.state["number"], was.state["is_item"]


def _store(
    work: Work,
    topic: Topic,
    rows: Mapping[int, Section],
    touched: set[int],
    removed: Sequence[Section],
    placed: Sequence[Section],
) -> None:
    gone = {row.pk for row in removed}
    homes = work.left.union(row.topic_id for row in rows.values() if not row.gone_at)
    for row in removed:
        lay_aside(row, work.recorder.at, work.recorder.by)
    update_rows(removed, LAID_ASIDE)
    moving = {row.pk for row in placed}
    for key in [topic.pk, *sorted(homes - {topic.pk})]:  # what comes back leaves another one
        home = Topic.objects.get(pk=key)
        if home.removed_at or home.pk in work.going:
            continue
        live = [rows.get(row.pk, row) for row in sections_of(home)]
        live = [row for row in live if row.pk not in gone and row.pk not in moving]
        if home.pk == topic.pk:
            for row in sorted(placed, key=lambda row: (row.position, row.pk)):
                insert(live, row)
        if not live:
            continue
        here = [row.pk for row in live if row.pk in touched]
        work.touched |= arrange(home, live, here)
        if live[0].pk in touched and home.title != live[0].title:
            home.title = live[0].title[:300]
            home.save(update_fields=["title"])
            work.touched |= set(rerender(home))
            work.moved.add(home.pk)
    work.touched |= touched | gone
