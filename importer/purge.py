"""Removing a text, or sections, from every place that holds them: a password that was imported.

Each place says what it holds and removes it. Places of rooms below are listed at the end; rooms
above register theirs in `AppConfig.ready`:

    PLACES.register("learning.cards", columns(Card, "front", "back"))
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from documents.slugs import slug
from importer.edits import EditRefused, rerender
from importer.link_names import names_of_file
from importer.lock import import_lock
from importer.models import ImportRun
from importer.publish import publish
from importer.uploads import discard
from jobs.models import Job
from registry import Registry
from search.log import normalised
from search.models import SearchLog, Synonym
from search.words import surfaces
from topics.models import (
    Address,
    Asset,
    Definition,
    Link,
    PathStep,
    Question,
    Section,
    Topic,
    TopicAddress,
    content_changed,
)

GONE = "[removed]"  # stands where the text stood
LEAST = 4  # characters: a shorter text stands in half of the library
SOURCES = ("title", "heading", "markdown", "file_markdown", "file_title", "conflict_markdown")
MADE = ("title_html", "written_html", "html", "text", "code")


class PurgeRefused(Exception):
    """Nothing can be purged, or not this; the message says why and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What is to go: a text, or sections."""

    text: str = ""
    sections: frozenset[int] = frozenset()

    @property
    def forms(self) -> list[str]:
        """The text as it is, and as HTML has it."""
        forms = [self.text, escape(self.text), escape(self.text, quote=False)]
        return list(dict.fromkeys(form for form in forms if form))

    def is_in(self, text: str) -> bool:
        return any(form in text for form in self.forms)

    def without(self, value: Any) -> Any:
        """The value without the text, whatever it is made of."""
        if isinstance(value, str):
            for form in reversed(self.forms):
                value = value.replace(form, GONE)
            return value
        if isinstance(value, dict):
            return {self.without(key): self.without(held) for key, held in value.items()}
        if isinstance(value, list):
            return [self.without(held) for held in value]
        return value


@dataclass(frozen=True)
class Place:
    """Where a text may be. `find` gives a line for each thing that holds it.

    `remove` is called in one transaction for all places; what it cannot remove, `find` still gives
    afterwards. None where others than we must act.
    """

    find: Callable[[Wanted], Iterable[str]]
    remove: Callable[[Wanted], None] | None


PLACES: Registry[Place] = Registry("importer.purge.PLACES")


def columns(model: type[models.Model], *names: str, section: str = "") -> Place:
    """The place that the texts, arrays and JSON of a model's columns are.

    `section` names the field with a section's key: such rows go with their section.
    """

    def rows(wanted: Wanted) -> models.QuerySet[Any]:
        manager = model._default_manager
        if wanted.sections:
            found = {f"{section}__in": wanted.sections}
            return manager.filter(**found) if section else manager.none()
        return manager.filter(pk__in=_holding(model, names, wanted))

    def find(wanted: Wanted) -> Iterator[str]:
        for row in rows(wanted).order_by("pk"):
            yield f"{model._meta.label_lower} {row.pk}"

    def remove(wanted: Wanted) -> None:
        if wanted.sections:
            rows(wanted).delete()
            return
        for row in rows(wanted):
            for name in names:
                value = wanted.without(getattr(row, name))
                setattr(row, name, _fitting(model._meta.get_field(name), value))
            row.save(update_fields=names)

    return Place(find, remove)


def _fitting(column: Any, value: Any) -> Any:
    length = getattr(column, "max_length", None)
    return value[:length] if length and isinstance(value, str) else value


def _holding(model: type[models.Model], names: Sequence[str], wanted: Wanted) -> list[Any]:
    """The keys of the rows whose columns hold the text."""
    tests, values = [], []
    for name in names:
        column = model._meta.get_field(name)
        quoted = connection.ops.quote_name(str(column.column))  # type: ignore[union-attr]
        forms = wanted.forms
        if isinstance(column, ArrayField):
            quoted = f"array_to_string({quoted}, chr(31))"
        elif isinstance(column, models.JSONField):
            quoted = f"{quoted}::text"
            forms = [json.dumps(form, ensure_ascii=False)[1:-1] for form in forms]
        for form in forms:
            tests.append(f"strpos({quoted}, %s) > 0")
            values.append(form)
    meta = model._meta
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {meta.pk.column} FROM {meta.db_table} WHERE {' OR '.join(tests)}", values
        )
        return [row[0] for row in cursor.fetchall()]


@dataclass
class Purged:
    """What was found, by place, and the files from which it would come back."""

    found: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


def purge(wanted: Wanted, *, dry_run: bool) -> Purged:
    """Find it everywhere and, unless `dry_run`, remove it. Raises PurgeRefused."""
    if not wanted.sections and len(wanted.text.strip()) < LEAST:
        raise PurgeRefused(f"Give at least {LEAST} characters: less stands in too many places.")
    if wanted.sections:
        wanted = Wanted(sections=frozenset(_with_those_below(wanted.sections)))
    done = Purged()
    with transaction.atomic():
        if not dry_run and not import_lock():
            raise PurgeRefused("An import or an edit is under way: try again in a minute.")
        done.found = _find(wanted)
        touched = Section.objects.filter(pk__in=_section_ids(wanted)).select_related("topic")
        done.files = sorted(
            {f"{s.topic.source}:{s.topic.origin}" for s in touched if not s.topic.removed_at}
        )
        if dry_run:
            return done
        for place in PLACES:
            if place.remove:
                place.remove(wanted)
        content_changed()
        done.left = _find(wanted)
    _vacuum()
    return done


def _find(wanted: Wanted) -> dict[str, list[str]]:
    found = {name: list(place.find(wanted)) for name, place in PLACES.items()}
    return {name: lines for name, lines in found.items() if lines}


def _with_those_below(keys: Iterable[int]) -> set[int]:
    ids = set(Section.objects.filter(pk__in=keys).values_list("pk", flat=True))
    if missing := set(keys) - ids:
        raise PurgeRefused(f"There is no section {min(missing)}.")
    fringe = ids
    while fringe:
        below = Section.objects.filter(parent__in=fringe).values_list("pk", flat=True)
        fringe = set(below) - ids
        ids = ids | fringe
    return ids


def _vacuum() -> None:
    """What was deleted is gone from the tables' files only then. Nothing within a transaction."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (SKIP_LOCKED)")


# Sections


def _section_ids(wanted: Wanted) -> list[int]:
    if wanted.sections:
        return sorted(wanted.sections)
    return sorted(_holding(Section, [*SOURCES, *MADE, "breadcrumbs"], wanted))


def _find_sections(wanted: Wanted) -> Iterator[str]:
    rows = Section.objects.filter(pk__in=_section_ids(wanted)).select_related("topic")
    for section in rows.order_by("pk"):
        if wanted.sections and not _has_content(section):
            continue
        state = "removed" if section.gone_at else "live"
        yield f"section {section.pk} of {section.topic.path} ({state})"


def _has_content(section: Section) -> bool:
    return section.title != GONE or any(getattr(section, name) for name in (*SOURCES[2:], *MADE))


def _remove_from_sections(wanted: Wanted) -> None:
    if wanted.sections:
        _empty(wanted.sections)
        return
    by_topic: dict[Topic, list[Section]] = {}
    ids = _section_ids(wanted)
    # In its own tree the text may be cut up by markup, so pages are made again from the source.
    for section in Section.objects.filter(pk__in=ids).select_related("topic"):
        before = section.markdown
        for name in (*SOURCES, "title_html", "breadcrumbs", "text", "code"):
            value = wanted.without(getattr(section, name))
            setattr(section, name, _fitting(Section._meta.get_field(name), value))
        for name in ("written_html", "html"):
            made = wanted.without(getattr(section, name))
            is_cut_up = section.markdown != before and section.gone_at
            setattr(section, name, f"<pre>{escape(section.markdown)}</pre>" if is_cut_up else made)
        section.changed_at = timezone.now()
        section.save()
        if not section.gone_at:
            by_topic.setdefault(section.topic, []).append(section)
    for topic, sections in by_topic.items():
        try:
            ids += rerender(topic, [section.pk for section in sections])
        except EditRefused as error:
            raise PurgeRefused(f"{topic.path}: {error} Nothing was removed.") from error
    topics = {topic.pk for topic in by_topic}
    publish(sorted(set(ids)), topics)


def _empty(ids: frozenset[int]) -> None:
    """Rows and marks stay, and nothing of what was in them."""
    now = timezone.now()
    rows = Section.objects.filter(pk__in=ids)
    topics = set(rows.filter(anchor="", removed_at=None).values_list("topic", flat=True))
    Asset.objects.filter(pk__in=_only_shown_by(ids)).delete()
    Address.objects.filter(section__in=ids).delete()
    for section in rows:
        section.title, section.anchor = GONE, section.anchor and f"removed-{section.pk}"
        for name in (*SOURCES[1:], *MADE):
            null = Section._meta.get_field(name).null
            setattr(section, name, None if null else "")
        section.breadcrumbs, section.words, section.see_also = [], 0, []
        section.removed_at = section.removed_at or now
        section.changed_at = now
        section.edited_at = section.edited_by = None
        section.save()
    for topic in Topic.objects.filter(pk__in=topics):
        topic.title, topic.summary, topic.front_matter, topic.tags = GONE, "", {}, []
        topic.removed_at = now
        topic.save()
    publish(sorted(ids), topics)


# Addresses are made of titles, and say them in small letters.


def _with_slug(manager: Any, column: str, wanted: Wanted) -> models.QuerySet[Any]:
    sought = slug(wanted.text) if wanted.text else ""
    if len(sought) < LEAST:
        return manager.none()
    return manager.filter(**{f"{column}__contains": sought})


def _find_addresses(wanted: Wanted) -> Iterator[str]:
    for section in _with_slug(Section.objects, "anchor", wanted):
        yield f"address of section {section.pk}"
    earlier = _with_slug(Address.objects, "anchor", wanted)
    if wanted.sections:
        earlier = Address.objects.filter(section__in=wanted.sections)
    for address in earlier:
        yield f"earlier address of section {address.section_id}"


def _remove_addresses(wanted: Wanted) -> None:
    sections = _with_slug(Section.objects, "anchor", wanted)
    changed = list(sections.values_list("pk", flat=True))
    for section in sections:
        section.anchor = f"removed-{section.pk}"
        section.save(update_fields=["anchor"])
    _with_slug(Address.objects, "anchor", wanted).delete()
    Address.objects.filter(section__in=wanted.sections).delete()
    publish(changed)


def _find_names(wanted: Wanted) -> Iterator[str]:
    topics = _with_slug(Topic.objects, "path", wanted)
    if wanted.text:
        topics = topics | Topic.objects.filter(origin__contains=wanted.text)
    for topic in topics:
        yield f"{topic.source}:{topic.origin}: rename the file and import it again"
    for address in _with_slug(TopicAddress.objects, "path", wanted):
        yield f"earlier address {address.pk} of topic {address.topic_id}"


def _only_shown_by(ids: Iterable[int]) -> list[int]:
    """The pictures and files that no other section shows or links to."""
    links = Link.objects.filter(kind__in=[Link.Kind.IMAGE, Link.Kind.FILE])
    here = _wanted_by(links.filter(section__in=ids))
    reached = Q(wanted__in=here) | Q(names__overlap=list(here))
    elsewhere = _wanted_by(links.filter(reached).exclude(section__in=ids))
    alone = []
    for pk, path, copy_of in Asset.objects.values_list("pk", "path", "copy_of"):
        names = {copy_of or path, *names_of_file(copy_of or path)}
        if names & here and not names & elsewhere:
            alone.append(pk)
    return alone


def _wanted_by(links: models.QuerySet[Link]) -> set[str]:
    """All that links want, by any name."""
    rows = links.values_list("wanted", "names")
    return {name for wanted, names in rows for name in (wanted, *names) if name}


# Images, uploads, the search's own


def _assets(wanted: Wanted) -> models.QuerySet[Asset]:
    if wanted.sections:
        return Asset.objects.filter(pk__in=_only_shown_by(wanted.sections))
    with connection.cursor() as cursor:
        tests = " OR ".join("position(%s IN data) > 0" for _ in wanted.forms)
        values = [form.encode() for form in wanted.forms]
        cursor.execute(f"SELECT id FROM topics_asset WHERE {tests}", values)
        ids = [row[0] for row in cursor.fetchall()]
    return Asset.objects.filter(Q(pk__in=ids) | Q(path__contains=wanted.text))


def _upload_folders(wanted: Wanted) -> list[Path]:
    if not wanted.text:
        return []
    sought = wanted.text.encode()
    folders = sorted((Path(settings.DATA_DIR) / "uploads").glob("*/files"))
    return [
        folder
        for folder in folders
        if any(path.is_file() and sought in path.read_bytes() for path in folder.rglob("*"))
    ]


def _discard_uploads(wanted: Wanted) -> None:
    for folder in _upload_folders(wanted):
        discard(folder)


def _searches(wanted: Wanted) -> models.QuerySet[SearchLog]:
    sought = normalised(wanted.text)
    if not sought:
        return SearchLog.objects.none()
    return SearchLog.objects.filter(Q(query__contains=sought) | Q(corrected__contains=sought))


def _words(wanted: Wanted) -> list[str]:
    """Words of the text that corrections and suggestions know and no published section has."""
    words = list(set(surfaces(wanted.text)))
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_WORDS, [words])
        return [row[0] for row in cursor.fetchall()]


def _remove_words(wanted: Wanted) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UNUSED_TERMS)
        cursor.execute(_UNUSED_WORDS)
        cursor.execute("DELETE FROM topics_word WHERE word = ANY(%s)", [_words(wanted)])


_LEFT_WORDS = """
    SELECT w.word FROM topics_word w WHERE w.word = ANY(%s) AND NOT EXISTS (
        SELECT FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
        WHERE strpos(lower(s.title || ' ' || s.text || ' ' || s.code), lower(w.word)) > 0)
"""
_UNUSED_TERMS = """
    DELETE FROM topics_term t
    WHERE NOT EXISTS (SELECT FROM topics_posting p WHERE p.term_id = t.id)
"""
_UNUSED_WORDS = """
    DELETE FROM topics_word w
    WHERE NOT EXISTS (SELECT FROM topics_term t WHERE t.lexeme = w.lexeme)
"""


def _lines(model: type[models.Model], rows: Callable[[Wanted], Any]) -> Place:
    """A place whose rows go as a whole."""
    label = model._meta.label_lower
    return Place(
        lambda wanted: (f"{label} {row.pk}" for row in rows(wanted)),
        lambda wanted: rows(wanted).delete(),
    )


def register() -> None:
    """The places of this room and of those below it, in the order in which they are cleared."""
    for name, place in {
        "pictures": _lines(Asset, _assets),
        "topics": columns(
            Topic, "title", "summary", "tags", "prerequisites", "front_matter", "title_anchor"
        ),
        "addresses": Place(_find_addresses, _remove_addresses),
        "names of files": Place(_find_names, None),
        "sections": Place(_find_sections, _remove_from_sections),
        "definitions": columns(Definition, "term", "text", section="section_id"),
        "questions": columns(Question, "text", section="section_id"),
        "links": columns(
            Link, "href", "text", "wanted", "wanted_anchor", "names", section="section_id"
        ),
        "steps of paths": columns(PathStep, "text", "names", "hrefs", section="section_id"),
        "notes of imports": columns(ImportRun, "notes", "lines"),
        "uploads": Place(
            lambda wanted: (f"{folder.parent}" for folder in _upload_folders(wanted)),
            _discard_uploads,
        ),
        "jobs": columns(Job, "arguments", "result", "error"),
        "the search log": _lines(SearchLog, _searches),
        "synonyms": columns(Synonym, "words", "expansions", "note"),
        "words of the index": Place(
            lambda wanted: (f"word {word}" for word in _words(wanted)), _remove_words
        ),
    }.items():
        PLACES.register(name, place)
