"""The order of a topic's sections, and their addresses, as curators change them.

A section's `position` is its place among those of its topic; numbers may be left out, so that one
which comes back finds the place that it had.
"""

from collections.abc import Iterable, Sequence
from itertools import count, pairwise

from documents import split_pages
from importer.bulk_rows import update_rows
from importer.edits import parsed, rerender
from importer.section_writer import LONGEST_ANCHOR, ROOM_FOR_ANCHOR
from topics.models import Address, Section, Topic

PLACED = [
    "topic", "parent", "page", "position", "anchor", "level", "title", "title_html", "heading",
    "markdown", "file_markdown", "file_title", "conflict_markdown", "edited_at", "edited_by",
    "changed_at", "removed_at", "merged_into",
]  # fmt: skip


def insert(rows: list[Section], row: Section) -> None:
    """Put a section into the sections of a topic, at its `position`: before what is there."""
    later = (place for place, other in enumerate(rows) if other.position >= row.position)
    rows.insert(max(next(later, len(rows)), 0 if not row.anchor else 1), row)
    for before, after in pairwise(rows):
        after.position = max(before.position + 1, after.position)


def arrange(topic: Topic, rows: Sequence[Section], touched: Iterable[int] = ()) -> set[int]:
    """Store the live sections of a topic in this order, the root first, and render them.

    Places, parents and pages follow from order and levels. All columns of PLACED are written, of
    `touched` in any case. Gives the keys of the sections that changed, for `publish`. Raises
    EditRefused where the text cannot be rendered.
    """
    columns = ("pk", "topic", "parent", "page", "position", "level")
    stored = Section.objects.filter(pk__in=[row.pk for row in rows]).values_list(*columns)
    before = {pk: tuple(kept) for pk, *kept in stored}
    last = -1
    known: set[int] = set()
    for row in rows:
        row.topic = topic
        row.position = last = max(last + 1, row.position)
        if row.parent_id not in known:
            row.parent_id = rows[0].pk if known else None
        known.add(row.pk)
    found = parsed(topic, list(rows)).sections
    opens = split_pages(found)
    for place, (row, item) in enumerate(zip(rows, found, strict=True)):
        above = None if item.parent is None else rows[item.parent]
        row.parent, row.level = above, item.level
        row.page = row if opens[place] or above is None else above.page
    ids = {row.pk for row in rows if _place(row) != before.get(row.pk)} | set(touched)
    update_rows([row for row in rows if row.pk in ids], PLACED)
    return ids | set(rerender(topic, ids))


def _place(row: Section) -> tuple[object, ...]:
    return row.topic_id, row.parent_id, row.page_id, row.position, row.level


def take_anchor(row: Section, topic: Topic, wanted: str) -> None:
    """Give a section this anchor in a topic, or one like it that no other section has or had.

    Its address until now leads to it. Nothing else is saved.
    """
    old = (row.topic_id, row.anchor)
    for number in count():
        anchor = f"{wanted[:ROOM_FOR_ANCHOR]}-{number}" if number else wanted[:LONGEST_ANCHOR]
        if is_free(row, topic, anchor):
            break
    if old == (topic.pk, anchor):
        return
    Address.objects.filter(topic=topic, anchor=anchor, section=row).delete()
    row.anchor = anchor
    if old[1]:
        moved = Address(topic_id=old[0], anchor=old[1], section=row)
        Address.objects.bulk_create([moved], ignore_conflicts=True)


def is_free(row: Section, topic: Topic, anchor: str) -> bool:
    """Whether no other section of the topic has or had this anchor, and no topic below it."""
    held = Section.objects.filter(topic=topic, anchor=anchor).exclude(pk=row.pk).exists()
    led = Address.objects.filter(topic=topic, anchor=anchor).exclude(section=row).exists()
    below = Topic.objects.filter(parent=topic, slug=anchor, removed_at=None).exists()
    return bool(anchor) and not (held or led or below)
