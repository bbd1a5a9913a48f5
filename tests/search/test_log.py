"""The search log: queued, written in batches, never in the way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from search import log
from search.models import SearchLog
from tests.search.library import Part, add_topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_thread(db: None, settings: object) -> None:
    settings.SEARCH_LOG_THREAD = False  # type: ignore[attr-defined]
    settings.SEARCH_LOG = True  # type: ignore[attr-defined]
    log.write_waiting()  # what tests before left
    SearchLog.objects.all().delete()


def rows() -> list[tuple[object, ...]]:
    return list(
        SearchLog.objects.order_by("id").values_list("query", "results", "corrected", "opened_id")
    )


def test_searches_are_written_in_batches() -> None:
    log.note_search("  Message\n QUEUES ", results=12, took_ms=3.5)
    log.note_search("kuberntes", results=1, took_ms=1.0, corrected="kubernetes")
    assert rows() == []
    assert log.write_waiting() == 2
    assert rows() == [("message queues", 12, "", None), ("kuberntes", 1, "kubernetes", None)]


def test_an_opened_result_is_noted_with_its_search() -> None:
    section = add_topic("A", Part("One", "gizmo")).sections.get(title="One")
    log.note_search("gizmo", results=1, took_ms=1.0)
    log.note_opening("Gizmo", section.pk)
    log.note_opening("never asked", section.pk)
    log.note_opening("gizmo", 0)
    log.write_waiting()
    assert rows() == [("gizmo", 1, "", section.pk)]


def test_it_can_be_switched_off(settings: object) -> None:
    settings.SEARCH_LOG = False  # type: ignore[attr-defined]
    log.note_search("gizmo", results=1, took_ms=1.0)
    assert log.write_waiting() == 0


@pytest.mark.parametrize("query", ["in:notes divorce", "is:bookmarked deadlock", "has:note x"])
def test_a_search_among_ones_own_things_is_not_noted(query: str) -> None:
    log.note_search(query, results=0, took_ms=1.0)
    log.note_opening(query, 1)
    assert log.write_waiting() == 0


@pytest.mark.parametrize("query", ["", "  ", "\0"])
def test_an_empty_query_is_not_noted(query: str) -> None:
    log.note_search(query, results=0, took_ms=1.0)
    assert log.write_waiting() == 0


def test_a_full_queue_drops_and_never_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(log.MOST_WAITING + 10):
        log.note_search(f"q{n}", results=0, took_ms=1.0)
    assert log.write_waiting() == log.MOST_WAITING


def test_entries_older_than_ninety_days_are_forgotten() -> None:
    now = timezone.now()
    SearchLog.objects.create(query="old", results=0, took_ms=1, created_at=now - timedelta(days=91))
    SearchLog.objects.create(query="new", results=0, took_ms=1, created_at=now - timedelta(days=89))
    assert log.forget_old() == 1
    assert [row[0] for row in rows()] == ["new"]


def test_long_queries_are_cut() -> None:
    log.note_search("x" * 500, results=0, took_ms=1.0)
    log.write_waiting()
    assert rows()[0][0] == "x" * 200
