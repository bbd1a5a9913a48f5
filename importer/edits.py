"""What curators do to content: edit and remove sections and topics, and settle conflicts."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import PurePosixPath
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import Document, ParsedSection, Refused, assemble
from documents.parser_pool import limited_parse
from documents.plain_text import plain
from importer.bulk_rows import update_rows
from importer.included_files import kept_for
from importer.link_names import Site
from importer.lock import import_lock
from importer.models import Change
from importer.other_pages import shown_of
from importer.own_sections import LAID_ASIDE, lay_aside
from importer.publish import publish, texts_of
from importer.recorder import Recorder
from importer.revisions import Text
from importer.section_contents import (
    RENDERED,
    Row,
    copy_parts,
    fill,
    parts_of,
    replace_parts,
    steps_by_section,
)
from importer.sources import site_of
from importer.text_merge import is_unsettled, join
from importer.topic_tree import FOUND_BY, REMOVED
from topics.models import Section, SectionQuerySet, Topic, TopicQuerySet
from topics.raw_sql import execute

UNDER_WAY = gettext_lazy("An import is under way. Nothing was saved: try again in a minute.")


class EditRefused(Exception):
    """The edit cannot be saved; the message says why and what to do."""

    is_final = False  # whether the same can never be saved later


class Overtaken(EditRefused):
    """Somebody changed the same lines meanwhile; `markdown` holds both sides, marked."""

    def __init__(self, markdown: str) -> None:
        super().__init__(
            _(
                "Somebody changed the same lines after you opened the text. Both are below, between"
                " <<<<<<< and >>>>>>>: keep what is right and save again."
            )
        )
        self.markdown = markdown


def refuse_unsettled(text: str) -> None:
    """Raises EditRefused for a text that still holds both sides of a conflict."""
    if is_unsettled(text):
        raise EditRefused(
            _("Both sides are still in it, between <<<<<<< and >>>>>>>: keep what is right first.")
        )


@transaction.atomic
def save_section(
    section: Section,
    *,
    markdown: str,
    title: str,
    user: User | None,
    resolved: bool = False,
    why: str = "",
) -> Change | None:
    """Save an admin's text: rendered, sanitised and indexed in one transaction.

    `resolved` says that the text settles a conflict with the file, `why` what for, in the author's
    words. Gives the change, None if the text was that already. Raises EditRefused if the text
    cannot be rendered, and while an import runs.
    """
    refuse_unsettled(markdown)
    with without_imports():
        row = _locked(section)
        before = texts_of(Section.objects.filter(topic=row.topic_id).values_list("pk", flat=True))
        shown = shown_of(row.topic_id)
        titles = {row.pk: row.title}
        settles = resolved and row.conflict_markdown is not None
        kind = Change.Kind.MERGE if settles else Change.Kind.EDIT
        recorder = Recorder(kind, timezone.now(), by=user, why=why)
        recorder.sections([row.pk])
        if row.file_markdown is None:
            row.file_markdown, row.file_title = row.markdown, row.title
        if resolved and row.conflict_markdown is not None:
            row.file_markdown, row.conflict_markdown = row.conflict_markdown, None
        if title != row.title:
            row.heading, row.title_html = "", escape(title)
        row.markdown, row.title = markdown.replace("\r\n", "\n"), title
        row.edited_at = row.changed_at = recorder.at
        row.edited_by = user
        if (row.markdown, row.title) == (row.file_markdown, row.file_title):
            row.file_markdown = row.file_title = row.edited_at = row.edited_by = None
        row.save()
        topic = row.topic
        topic.changed_at, title_before = row.changed_at, topic.title
        topic.title = topic.title if row.anchor else row.title[:300]
        topic.save(update_fields=["changed_at", "title"])
        changed = rerender(topic, [row.pk], titles)
        topics = [] if row.anchor or topic.title == title_before else [topic.pk]
        change = recorder.close()
        publish(changed, topics, before=before, shown=shown, change=change)
        return change


@transaction.atomic
def save_joined(
    section: Section,
    *,
    base: Text,
    markdown: str,
    title: str,
    user: User | None,
    why: str = "",
) -> Change | None:
    """Save a text that was written while the section said `base`, joined with what changed since.

    Raises Overtaken where both changed the same lines, and EditRefused as `save_section` does.
    """
    with without_imports():
        row = _locked(section)
        if row.gone_at:
            raise EditRefused(_("This section was removed in the meantime."))
        markdown = markdown.replace("\r\n", "\n")
        joined, is_clean = join(base.markdown, row.markdown, markdown)
        if not is_clean:
            raise Overtaken(joined)
        title = row.title if title == base.title else title
        return save_section(row, markdown=joined, title=title, user=user, why=why)


def _locked(section: Section) -> Section:
    """The section as it is now; until the end of the transaction nobody else changes its topic."""
    list(Topic.objects.filter(sections=section.pk).select_for_update(no_key=True))
    return Section.objects.select_related("topic").get(pk=section.pk)


@transaction.atomic
def remove_sections(
    sections: Sequence[Section], *, user: User | None = None, why: str = ""
) -> Change | None:
    """Remove sections with all sections below them; their rows and marks stay.

    Raises EditRefused for a root section, which goes with its topic, and while an import runs.
    """
    with without_imports():
        if any(not section.anchor for section in sections):
            raise EditRefused(_("A root section goes with its topic: remove the topic instead."))
        lock_topics({section.topic_id for section in sections})
        ids = with_all_below(sections, Section.objects.live())
        ids = set(Section.objects.live().filter(pk__in=ids).values_list("pk", flat=True))
        if not ids:  # the button was pressed twice
            raise EditRefused(_("This section was removed in the meantime."))
        before = texts_of(ids)
        recorder = Recorder(Change.Kind.REMOVAL, timezone.now(), by=user, why=why)
        recorder.sections(ids)
        rows = list(Section.objects.filter(pk__in=ids))
        for row in rows:
            lay_aside(row, recorder.at, user)
        update_rows(rows, LAID_ASIDE)
        change = recorder.close()
        publish(ids, before=before, change=change)
        return change


@transaction.atomic
def remove_topics(
    topics: Sequence[Topic], *, user: User | None = None, why: str = ""
) -> Change | None:
    """Remove topics with all topics below them; rows, marks and notes stay.

    Imports leave them removed, whatever their files say, until they are restored. Raises
    EditRefused while an import runs.
    """
    with without_imports():
        ids = lock_topics(with_all_below(topics, Topic.objects.live()))
        ids = set(Topic.objects.live().filter(pk__in=ids).values_list("pk", flat=True))
        if not ids:
            raise EditRefused(_("This topic was removed in the meantime."))
        recorder = Recorder(Change.Kind.REMOVAL, timezone.now(), by=user, why=why)
        sections = Section.objects.filter(topic__in=ids, removed_at=None)
        section_ids = list(sections.values_list("pk", flat=True))
        before = texts_of(section_ids)
        recorder.sections(section_ids)
        recorder.topics(ids)
        sections.update(removed_at=recorder.at)
        rows = list(Topic.objects.filter(pk__in=ids))
        for row in rows:
            row.removed_at, row.chosen = recorder.at, sorted({*row.chosen, REMOVED})
        Topic.objects.bulk_update(rows, ["removed_at", "chosen"], batch_size=500)
        change = recorder.close()
        publish(section_ids, ids, before=before, change=change)
        return change


def lock_topics(keys: Iterable[int]) -> set[int]:
    """Until the end of the transaction nobody else changes these topics and their sections; what
    was read of them before may be out of date. Gives the keys back."""
    rows = Topic.objects.filter(pk__in=keys).order_by("pk")  # always so: nobody waits in a ring
    return set(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def with_all_below(
    rows: Iterable[Section] | Iterable[Topic],
    among: SectionQuerySet | TopicQuerySet,
) -> set[int]:
    """The keys of these rows and of all below them, `among` others. One query for each level."""
    ids = fringe = {row.pk for row in rows}
    while fringe:
        below = among.filter(parent__in=fringe)
        fringe = set(below.values_list("pk", flat=True)) - ids
        ids = ids | fringe
    return ids


@transaction.atomic
def save_topic(
    topic: Topic, changed: Collection[str], *, user: User | None = None, why: str = ""
) -> Change | None:
    """Save the fields that an admin changed in a topic; imports leave them alone from now on.

    Raises EditRefused while an import runs.
    """
    return save_topics([(topic, changed)], user=user, why=why)


@transaction.atomic
def save_topics(
    rows: Sequence[tuple[Topic, Collection[str]]], *, user: User | None = None, why: str = ""
) -> Change | None:
    """The same for several topics, each with the fields that changed: one change."""
    with without_imports():
        keys = [topic.pk for topic, _changed in rows]
        lock_topics(keys)
        recorder = Recorder(Change.Kind.DESCRIPTION, timezone.now(), by=user, why=why)
        recorder.topics(keys)
        chosen = dict(Topic.objects.filter(pk__in=keys).values_list("pk", "chosen"))
        found: list[int] = []
        for topic, changed in rows:
            topic.chosen = sorted({*chosen[topic.pk], *changed})
            topic.save(update_fields=[*changed, "chosen"])
            if not FOUND_BY.isdisjoint(changed):
                found.append(topic.pk)
        sections = Section.objects.filter(topic__in=found, removed_at=None)
        ids = list(sections.values_list("pk", flat=True))
        change = recorder.close()
        publish(ids, keys, before=texts_of(ids), change=change)
        return change


def rerender(
    topic: Topic, touched: Collection[int] = (), titles: Mapping[int, str] | None = None
) -> list[int]:
    """Render the whole topic from its sections' Markdown and store what differs.

    The whole, because footnotes and link references of one section may be in another. `touched`
    are stored in any case; `titles` are earlier ones of sections that have got another. Returns
    the keys of the stored sections, for `publish`. Raises EditRefused where the Markdown cannot be
    rendered.
    """
    rows = sections_of(topic)
    site = site_of(topic.source)
    document = parsed(topic, rows, site)
    steps = steps_by_section(document)
    by_key = {row.pk: row for row in rows}
    titles = {row.pk: row.title for row in rows} | dict(titles or {})
    changed: list[Section] = []
    parts: list[Row] = []
    for place, (row, item) in enumerate(zip(rows, document.sections, strict=True)):
        before = _seen(row)
        parent = by_key.get(row.parent_id or 0)
        row.breadcrumbs = [*parent.breadcrumbs, parent.title] if parent else []
        row.title_html = item.title_html
        fill(row, item)
        if row.pk in touched or _seen(row) != before:
            changed.append(row)
            parts += parts_of(row, topic, item, steps.get(place, []), site)
    ids = [row.pk for row in changed]
    update_rows(changed, ["breadcrumbs", "title_html", *RENDERED])
    copy_parts(replace_parts(parts, ids, [], titles))
    return ids


def _seen(row: Section) -> tuple[object, ...]:
    """What readers see and search of a section."""
    return row.breadcrumbs, row.written_html, row.text, row.code


def sections_of(topic: Topic) -> list[Section]:
    """The live sections of a topic, in the order of the document."""
    return list(Section.objects.filter(topic=topic, removed_at=None).order_by("position"))


def markdown_of(
    topic: Topic,
    rows: list[Section],
    front: dict[str, Any],
    written_keys: Sequence[tuple[str, str]] = (),
) -> str:
    """The topic as one Markdown file with `front` and the lines of further keys as front matter;
    `rows` are its live sections."""
    places = {row.pk: index for index, row in enumerate(rows)}
    written = [
        ParsedSection(
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
    name = PurePosixPath(topic.origin).name
    return assemble(front, topic.title, written, written=written_keys, name=name)


def _own_title(row: Section, topic: Topic) -> str:
    """The title to write as a heading; that of a root may be in the front matter instead."""
    if row.anchor:
        return row.title
    return plain(row.title_html) if topic.title_anchor else ""


def parsed(topic: Topic, rows: list[Section], site: Site | None = None) -> Document:
    """The topic's document as its rows make it. Raises EditRefused where the two would differ."""
    document = parse_rows(topic, rows, site or site_of(topic.source))
    if len(document.sections) != len(rows):
        raise EditRefused(
            _(
                "The text holds a heading or a numbered item, which would be a section of its own. "
                "Add sections in the document and import it, or remove the # or number from that "
                "line."
            )
        )
    return document


def parse_rows(topic: Topic, rows: list[Section], site: Site) -> Document:
    """The document that the rows make, which may have other sections. Raises EditRefused."""
    try:
        source = markdown_of(topic, rows, {"kind": topic.kind, "encoding": "as-is"})
        include = kept_for(topic)
        return limited_parse(source.encode(), path=topic.origin, tool=site.tool, include=include)
    except Refused as error:
        message = _("This text cannot be rendered: %(error)s") % {"error": error}
        raise EditRefused(message) from error


@contextmanager
def without_imports() -> Iterator[None]:
    """Keep imports out while an admin saves; raises EditRefused at once if one is running."""
    execute("SET LOCAL lock_timeout = '2s'")
    if not import_lock(shared=True):
        raise EditRefused(UNDER_WAY)
    try:
        yield
    except DatabaseError as error:
        if "lock timeout" not in str(error):
            raise
        raise EditRefused(
            _("Somebody else is saving this topic. Nothing was saved: try again in a moment.")
        ) from error
