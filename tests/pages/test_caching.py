"""Who may keep a page, and the pages we keep ourselves."""

import gzip
from collections.abc import Callable
from itertools import count

import brotli
import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learning.models import Bookmark, Collection
from tests.pages.html import text_of
from topics import page_cache, page_time, rate_limits
from topics.models import Section, Topic, content_changed, content_version
from topics.page_cache import ENTRY, MEGABYTE, OVERHEAD, Kept, asked_for

pytestmark = pytest.mark.django_db

HTTP = "/topics/lib/web/http/"
KEY = ("http", "testserver", HTTP, "en")
PUBLIC = ["/", "/topics/", "/glossary/", HTTP, "/topics/lib/"]


def is_kept(client: Client, path: str) -> bool:
    """Whether the page is answered from memory: only the content version is asked for."""
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries) == 1


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_for_everybody_sets_no_cookie_and_is_checked_each_time(
    client: Client, library: None, path: str
) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "no-cache"
    assert "Cookie" in response["Vary"]
    assert "csrfmiddlewaretoken" not in text_of(response)


@pytest.mark.parametrize("path", PUBLIC)
def test_the_same_page_has_the_same_bytes_and_is_not_sent_twice(
    client: Client, library: None, path: str
) -> None:
    first, again = client.get(path), client.get(path)
    assert first.content == again.content
    response = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == first["ETag"]
    assert response["Cache-Control"] == "no-cache"


def test_a_change_changes_the_tag(client: Client, library: None) -> None:
    before = client.get(HTTP)["ETag"]
    Section.objects.filter(topic__path="lib/web/http", anchor="caching").update(html="<p>New.</p>")
    response = client.get(HTTP, headers={"If-None-Match": before})
    assert response.status_code == 200
    assert response["ETag"] != before


@pytest.mark.parametrize("path", [*PUBLIC, "/bookmarks/"])
def test_a_page_for_one_person_is_kept_by_nobody(learner: Client, library: None, path: str) -> None:
    response = learner.get(path)
    assert "private" in response["Cache-Control"]
    assert "no-store" in response["Cache-Control"]
    assert "ETag" not in response


def test_the_log_in_page_is_kept_by_nobody(client: Client) -> None:
    assert "no-store" in client.get("/accounts/login/")["Cache-Control"]


def test_a_kept_page_takes_one_query(
    client: Client, library: None, keeping, django_assert_num_queries
) -> None:
    with django_assert_num_queries(4):  # version, page, topics around, areas
        first = client.get(HTTP)
    with django_assert_num_queries(3):  # the areas are known
        client.get("/topics/lib/data/sql/")
    with django_assert_num_queries(1):
        again = client.get(HTTP)
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]


def test_with_an_account_reading_takes_at_most_seven_queries(
    learner: Client, library: None, keeping, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(7):
        learner.get(HTTP)


def test_a_kept_page_ends_with_the_version_of_the_content(
    client: Client, library: None, keeping
) -> None:
    client.get(HTTP)
    Topic.objects.filter(path="lib/web/http").update(title="Hypertext")
    content_changed()
    assert "Hypertext" in text_of(client.get(HTTP))


@pytest.fixture
def away(monkeypatch):
    """Makes the database unreachable for whoever asks for the content's version."""

    def go() -> None:
        def fail(*_: object):
            raise OperationalError("gone")

        monkeypatch.setattr(page_cache, "content_version", fail)

    return go


def test_without_a_database_a_kept_page_is_shown_and_says_so(
    client: Client, library: None, keeping, away, monkeypatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(page_cache, "monotonic", lambda: now)
    first = client.get(HTTP)
    assert "Cache-Status" not in first
    away()
    now += 60
    again = client.get(HTTP)
    assert again.content == first.content
    assert again["Cache-Status"] == "kb; hit; ttl=-60; detail=database-away"
    assert client.get("/topics/").status_code == 503  # nobody had read it
    now += 1
    answer = client.get(HTTP)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_without_a_database_a_kept_search_is_shown_and_counted_here(
    client: Client, library: None, keeping, away, settings, monkeypatch
) -> None:
    settings.KB_SEARCH_LIMIT = 100
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    first = client.get("/search/?q=http")
    away()
    monkeypatch.setattr(rate_limits.cache, "get", page_cache.content_version)
    for _ in range(12):  # every tenth is shared with the other workers
        again = client.get("/search/?q=http")
        assert (again.status_code, again.content) == (200, first.content)
        assert "database-away" in again["Cache-Status"]
    assert client.get("/search/?q=other").status_code == 503


def test_each_change_of_content_is_a_version(db: None) -> None:
    before = content_version()
    content_changed()
    content_changed()
    assert content_version() == before + 2


def test_one_person_s_marks_never_reach_another(
    client: Client, library: None, keeping, django_user_model
) -> None:
    section = Section.objects.get(topic__path="lib/web/http", anchor="caching")
    alice = django_user_model.objects.create_user("alice")
    Bookmark.objects.create(user=alice, section=section, note="mine")
    reader = Client()
    before = reader.get(HTTP).content
    client.force_login(alice)
    assert 'aria-pressed="true"' in text_of(client.get(HTTP))
    assert "alice" in text_of(client.get(HTTP))
    after = reader.get(HTTP).content
    assert after == before
    assert b"aria-pressed" not in after


def test_parameters_that_no_page_knows_change_nothing(
    client: Client, library: None, keeping
) -> None:
    plain = client.get("/topics/")
    assert is_kept(client, "/topics/?z=1&n[]=2")
    assert client.get("/topics/?z=1").content == plain.content
    assert len(keeping) == 1


def test_pages_with_a_filter_are_kept_apart(client: Client, library: None, keeping) -> None:
    client.get("/topics/?tag=web&kind=article")
    assert is_kept(client, "/topics/?kind=article&z=2&tag=+web")
    assert not is_kept(client, "/topics/?kind=article")
    assert (len(keeping), len(asked_for)) == (0, 2)


@pytest.fixture
def each_takes(settings, monkeypatch) -> Callable[[float, int], None]:
    """Lets each measured page take so many milliseconds, of so many that one client may."""

    def set_clock(milliseconds: float, budget: int) -> None:
        ticks = count(step=milliseconds / 1000)
        for clock in ("perf_counter", "thread_time"):
            monkeypatch.setattr(page_time, clock, lambda: next(ticks))
        monkeypatch.setattr("time.thread_time", lambda: next(ticks))
        monkeypatch.setattr(rate_limits, "time", lambda: 60_010.0)
        monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
        settings.KB_PAGE_BUDGET_MS = budget

    return set_clock


def test_a_client_may_take_so_many_milliseconds_for_filters(
    client: Client, library: None, each_takes
) -> None:
    each_takes(0.4, 1)
    answers = [client.get(f"/topics/?tag={n}").status_code for n in range(4)]
    assert answers == [200, 200, 200, 429]
    assert client.get("/topics/?z=1").status_code == 200


def test_a_cookie_that_is_no_account_makes_no_page_free(
    learner: Client, library: None, keeping, each_takes
) -> None:
    each_takes(0.6, 1)
    stranger = Client()
    stranger.cookies.load({"messages": "x"})
    answers = [stranger.get("/topics/").status_code for _ in range(3)]
    assert answers[-1] == 429
    answers = [learner.get(f"/glossary/?filter={n}").status_code for n in range(3)]
    assert (answers[0], answers[-1]) == (200, 429)  # from the same address
    assert Client().get("/topics/").status_code == 200  # kept for everybody


def test_pages_of_one_learner_take_her_time_and_shared_ones_that_of_who_asks(
    learner: Client, alice: User, library: None, each_takes
) -> None:
    Collection.objects.create(user=alice, title="Shelf", token="shelf")
    each_takes(0.6, 1)
    answers = [learner.get("/learn/figures/").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert learner.get("/learn/cards/").status_code == 429
    stranger = Client()
    answers = [stranger.get("/learn/shared/shelf/").status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_the_memory_counts_its_keys(keeping) -> None:
    for n in range(10):
        keeping.keep(1, ("x" * 200_000 + str(n),), Kept(b"", ""), 0)
    assert len(keeping) == 5


def test_errors_and_redirects_are_not_kept(client: Client, library: None, keeping) -> None:
    for path in ("/topics/nothing/", f"{HTTP}caching/"):
        client.get(path)
        assert not is_kept(client, path)


def test_the_memory_stays_below_its_limit(client: Client, library: None, keeping, settings) -> None:
    first, *others = [HTTP, "/topics/lib/web/tls/", "/topics/lib/"]
    room = sum(len(client.get(path).content) for path in others) * OVERHEAD
    keeping.clear()
    settings.KB_PAGE_MEMORY_MB = (room + 2 * (ENTRY + 400)) / MEGABYTE
    for path in (first, *others):
        client.get(path)
    assert [is_kept(client, path) for path in (*others, first)] == [True, True, False]


def test_a_change_of_the_content_empties_the_memory(client: Client, library: None, keeping) -> None:
    client.get(HTTP)
    client.get("/topics/lib/")
    content_changed()
    client.get("/topics/")
    assert not is_kept(client, HTTP)


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_a_kept_page_is_sent_as_the_reader_takes_it(
    client: Client, library: None, keeping, accepted: str, encoding: str | None, decode
) -> None:
    plain = client.get(HTTP)
    response = client.get(HTTP, headers={"Accept-Encoding": accepted})
    assert response.get("Content-Encoding") == encoding
    assert decode(response.content) == plain.content
    assert "Accept-Encoding" in response["Vary"]
    assert response["ETag"] == plain["ETag"]


def test_a_kept_page_answers_304(client: Client, library: None, keeping) -> None:
    tag = client.get(HTTP)["ETag"]
    response = client.get(HTTP, headers={"If-None-Match": tag, "Accept-Encoding": "br"})
    assert (response.status_code, response.content) == (304, b"")


def test_the_bookmark_link_of_a_page_for_everybody_leads_through_the_log_in(
    client: Client, library: None
) -> None:
    section = Section.objects.get(topic__path="lib/web/http", anchor="caching")
    link = f"/bookmarks/sections/{section.pk}/wanted/"
    assert f'href="{link}"' in text_of(client.get(HTTP))
    response = client.get(link)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=%2Fbookmarks%2Fwanted%2F")
    assert client.get(link)["Location"] != response["Location"]


@pytest.mark.parametrize("cookie", ["x", "abcdefghijklmnopqrstuvwxyz012345", "\x00", "é" * 40])
def test_a_made_up_session_gets_the_kept_page_and_nobody_keeps_it(
    client: Client, library: None, keeping, cookie: str, django_assert_num_queries
) -> None:
    kept = client.get("/topics/").content
    stranger = Client(headers={"Cookie": f"sessionid={cookie}"})
    with CaptureQueriesContext(connection) as queries:
        answer = stranger.get("/topics/")
    assert len(queries) <= 2  # the session, the version
    assert answer.content == kept
    assert "no-store" in answer["Cache-Control"]


def test_a_session_with_something_in_it_is_no_made_up_one(
    client: Client, library: None, keeping, learner: Client
) -> None:
    client.get("/topics/")
    assert "Log out" in text_of(learner.get("/topics/"))
    learner.logout()
    session = learner.session
    session["wanted"] = "something"
    session.save()
    learner.cookies["sessionid"] = session.session_key
    learner.get("/topics/")
    assert learner.session["wanted"] == "something"


def test_all_filters_that_find_nothing_are_one_page(client: Client, library: None, keeping) -> None:
    empty = client.get("/topics/?tag=no-such-tag")
    assert "No documents match" in text_of(empty)
    for query in ("tag=another", "tag=x%00y", "tag=%EF%BF%BD", "tag=" + "x" * 5000):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/topics/?{query}").content == empty.content
        assert len(queries) <= 2  # the version, asked for the choices and for the page
    assert "All topics" in text_of(client.get("/topics/?kind=nothing")).partition("</h1>")[0]
    assert "No documents match" in text_of(client.get("/topics/?level=beginner&tag=another"))
    assert "SQL" in text_of(client.get("/topics/?level=beginner"))
    Topic.objects.filter(title="SQL").update(tags=["new"])
    content_changed()
    assert "SQL" in text_of(client.get("/topics/?tag=new"))


def test_looking_in_vain_is_counted_and_answered_in_a_line(
    client: Client, library: None, keeping, each_takes
) -> None:
    each_takes(1, 5)
    client.get("/topics/")
    assert "There is no page at this address" in client.get("/no-such-0/").content.decode()
    line = client.get("/no-such-1/")
    assert (line.status_code, len(line.content) < 100) == (404, True)
    assert client.get("/topics/no-such-2/").status_code == 429
    answers = [client.get(f"/topics/no-such-{n}/?filter=x").status_code for n in range(9)]
    assert answers[-1] == 429
    assert client.get("/topics/").status_code == 200  # kept
    assert Client(REMOTE_ADDR="192.0.2.9").get(HTTP).status_code == 200


def test_a_page_for_the_first_time_costs_nobody_s_time(
    client: Client, library: None, keeping, each_takes
) -> None:
    each_takes(0.6, 1)
    assert [client.get(path).status_code for path in PUBLIC] == [200] * len(PUBLIC)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/admin/", "/curating/"])
def test_forms_for_everybody_take_one_client_so_much_time(
    library: None, learner: Client, each_takes, path: str
) -> None:
    each_takes(0.4, 1)
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    answers = [stranger.get(path, headers={"Cookie": f"sessionid=x{n}"}) for n in range(4)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, False, True]
    assert int(answers[-1]["Retry-After"]) <= 60
    assert stranger.post("/accounts/login/", {"login": "alice"}).status_code == 200
    assert learner.get("/accounts/").status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.8").get("/accounts/login/").status_code == 200
