"""Joined and split words, and words that are still being typed."""

import pytest

from search.engine import search
from search.suggestions import suggest
from tests.beginnings import beginning
from tests.search.library import Part, add_topic, titles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

TEXTS = {
    "Microservices": "Microservices are small. A microservice owns its data.",
    "Timeouts": "A timeout ends waiting. Set every timeout.",
    "Databases": "A database keeps rows. Every database has a log. PostgreSQL is one, PostgreSQL.",
    "TypeScript": "TypeScript adds types.",
    "Lifecycle": "The lifecycle of a pod. Each lifecycle ends.",
    "Message queues": "A message queue keeps work. The message queue is durable.",
    "Event loop": "Keep an open event loop. The event loop turns. One event loop for each process.",
    "Circuit breakers": "A circuit breaker opens. The circuit breaker closes again.",
    "Memory leaks": "A memory leak grows. Find the memory leak.",
    "Deadlocks": "A deadlock blocks both. The deadlock ends by a victim.",
}


@beginning
def library() -> None:
    for title, text in TEXTS.items():
        add_topic(title, Part("In short", text), path=title.lower().replace(" ", "-"))
    add_topic("Zones", Part("Zones", "A time, the type as a script, a ground for data, a life."))
    add_topic("Other", Part("Notes", "The word postgres."), path="other")


def test_two_words_mean_all_that_the_one_means() -> None:
    assert len(search("postgres").hits) > 1  # PostgreSQL is another name
    assert titles(search("post gres")) == titles(search("postgres"))


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("micro service", "microservices"), ("micro services", "microservices"),
        ("time out", "timeouts"), ("data base", "databases"), ("type script", "typescript"),
        ("life cycle", "lifecycle"), ("dead lock", "deadlocks"), ("messagequeue", "message-queues"),
        ("eventloop", "event-loop"), ("circuitbreaker", "circuit-breakers"),
        ("memoryleak", "memory-leaks"), ("memoryleaks", "memory-leaks"), ("deadl ock", "deadlocks"),
        ("openeventloop", "event-loop"),
    ],
)  # fmt: skip
def test_words_are_found_joined_and_split(typed: str, path: str) -> None:
    assert search(typed).hits[0].topic_path == path


def test_two_words_that_stand_side_by_side_are_not_joined() -> None:
    add_topic("Code", Part("Names", "Call monitorEventLoopDelay."), path="code")
    assert search("event loop").hits[0].topic_path == "event-loop"


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("micros", "microservices"), ("typesc", "typescript"), ("lifecy", "lifecycle"),
        ("circuit bre", "circuit-breakers"), ("dea", "deadlocks"), ("timeo", "timeouts"),
        ("message que", "message-queues"), ("memory lea", "memory-leaks"), ("datab", "databases"),
        ("event lo", "event-loop"),
    ],
)  # fmt: skip
def test_page_and_palette_finish_a_word_alike(typed: str, path: str) -> None:
    assert search(typed).hits[0].topic_path == path
    assert suggest(typed)[0].topic_path == path


@pytest.mark.parametrize(
    ("typed", "path"),
    [("time o", "timeouts"), ("data b", "databases"), ("micro s", "microservices")],
)
def test_a_split_word_is_suggested_before_its_second_half_is_there(typed: str, path: str) -> None:
    assert suggest(typed)[0].topic_path == path


@pytest.mark.parametrize("typed", ["how t", "how to s", "what is a s", "the l", "in t"])
def test_first_letters_after_stop_words_suggest_nothing(typed: str) -> None:
    assert suggest(typed) == []


def test_one_letter_begins_a_word_and_is_no_title() -> None:
    add_topic("Glossary", Part("T", "Terms that begin so."), path="glossary")
    assert "T" not in [hit.title for hit in suggest("t")]
    assert {"timeouts", "typescript"} <= {hit.topic_path for hit in suggest("t")}
