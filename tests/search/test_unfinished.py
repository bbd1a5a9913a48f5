"""A last word that is not typed to the end: Enter gives what the whole word would have given."""

import pytest
from pytest_django import DjangoAssertNumQueries

from search.engine import search
from search.suggestions import suggest
from search.syntax import parse
from tests.beginnings import beginning
from tests.search.library import Part, add_topic, titles

pytestmark = pytest.mark.django_db

FILLING = "It is told at length, with what it costs and what to watch for in production. " * 4

NAMES = [
    ("circuit bre", "circuit breaker"),
    ("circuit br", "circuit breaker"),
    ("message que", "message queue"),
    ("load balan", "load balancing"),
    ("soft del", "soft delete"),  # a word of its own, which stands in code
    ("isolation lev", "isolation level"),
    ("consistent ha", "consistent hashing"),
    ("rate limi", "rate limiting"),  # one slip from "limit", too
    ("connection poo", "connection pool"),  # one slip from "pop", too
    ("dead let", "dead letter"),
    ("cap the", "cap theorem"),
    ("password has", "password hashing"),
    ("structured out", "structured output"),
]


@beginning
def library() -> None:
    for name in (
        "Circuit breaker", "Message queue", "Load balancing", "Soft delete", "Isolation levels",
        "Consistent hashing", "Rate limiting", "Connection pool", "Dead letter queue",
        "CAP theorem", "Password hashing", "Structured output",
    ):  # fmt: skip
        for n, title in enumerate((name, f"{name} in production", f"Why {name.lower()}")):
            add_topic(f"{name} {n}", Part(title, f"{name} explained. {FILLING}"))
    add_topic("Toast", Part("Circuit bread", f"It is eaten. {FILLING}"), path="toast")
    commands = "The command DEL, and pop, poor and pool: let it be the last out. del key. "
    add_topic("Commands", Part("Breaking news", commands + FILLING), Part("Lists", "pop " * 9))
    add_topic("Limits", Part("Limit", f"Message, load, rate, soft. {FILLING}"))


@pytest.mark.parametrize(("typed", "meant"), NAMES)
def test_a_name_that_is_not_typed_to_the_end_is_that_name(
    library: None, typed: str, meant: str
) -> None:
    results, whole = search(typed), search(meant)
    assert whole.hits
    assert titles(results) == titles(whole)
    assert [hit.score for hit in results.hits] == [hit.score for hit in whole.hits]
    assert (results.total, results.corrected) == (whole.total, None)


@pytest.mark.parametrize("typed", [typed for typed, _ in NAMES if len(typed.split()[-1]) > 2])
def test_the_palette_shows_first_what_enter_finds_first(library: None, typed: str) -> None:
    assert suggest(typed)[0].section_id == search(typed).hits[0].section_id


@pytest.mark.parametrize(
    ("query", "beginning"),
    [
        ("dead let", "let"),
        ("dead let ", ""),  # it ended
        ("dead LET", ""),  # a keyword
        ("let", ""),
        ("what is a dead let", ""),  # no name
        ("cache with", ""),  # it joins what follows
        ("redis or not", ""),
        ("retry and", ""),
        ("a long list of words with an own", ""),
    ],
)
def test_few_stop_words_may_begin_a_word(query: str, beginning: str) -> None:
    assert parse(query).beginning == beginning


def test_a_word_that_a_title_holds_is_that_word() -> None:
    for n in range(3):
        add_topic(f"Pools {n}", Part("Worker pools", f"Workers. {FILLING}"))
    add_topic("Other", Part("Worker poo", f"A poo of workers. {FILLING}"))
    assert titles(search("worker poo"))[0] == "Worker poo"


def test_a_word_of_its_own_that_no_text_holds_is_finished_by_titles_alone() -> None:
    for n in range(3):
        add_topic(f"Compose {n}", Part("Docker Compose", f"Compose. {FILLING}"))
    add_topic("Helmet", Part("Helmet", f"Headers. Docker is elsewhere. {FILLING}"))
    assert titles(search("docker comp")) == titles(search("docker compose"))
    results = search("docker helm")
    assert "nothing here speaks of: helm" in results.notes
    assert "Helmet" not in [hit.title for hit in results.hits if hit.match == "all"]


def test_where_titles_go_on_in_several_ways_none_is_taken_for_meant() -> None:
    for n, word in enumerate(("cluster", "client", "clock", "clone")):
        add_topic(f"Redis {n}", Part(f"Redis {word}", f"Redis and a {word}. {FILLING}"))
    found = {hit.title for hit in search("redis cl").hits}
    assert {f"Redis {word}" for word in ("cluster", "client", "clock", "clone")} <= found


def test_a_title_is_itself_where_another_begins_with_all_of_it() -> None:
    for n in range(3):
        add_topic(f"Sessions {n}", Part("Session::GetCookieLength", f"How long. {FILLING}"))
    add_topic("Own", Part("Session::GetCookie", f"What it holds. {FILLING}"))
    assert titles(search("Session::GetCookie"))[0] == "Session::GetCookie"
    assert suggest("Session::GetCookie")[0].title == "Session::GetCookie"


@pytest.mark.parametrize("typed", ["soft del", "soft delete", "rate lim", "delete"])
def test_words_that_begin_so_are_looked_for_once(
    library: None, typed: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    suggest("warm")  # the synonyms are read
    with django_assert_num_queries(2):  # the words, and the ranking
        suggest(typed)
