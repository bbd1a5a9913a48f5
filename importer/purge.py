"""Removing a text, or sections, from every place that holds them: a password that was imported.

Each place says what it holds and removes it. `purge_places` has those of this room and of the rooms
below it; rooms above register theirs in `AppConfig.ready`:

    PLACES.register("learning.cards", columns(Card, "front", "back"))
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction

from importer.edits import with_all_below
from importer.lock import import_lock
from registry import Registry
from topics.models import Section, content_changed
from topics.raw_sql import execute

GONE = "[removed]"  # what is written where the text was
LEAST = 4  # characters: half of the library holds a shorter text
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
                setattr(row, name, fitting(model._meta.get_field(name), value))
            row.save(update_fields=names)

    return Place(find, remove)


def fitting(column: Any, value: Any) -> Any:
    """The value, a text cut to the length that the model's column has."""
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
    sql = f"SELECT {meta.pk.column} FROM {meta.db_table} WHERE {' OR '.join(tests)}"
    return [pk for (pk,) in execute(sql, values)]


@dataclass
class Purged:
    """What was found, by place, and the files from which it would come back."""

    found: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


def purge(wanted: Wanted, *, dry_run: bool) -> Purged:
    """Find it everywhere and, unless `dry_run`, remove it. Raises PurgeRefused."""
    if not wanted.sections and len(wanted.text.strip()) < LEAST:
        raise PurgeRefused(f"Give at least {LEAST} characters: less is in too many places.")
    if wanted.sections:
        named = Section.objects.filter(pk__in=wanted.sections)
        if missing := wanted.sections.difference(row.pk for row in named):
            raise PurgeRefused(f"There is no section {min(missing)}.")
        wanted = Wanted(sections=frozenset(with_all_below(named, Section.objects.all())))
    done = Purged()
    with transaction.atomic():
        if not dry_run and not import_lock():
            raise PurgeRefused("An import or an edit is under way: try again in a minute.")
        done.found = _find(wanted)
        touched = Section.objects.filter(pk__in=section_ids(wanted)).select_related("topic")
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


def _vacuum() -> None:
    """What was deleted is gone from the tables' files only then. Nothing within a transaction."""
    if not connection.in_atomic_block:
        execute("VACUUM (SKIP_LOCKED)")


def section_ids(wanted: Wanted) -> list[int]:
    """The keys of the sections that hold the text, or that are named."""
    if wanted.sections:
        return sorted(wanted.sections)
    return sorted(_holding(Section, [*SOURCES, *MADE, "breadcrumbs"], wanted))
