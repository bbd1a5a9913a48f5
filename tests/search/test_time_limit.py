"""What a search may cost: its words, the time of the database, the time of one client."""

from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from search import engine, query, time_limit
from search.engine import search
from search.templatetags.search_tags import reader_words
from tests.beginnings import beginning
from tests.search.library import Part, add_topic
from topics import rate_limits

pytestmark = pytest.mark.django_db

NOTES = [
    query.TOO_LONG, query.WILDCARDS, query.EXCLUSIONS, query.PHRASES, query.TOO_MANY_FILTERS,
    query.CUT_PHRASE,
]  # fmt: skip


@beginning
def many_words() -> None:
    add_topic("Words", *[Part(f"S{n}", f"aa{n}x ae{n}x") for n in range(90)])


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Each ranking takes the database three seconds, and a search may take one."""

    def rank(*args: object, **options: object) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'")
            if 0 < cursor.fetchone()[0] < 3000:  # as if it had passed
                cursor.execute("SET LOCAL statement_timeout = 1")
                cursor.execute("SELECT pg_sleep(60)")
        return real(*args, **options)

    settings.KB_SEARCH_TIMEOUT_MS = 1000

    real = engine.rank
    monkeypatch.setattr(engine, "rank", rank)


def statement_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(("asked", "most"), [("aa* ae*", 100), ("-zzzq aa* ae*", 60)])
def test_with_a_filter_a_wildcard_becomes_fewer_words(
    many_words: None, asked: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def rank(parsed: query.Query, **options: object) -> object:
        seen.append(sum(len(word.alternatives) for word in parsed.words))
        return real(parsed, **options)

    real = engine.rank
    monkeypatch.setattr(engine, "rank", rank)
    assert search(asked).hits
    assert seen[0] == most


@pytest.mark.parametrize("note", NOTES)
def test_what_was_cut_is_said_in_the_readers_language(note: str) -> None:
    assert reader_words(note) == note
    with translation.override("de"):
        assert reader_words(note) != note


def test_the_page_and_the_api_say_what_was_cut(client: Client, many_words: None) -> None:
    asked = {"q": "aa* ae* ai* ao* au* ba*"}
    assert client.get("/api/v1/search", asked).json()["notes"] == [query.WILDCARDS]
    assert "Only the first 4 words with * were used." in client.get("/search/", asked).text


@pytest.mark.usefixtures("slow")
def test_a_search_that_takes_too_long_is_answered_clearly(client: Client, many_words: None) -> None:
    page = client.get("/search/", {"q": "aa*"})
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "Please use fewer or rarer words" in page.text
    for kind in ("search", "suggest"):
        answer = client.get(f"/api/v1/{kind}", {"q": "aa*"})
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert answer.json()["error"]["code"] == "took_too_long"


@pytest.mark.usefixtures("slow")
def test_a_few_plain_words_are_answered_where_the_server_is_slow(
    client: Client, many_words: None
) -> None:
    for words in ("words", "aa1x ae1x: why?", "isolation levels of a database in use"):
        assert client.get("/search/", {"q": words}).status_code == 200, words
    for dear in ('"aa1x ae1x"', "aa1x -ae1x", "tag:web aa1x", "a b c d e f g h i"):
        assert client.get("/search/", {"q": dear}).status_code == 503, dear


@pytest.mark.usefixtures("slow")
def test_who_is_logged_in_may_search_for_longer(learner: Client, many_words: None) -> None:
    assert learner.get("/search/", {"q": "aa*"}).status_code == 200


@pytest.mark.parametrize("kind", ["search", "suggest"])
def test_the_limit_ends_with_the_search(client: Client, settings: Settings, kind: str) -> None:
    settings.KB_SEARCH_TIMEOUT_MS = 5000
    before = statement_timeout()
    client.get(f"/api/v1/{kind}", {"q": "words"})
    assert statement_timeout() == before


def test_a_client_may_take_so_many_milliseconds_of_a_minute(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "time", lambda: 60_010.0)
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    clock = count(step=0.2)
    monkeypatch.setattr(time_limit, "perf_counter", lambda: next(clock))
    settings.KB_SEARCH_BUDGET_MS = 100
    answers = [client.get("/api/v1/search", {"q": "words"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[-1]["Retry-After"] == "50"
    assert client.get("/search/", {"q": "words"}).status_code == 429
    assert client.get("/api/v1/suggest", {"q": "words"}).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get("/api/v1/suggest").status_code == 200
    assert rate_limits.is_out_of_time(time_limit.KIND, "127.0.0.1", 100) == 50


def test_the_addresses_of_one_ipv6_network_are_one_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    asked = [rate_limits.seconds_to_wait("x", f"2001:db8::{n:x}", 2) > 0 for n in range(1, 4)]
    assert asked == [False, False, True]
    assert not rate_limits.seconds_to_wait("x", "2001:db8:0:1::1", 2)
