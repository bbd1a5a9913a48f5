"""Changes of the search, tried on queries before they are saved.

A trial makes the change in a transaction, asks the queries, and takes it back. It does so for a few
queries at a time, since a changed synonym holds a row that imports need.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curating import audit
from curating.models import Trial
from importer.edits import EditRefused, without_imports
from search.engine import search
from search.golden import places
from search.models import GoldenQuery, Pin, SearchLog, Synonym, Weight
from search.pins import key_of_text
from topics.models import content_changed
from topics.visibility import by_everybody

LOGGED = 1_000  # latest searches that a change is tried on
ROWS = 3  # of the results that are compared
AT_ONCE = 25  # queries asked in one transaction
MOST_SHOWN = 200  # changed queries that are kept

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Seen:
    """What a query finds: how many sections, and the first of them by key and title."""

    total: int
    keys: tuple[int, ...]
    titles: tuple[str, ...]


def apply(trial: Trial) -> None:
    """Make the change. Raises EditRefused for a synonym that is not there any more."""
    values = trial.values
    if trial.kind == Trial.Kind.WEIGHTS:
        for name, value in values.items():
            Weight.objects.update_or_create(name=name, defaults={"value": value})
    elif trial.kind == Trial.Kind.PIN:
        _pin(values)
    else:
        _synonym(values)


def _pin(values: dict[str, Any]) -> None:
    days = {n: date.fromisoformat(values[n]) if values[n] else None for n in ("begins", "ends")}
    rest = {name: values[name] for name in ("query", "label", "is_redirect")}
    key = key_of_text(values["query"])
    if values.get("is_removed"):
        Pin.objects.filter(key=key, section=values["section"]).delete()
        return
    Pin.objects.update_or_create(key=key, section_id=values["section"], defaults={**rest, **days})


def _synonym(values: dict[str, Any]) -> None:
    columns = {name: values[name] for name in ("words", "expansions", "note")}
    if not values.get("key"):
        Synonym.objects.create(**columns)
        return
    row = Synonym.objects.filter(pk=values["key"])
    done = row.delete()[0] if values.get("is_removed") else row.update(**columns)
    if not done:
        raise EditRefused(_("Somebody else has removed this synonym."))


@transaction.atomic
def save(trial: Trial) -> None:
    """Make the change for good. Raises EditRefused as `apply` does, and while an import runs."""
    locked = Trial.objects.select_for_update().get(pk=trial.pk)
    if locked.saved_at:
        raise EditRefused(_("This has been saved already."))
    with without_imports():
        apply(trial)
        audit.note(audit.Kind.SETTINGS, trial.kind, by=trial.by, target=trial)
        content_changed()
    trial.saved_at = timezone.now()
    trial.save(update_fields=["saved_at"])


@contextmanager
def made(trial: Trial) -> Iterator[None]:
    """The change is made, and taken back at the end."""
    with transaction.atomic(), without_imports():
        apply(trial)
        try:
            yield
        finally:
            transaction.set_rollback(True)


def logged_queries() -> list[tuple[str, int]]:
    """The latest thousand searches as queries, each with how often it is among them, most first."""
    latest = SearchLog.objects.order_by("-pk").values("query")[:LOGGED]
    counts: dict[str, int] = {}
    for row in latest:
        counts[row["query"]] = counts.get(row["query"], 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def tried(trial: Trial, report: Report = lambda done, total: None) -> dict[str, Any]:
    """Ask all golden queries and the latest logged ones before and after the change.

    Gives `golden`: [query, place before, place after, whether it held, whether it holds] of those
    whose place changes; `held`: how many hold before and after, of how many; `logged`: [query,
    times, total before, total after, titles before, titles after] of those whose first rows change;
    and `asked`: how many logged queries were asked. Nothing is saved.
    """
    golden, logged = list(GoldenQuery.objects.all()), logged_queries()
    if trial.kind == Trial.Kind.PIN:  # it answers its own query alone
        key = key_of_text(trial.values["query"])
        golden = [row for row in golden if key_of_text(row.query) == key]
        logged = [row for row in logged if key_of_text(row[0]) == key]
        logged = logged or [(trial.values["query"], 0)]
    total, done = 2 * (len(golden) + len(logged)), 0

    def step() -> None:
        nonlocal done
        done += 1
        if done % AT_ONCE == 0 or done == total:
            report(done, total)

    before: dict[int, int] = {}
    after: dict[int, int] = {}
    found_before: dict[str, Seen] = {}
    found_after: dict[str, Seen] = {}
    for some in batched_rows(golden):
        before |= places(some, step)
        with made(trial):
            after |= places(some, step)
    for some_logged in batched_rows(logged):
        found_before |= {query: _seen(query, step) for query, times in some_logged}
        with made(trial):
            found_after |= {query: _seen(query, step) for query, times in some_logged}
    moved = [
        [
            row.query,
            before[row.pk],
            after[row.pk],
            row.holds(before[row.pk]),
            row.holds(after[row.pk]),
        ]
        for row in golden
        if before.get(row.pk) != after.get(row.pk)
    ]
    changed = [
        [query, times, old.total, new.total, list(old.titles), list(new.titles)]
        for query, times in logged
        if (old := found_before[query]).keys != (new := found_after[query]).keys
        or (not old.total) != (not new.total)
    ]
    return {
        "golden": moved,
        "held": [
            sum(row.holds(before[row.pk]) for row in golden),
            sum(row.holds(after[row.pk]) for row in golden),
            len(golden),
        ],
        "logged": changed[:MOST_SHOWN],
        "changed": len(changed),
        "asked": len(logged),
    }


def _seen(query: str, step: Callable[[], None]) -> Seen:
    with by_everybody():
        results = search(query, limit=ROWS, snippets=False)
    step()
    keys = tuple(hit.section_id for hit in results.hits)
    return Seen(results.total, keys, tuple(hit.title for hit in results.hits))


def batched_rows(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The rows, a few at a time."""
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
