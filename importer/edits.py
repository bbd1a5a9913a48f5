"""What an admin does to a section: save a changed text, choose a side of a conflict, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from documents import Document, ParsedSection, Refused, assemble
from documents.pool import limited_parse
from documents.prose import plain
from importer.links import resolve_links
from importer.locks import import_lock
from importer.parts import (
    RENDERED,
    copy_parts,
    delete_parts,
    parts_of,
    steps_by_section,
)
from importer.tables import update_rows
from search.index import index_sections
from search.related import relate
from topics.models import Section, Topic, content_changed


class EditRefused(Exception):
    """The edit cannot be saved as it is; the message says why and what to do."""


def preview(section: Section, markdown: str, title: str) -> ParsedSection:
    """The section as it would be after an edit. Raises EditRefused; writes nothing."""
    rows = _rows(section.topic)
    for row in rows:
        if row.pk == section.pk:
            if title != row.title:
                row.heading, row.title_html = "", escape(title)
            row.markdown, row.title = markdown, title
            return _parsed(section.topic, rows).sections[rows.index(row)]
    raise EditRefused("This section was removed meanwhile. Copy your text and look for its heir.")


@dataclass
class _Written:
    """A row as `assemble` wants it: with its parent's place instead of its key."""

    parent: int | None
    anchor: str
    number: str
    title: str
    title_html: str
    heading: str
    level: int
    is_item: bool
    markdown: str
    anchors: list[str]


@transaction.atomic
def save_section(
    section: Section, *, markdown: str, title: str, user: User | None, resolved: bool = False
) -> None:
    """Save an admin's text: rendered, sanitised and indexed in one transaction.

    `resolved` says that the text settles a conflict with the file. Raises EditRefused when the
    text cannot be taken, or when an import is under way.
    """
    with _no_import():
        row = Section.objects.select_related("topic").get(pk=section.pk)
        if row.file_markdown is None:
            row.file_markdown, row.file_title = row.markdown, row.title
        if resolved and row.conflict_markdown is not None:
            row.file_markdown, row.conflict_markdown = row.conflict_markdown, None
        if title != row.title:
            row.heading, row.title_html = "", escape(title)
        row.markdown, row.title = markdown.replace("\r\n", "\n"), title
        row.edited_at = row.changed_at = timezone.now()
        row.edited_by = user
        if (row.markdown, row.title) == (row.file_markdown, row.file_title):
            row.file_markdown = row.file_title = row.edited_at = row.edited_by = None
        row.save()
        topic = row.topic
        topic.changed_at = row.changed_at
        topic.title = topic.title if row.anchor else row.title[:300]
        topic.save(update_fields=["changed_at", "title"])
        rerender(topic, edited=row.pk)
        content_changed()


@transaction.atomic
def remove_sections(sections: Sequence[Section]) -> None:
    """Do what an import does that no longer has these sections: the rows and marks stay.

    The sections below go too. A root section cannot go without its topic: EditRefused.
    """
    with _no_import():
        if any(not section.anchor for section in sections):
            raise EditRefused("A root section goes with its topic: remove the topic instead.")
        ids = {section.pk for section in sections}
        fringe = set(ids)
        while fringe:
            below = Section.objects.live().filter(parent__in=fringe)
            fringe = set(below.values_list("pk", flat=True)) - ids
            ids |= fringe
        Section.objects.filter(pk__in=ids).update(removed_at=timezone.now())
        index_sections(sorted(ids))
        content_changed()


@transaction.atomic
def remove_topics(topics: Sequence[Topic]) -> None:
    """Remove topics with all topics below them; sections, marks and notes stay readable."""
    with _no_import():
        ids = {topic.pk for topic in topics}
        fringe = set(ids)
        while fringe:
            below = Topic.objects.live().filter(parent__in=fringe)
            fringe = set(below.values_list("pk", flat=True)) - ids
            ids |= fringe
        now = timezone.now()
        sections = Section.objects.filter(topic__in=ids, removed_at=None)
        section_ids = list(sections.values_list("pk", flat=True))
        sections.update(removed_at=now)
        Topic.objects.filter(pk__in=ids).update(removed_at=now)
        index_sections(section_ids)
        content_changed()


def rerender(topic: Topic, *, edited: int | None = None) -> None:
    """Render the whole topic from its sections' Markdown and store what differs.

    The whole, because footnotes and link references of one section may be in another. `edited` is
    the key of a section whose title or text was just written.
    """
    rows = _rows(topic)
    document = _parsed(topic, rows)
    steps = steps_by_section(document)
    by_key = {row.pk: row for row in rows}
    changed: list[Section] = []
    parts: list[Any] = []
    for place, (row, item) in enumerate(zip(rows, document.sections, strict=True)):
        before = _seen(row)
        parent = by_key.get(row.parent_id or 0)
        row.breadcrumbs = [*parent.breadcrumbs, parent.title] if parent else []
        row.title_html, row.written_html, row.text = item.title_html, item.html, item.text
        row.code, row.words = item.code, item.words
        if _seen(row) != before or row.pk == edited:
            row.html = row.written_html
            changed.append(row)
            parts += parts_of(row, topic, item, steps.get(place, []))
    ids = [row.pk for row in changed]
    update_rows(changed, ["breadcrumbs", "title_html", *RENDERED])
    delete_parts(ids)
    copy_parts(parts)
    resolve_links(ids)
    index_sections(ids)
    relate(ids)


def _seen(row: Section) -> tuple[object, ...]:
    """What of a section readers see and search."""
    return row.breadcrumbs, row.written_html, row.text, row.code


def _rows(topic: Topic) -> list[Section]:
    return list(Section.objects.filter(topic=topic, removed_at=None).order_by("position"))


def markdown_of(topic: Topic, rows: list[Section], front: dict[str, Any]) -> str:
    """The topic as one Markdown file; `rows` are its live sections in order."""
    places = {row.pk: index for index, row in enumerate(rows)}
    written = [
        _Written(
            parent=places.get(row.parent_id or 0),
            anchor=row.anchor,
            number=row.number,
            title=_own_title(row, topic),
            title_html=row.title_html,
            heading=row.heading,
            level=row.level,
            is_item=row.is_item,
            markdown=row.markdown,
            anchors=[topic.title_anchor] if not row.anchor and topic.title_anchor else [],
        )
        for row in rows
    ]
    return assemble(front, topic.title, written)


def _own_title(row: Section, topic: Topic) -> str:
    """The title that the section's heading gives; a root's may stand in front matter instead."""
    if row.anchor:
        return row.title
    return plain(row.title_html) if topic.title_anchor else ""


def _parsed(topic: Topic, rows: list[Section]) -> Document:
    try:
        source = markdown_of(topic, rows, {"kind": topic.kind, "encoding": "as-is"})
        document = limited_parse(source.encode(), path=topic.origin)
    except Refused as error:
        raise EditRefused(f"This text cannot be rendered: {error}") from error
    if len(document.sections) != len(rows):
        raise EditRefused(
            "The text holds a heading or a numbered item, which would be a section of its own. "
            "Add sections in the document and import it, or write the line without the mark."
        )
    return document


class _no_import:
    """Holds imports off while an admin saves, and gives up at once while one runs."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        if not import_lock(shared=True):
            raise EditRefused("An import is under way. Nothing was saved: try again in a minute.")

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DatabaseError) and "lock timeout" in str(error):
            raise EditRefused(
                "Somebody else is saving this topic. Nothing was saved: try again in a moment."
            ) from error
