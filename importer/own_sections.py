"""Where a topic here is made of other sections than its file: what an import leaves so.

A section that was written here is not in the file, and stays. One that was removed here stays
away while the file has it as it was then; `file_title` and `file_markdown` say what that is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.html import escape

from documents import Document, ParsedSection
from importer.report import Report
from topics.models import Section, Topic

# How the anchors of rows read that stay where a section was: its key, and when it was moved.
LEFT_BEHIND = "moved-{key}-{moment}"
IS_LEFT_BEHIND = r"^moved-\d+-\d{9,}$"


def is_left_behind(row: Section) -> bool:
    """Whether a row stands for what the file has where a section was that was moved from here."""
    return row.removed_at is not None and bool(re.match(IS_LEFT_BEHIND, row.anchor))


def is_own(row: Section) -> bool:
    """Whether a section was written here and is not in the topic's file."""
    return row.edited_at is not None and row.file_title is None and row.file_markdown is None


def is_laid_aside(row: Section) -> bool:
    """Whether a section was removed here, which is then its last edit, not by its file."""
    return (
        row.removed_at is not None
        and row.removed_at == row.edited_at
        and row.file_markdown is not None
    )


def make_own(row: Section, at: datetime, by: User | None) -> None:
    """Say that a section is not in the file, and is to stay."""
    row.file_title = row.file_markdown = row.conflict_markdown = None
    row.edited_at, row.edited_by = at, by


def lay_aside(row: Section, at: datetime, by: User | None) -> None:
    """Remove a section here, whatever its file has. Nothing is saved."""
    if not is_own(row):
        row.file_title, row.file_markdown = row.title_in_file, row.markdown_in_file
    row.removed_at = row.edited_at = at
    row.edited_by = by


LAID_ASIDE = ["removed_at", "file_title", "file_markdown", "edited_at", "edited_by"]


def take_edit(
    row: Section, title: str, item: ParsedSection, at: datetime, by: User | None, *, is_new: bool
) -> None:
    """Set title and text as somebody wrote them here, instead of what the file has."""
    if is_new:
        make_own(row, at, by)
    elif (row.title, row.markdown) == (title, item.markdown):
        return
    elif not is_own(row):
        row.file_title, row.file_markdown = row.title_in_file, row.markdown_in_file
    row.edited_at, row.edited_by, row.changed_at = at, by, at
    if is_new or row.title != title:
        row.heading, row.title_html = item.heading, item.title_html or escape(title)
    row.title, row.markdown = title, item.markdown
    as_in_file = (row.file_title, row.file_markdown) == (row.title, row.markdown)
    if as_in_file and row.conflict_markdown is None:
        row.file_title = row.file_markdown = row.edited_at = row.edited_by = None


@dataclass
class _Entry:
    """A section of the document as it will be: the file's, by its place there, or one of ours."""

    item: ParsedSection
    place: int | None
    key: int | None


def settle(
    topic: Topic,
    document: Document,
    old: Sequence[Section],
    pairs: Mapping[int, int],
    report: Report,
) -> tuple[Document, dict[int, int], set[int]]:
    """The document with our own sections in it, and without those that stay removed.

    `pairs` are places of the file's sections and the keys of the rows that they are. Gives the
    document, its pairs, and the keys of the sections that are our own.
    """
    rows = {row.pk: row for row in old}
    away = {place for place, pk in pairs.items() if _stays_away(rows[pk], document.sections[place])}
    for place, pk in pairs.items():
        if is_laid_aside(rows[pk]) and place not in away:
            _take_back(rows[pk], topic, report)
    known = set(pairs.values())
    live = sorted((row for row in old if not row.removed_at), key=lambda row: row.position)
    own = [row for row in live if is_own(row) and row.pk not in known]
    if not own and not away:
        return document, dict(pairs), set()
    entries = [
        _Entry(item, place, pairs.get(place))
        for place, item in enumerate(document.sections)
        if place not in away
    ]
    for row in own:
        _insert(entries, row, live)
        report.counts["edits kept"] += 1
        report.note("kept", topic, None, f"“{row}” was written here and stays")
    for place in sorted(away):
        row = rows[pairs[place]]
        report.counts["edits kept"] += 1
        report.note("kept", topic, None, f"“{row}” was removed here and stays away")
    places = {entry.place: index for index, entry in enumerate(entries)}
    sections = [
        replace(entry.item, parent=_parent(index, entries, document.sections, places))
        for index, entry in enumerate(entries)
    ]
    steps = [
        replace(step, section=places[step.section])
        for step in document.steps
        if step.section in places
    ]
    found = {i: entry.key for i, entry in enumerate(entries) if entry.key is not None}
    return replace(document, sections=sections, steps=steps), found, {row.pk for row in own}


def _take_back(row: Section, topic: Topic, report: Report) -> None:
    """It was removed here, but the file says something else of it now: a curator must know."""
    if (row.title, row.markdown) == (row.file_title, row.file_markdown):
        row.file_title = row.file_markdown = row.edited_at = row.edited_by = None
    report.counts["conflicts"] += 1
    message = f"“{row}” was removed here, but has changed in the file: it is back"
    report.note("conflict", topic, None, message)


def _stays_away(row: Section, item: ParsedSection) -> bool:
    return is_laid_aside(row) and row.file_markdown == item.markdown


def _insert(entries: list[_Entry], row: Section, live: Sequence[Section]) -> None:
    """Put a section of ours behind the one that it stood behind, and what is below that."""
    before = [other.pk for other in live if other.position < row.position]
    index = next(
        (i for pk in reversed(before) for i, entry in enumerate(entries) if entry.key == pk), 0
    )
    level = entries[index].item.level
    index += 1
    if row.level <= level:
        while index < len(entries) and entries[index].item.level > level:
            index += 1
    item = ParsedSection(
        anchor=row.anchor,
        number=row.number,
        title=row.title,
        title_html=row.title_html,
        heading=row.heading,
        level=row.level,
        is_item=row.is_item,
        markdown=row.markdown,
        html=row.written_html,
        words=row.words,
    )
    entries.insert(index, _Entry(item, None, row.pk))


def _parent(
    index: int,
    entries: Sequence[_Entry],
    sections: Sequence[ParsedSection],
    places: Mapping[int | None, int],
) -> int | None:
    entry = entries[index]
    if entry.place is None:
        above = range(index - 1, -1, -1)
        level = entry.item.level
        return next((i for i in above if entries[i].item.level < level), 0)
    parent = entry.item.parent
    while parent is not None and parent not in places:
        parent = sections[parent].parent
    return None if parent is None else places[parent]
