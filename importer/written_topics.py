"""Whole topics that are written in the browser: new ones, and others with other sections."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import Document, Refused, title_slug
from documents.parser_pool import limited_parse
from importer.changes import Changes
from importer.edit_previews import shown
from importer.edits import (
    EditRefused,
    Overtaken,
    lock_topics,
    markdown_of,
    refuse_unsettled,
    rerender,
    sections_of,
    without_imports,
)
from importer.identity.moves import follow_moves
from importer.models import Change
from importer.publish import publish
from importer.recorder import Recorder
from importer.report import Report
from importer.section_writer import write_sections
from importer.sources import site_of
from importer.text_merge import join
from importer.topic_tree import Places, describe, place
from topics.models import Section, Topic
from topics.raw_sql import execute

LONGEST_ORIGIN = 480
NEW_TOPICS = 7_215_044  # the lock of who adds a topic
HERE = "(site)"  # the source of topics that no file brought


def document_of(topic: Topic) -> str:
    """A topic as one Markdown text, as `save_documents` takes it."""
    return markdown_of(topic, sections_of(topic), {})


@transaction.atomic
def save_documents(
    texts: Mapping[int, str],
    *,
    user: User | None,
    why: str = "",
    kind: str = Change.Kind.EDIT,
    moved: Sequence[int] = (),
) -> Change | None:
    """Make the sections of these topics what their texts say; by key of the topic.

    Sections are recognised as an import does it: marks, addresses and links follow, also from one
    of these topics to another; those that are `moved` are known. What differs from a topic's file
    stays so in later imports. Raises EditRefused where a text cannot be read, and while an import
    runs.
    """
    for text in texts.values():
        refuse_unsettled(text)
    with without_imports():
        rows = Topic.objects.live().filter(pk__in=texts).select_for_update(no_key=True)
        topics = list(rows.order_by("pk"))
        if len(topics) < len(texts):
            raise EditRefused(_("This topic was removed in the meantime."))
        recorder = Recorder(kind, timezone.now(), by=user, why=why)
        recorder.topics(texts)
        changes = Changes(recorder.at, Report(False), recorder, is_edit=True)
        for topic in topics:
            _write(topic, _parsed(topic, texts[topic.pk]), changes)
        return _finish(changes, moved)


@transaction.atomic
def save_joined_document(
    topic: Topic, *, base: str, markdown: str, user: User | None, why: str = ""
) -> Change | None:
    """Save a whole topic that was written while it said `base`, joined with what changed since.

    Raises Overtaken where both changed the same lines, and EditRefused as `save_documents` does.
    """
    with without_imports():
        lock_topics([topic.pk])
        joined, is_clean = join(base, document_of(Topic.objects.get(pk=topic.pk)), markdown)
        if not is_clean:
            raise Overtaken(joined)
        return save_documents({topic.pk: joined}, user=user, why=why)


def _write(topic: Topic, document: Document, changes: Changes) -> None:
    if topic.title != document.title[:300]:
        changes.topics.add(topic.pk)
    topic.title, topic.title_anchor = document.title[:300], document.title_anchor[:300]
    topic.changed_at = changes.now
    topic.save(update_fields=["title", "title_anchor", "changed_at"])
    write_sections(topic, document, changes, is_new=False, site=site_of(topic.source))
    changes.flush()


def _finish(changes: Changes, moved: Sequence[int] = ()) -> Change | None:
    follow_moves(changes, moved)
    for topic in Topic.objects.filter(pk__in=changes.edited_topics):
        changes.touched.update(rerender(topic, changes.touched))
    change = changes.recorder.close(has_created=bool(changes.created))
    publish(changes.touched, changes.topics, before=changes.before, change=change)
    return change


@contextmanager
def new_topics_in_turn() -> Iterator[None]:
    """One new topic at a time: what is looked at in here stays so until it is made. Raises
    EditRefused where others take too long."""
    with transaction.atomic(), without_imports():
        execute("SELECT pg_advisory_xact_lock(%s)", [NEW_TOPICS])
        yield


@transaction.atomic
def new_topic(
    title: str,
    markdown: str,
    *,
    parent: Topic | None,
    user: User | None,
    why: str = "",
    description: Mapping[str, Any] | None = None,
) -> Topic:
    """Add a topic with this text below its title, and fields of it such as its kind and tags.

    Raises EditRefused as `save_documents` does.
    """
    with without_imports():
        recorder = Recorder(Change.Kind.CREATION, timezone.now(), by=user, why=why)
        changes = Changes(recorder.at, Report(False), recorder)
        slug = title_slug(title)
        topic = _unplaced(slug)
        topic.created_at = topic.changed_at = recorder.at
        for name, value in (description or {}).items():
            setattr(topic, name, value)
        topic.chosen = sorted(description or ())
        document = _parsed(topic, f"# {title}\n\n{markdown}")
        describe(topic, document)
        topic.origin = _free_origin(parent, slug)
        topic.tree_path = f"{HERE}:{topic.origin}"
        try:
            changes.topics |= place(topic, parent, [slug], Places())
        except Refused as error:
            raise EditRefused(str(error)) from error
        write_sections(topic, document, changes, is_new=True)
        changes.flush()
        _finish(changes)
        return topic


def rendered_new(title: str, markdown: str, lost: list[str] | None = None) -> str:
    """The HTML that readers would see of a new topic below its title. Raises EditRefused.

    Links that lead nowhere are added to `lost`.
    """
    topic = _unplaced(title_slug(title))
    document = _parsed(topic, f"# {title or _('Title')}\n\n{markdown}")
    return _rendered(topic, document, lost)


def rendered_whole(topic: Topic, markdown: str, lost: list[str] | None = None) -> str:
    """The same of a topic that is there, if this were its text, below the title in it."""
    refuse_unsettled(markdown)
    return _rendered(topic, _parsed(topic, markdown), lost)


def _rendered(topic: Topic, document: Document, lost: list[str] | None) -> str:
    site = site_of(topic.source)
    anchors = {f"#{item.anchor}" for item in document.sections}
    missed: list[str] = []
    parts = []
    for item in document.sections:
        if item.anchor:
            rank = min(6, max(2, item.level))
            parts.append(f"<h{rank}>{item.title_html}</h{rank}>")
        parts.append(shown(Section(topic=topic), item, site, missed))
    if lost is not None:
        lost += [href for href in missed if href not in anchors]
    return "\n".join(parts)


def _unplaced(slug: str) -> Topic:
    return Topic(source=HERE, tree_path=f"{HERE}:{slug}.md", origin=f"{slug}.md")


def _free_origin(parent: Topic | None, slug: str) -> str:
    above = f"{parent.path}/" if parent else ""
    wanted = f"{above}{slug}"[:LONGEST_ORIGIN]
    here = Topic.objects.filter(source=HERE, origin__startswith=wanted)
    taken = set(here.values_list("origin", flat=True))
    names = (f"{wanted}-{number}" if number else wanted for number in count())
    return next(f"{name}.md" for name in names if f"{name}.md" not in taken)


def _parsed(topic: Topic, text: str) -> Document:
    """The text, with what the topic is said in front of it."""
    text = text.replace("\r\n", "\n")
    front = f"kind: {topic.kind}\nencoding: as-is\n"
    rest = text[4:] if text.startswith("---\n") else f"---\n{text}"
    source = f"---\n{front}{rest}"
    try:
        return limited_parse(source.encode(), path=topic.origin, tool=site_of(topic.source).tool)
    except Refused as error:
        message = _("This text cannot be rendered: %(error)s") % {"error": error}
        raise EditRefused(message) from error
