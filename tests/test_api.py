"""`/api/v1/`: the shape of its answers, wrong input, and rate limits."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.beginnings import beginning
from tests.shelf import fill_shelf
from topics import rate_limits
from topics.models import Section

pytestmark = pytest.mark.django_db

ROW = {"id", "title", "number", "breadcrumbs", "topic", "url", "match", "reasons"}


@beginning
def long_shelf() -> dict[str, Section]:
    return fill_shelf(notes=130)


def test_a_search_answers_what_the_contract_says(client: Client, shelf: dict[str, Section]) -> None:
    response = client.get("/api/v1/search", {"q": "isolation level"})
    body = response.json()
    assert response["Content-Type"] == "application/json"
    assert set(body) == {
        "query", "total", "total_is_exact", "took_ms", "corrected", "offered", "results", "notes",
        "nearest", "facets",
    }  # fmt: skip
    assert body["query"] == "isolation level"
    assert (body["total"], body["total_is_exact"], body["corrected"]) == (1, True, None)
    assert isinstance(body["took_ms"], float)
    row = body["results"][0]
    assert set(row) == ROW | {"snippet", "score", "pinned"}
    assert row["id"] == shelf["isolation"].pk
    assert row["title"] == "Isolation levels"
    assert row["breadcrumbs"] == ["Databases"]
    assert row["topic"] == {"path": "data", "title": "Databases"}
    assert row["url"] == shelf["isolation"].get_absolute_url()
    assert row["match"] == "all"
    assert "<mark>isolation</mark> <mark>level</mark>" in row["snippet"]
    assert isinstance(row["score"], float)
    assert isinstance(row["reasons"], list)


def test_a_snippet_is_safe_html(client: Client, shelf: dict[str, Section]) -> None:
    row = client.get("/api/v1/search", {"q": "tag text"}).json()["results"][0]
    assert row["title"] == "<script>alert(1)</script>"
    assert "&lt;img src=x onerror=alert(2)&gt;" in row["snippet"]
    assert "<img" not in row["snippet"]


def test_a_correction_says_from_what_to_what(client: Client, shelf: dict[str, Section]) -> None:
    body = client.get("/api/v1/search", {"q": "kuberntes"}).json()
    assert body["corrected"] == {"from": "kuberntes", "to": "kubernetes"}
    assert body["results"][0]["id"] == shelf["kubernetes"].pk
    exact = client.get("/api/v1/search", {"q": "kuberntes", "exact": "1"}).json()
    assert (exact["corrected"], exact["results"]) == (None, [])


def test_filters_limit_and_offset_hold(client: Client, long_shelf: dict[str, Section]) -> None:
    shelf = long_shelf

    def ids(**asked: object) -> list[int]:
        rows = client.get("/api/v1/search", {"q": "transaction retry"} | asked).json()["results"]
        return [row["id"] for row in rows]

    data = {shelf["isolation"].pk, shelf["waiting"].pk}
    assert set(ids(topic="data")) == data
    assert set(ids(topic="/data/")) == data
    assert set(ids(tag="sql")) == data
    assert ids(kind="guide") == []
    assert len(ids(limit=50, group=0)) == 50
    assert len(ids(limit=1)) == 1
    assert not set(ids(topic="notes", limit=10)) & set(ids(topic="notes", limit=10, offset=10))
    assert ids(offset=100, group=0) == []


def test_suggestions_are_the_same_rows_but_shorter(
    client: Client, shelf: dict[str, Section]
) -> None:
    response = client.get("/api/v1/suggest", {"q": "isol"})
    body = response.json()
    assert set(body) == {"query", "results"}
    assert body["query"] == "isol"
    assert set(body["results"][0]) == ROW
    assert body["results"][0]["id"] == shelf["isolation"].pk
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in response


def test_at_most_eight_are_suggested(client: Client, long_shelf: dict[str, Section]) -> None:
    assert len(client.get("/api/v1/suggest", {"q": "note"}).json()["results"]) == 8


def test_nothing_typed_suggests_nothing(client: Client) -> None:
    assert client.get("/api/v1/suggest").json() == {"query": "", "results": []}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "missing_parameter"),
        ("q=", 400, "missing_parameter"),
        ("q=%20%20", 400, "missing_parameter"),
        ("q=a%00b", 400, "wrong_parameter"),
        ("q=" + "a" * 10_001, 400, "wrong_parameter"),
        ("q=x&limit=0", 400, "wrong_parameter"),
        ("q=x&limit=51", 400, "wrong_parameter"),
        ("q=x&limit=ten", 400, "wrong_parameter"),
        ("q=x&offset=-1", 400, "wrong_parameter"),
        ("q=x&offset=1e3", 400, "wrong_parameter"),
        ("q=x&group=yes", 400, "wrong_parameter"),
        ("q=x&sort=size", 400, "wrong_parameter"),
        ("q=x&kind=poem", 400, "wrong_parameter"),
        ("q=x&topic=a%00b", 400, "wrong_parameter"),
        ("q=x&topic=no-such-topic", 404, "unknown_topic"),
    ],
)
def test_wrong_input_is_said_in_json(client: Client, query: str, status: int, code: str) -> None:
    response = client.get(f"/api/v1/search?{query}")
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message"}
    assert response.json()["error"]["code"] == code


def test_wrong_input_for_suggestions_is_said_in_json(client: Client) -> None:
    response = client.get("/api/v1/suggest?q=a%00b")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "wrong_parameter")


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/suggest"])
def test_other_methods_than_get_are_405(path: str) -> None:
    response = Client(enforce_csrf_checks=True).post(path, {"q": "x"})
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response.json()["error"]["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/search"])
def test_an_unknown_address_of_the_api_is_404_in_json(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the limits stands still, ten seconds into a minute."""
    now = [60_010.0]
    monkeypatch.setattr(rate_limits, "time", lambda: now[0])
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    return now


def test_a_client_over_the_limit_is_told_when_to_come_again(
    client: Client, settings: Settings, minute: list[float]
) -> None:
    settings.KB_SUGGEST_LIMIT = 5
    answers = [client.get("/api/v1/suggest") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1]["Retry-After"] == "50"
    assert answers[-1].json()["error"]["code"] == "too_many_requests"
    assert Client(REMOTE_ADDR="192.0.2.7").get("/api/v1/suggest").status_code == 200
    minute[0] += 50
    assert client.get("/api/v1/suggest").status_code == 200


def test_search_and_suggestions_are_counted_apart(
    client: Client, settings: Settings, minute: list[float]
) -> None:
    settings.KB_SEARCH_LIMIT, settings.KB_SUGGEST_LIMIT = 1, 1
    assert client.get("/api/v1/search", {"q": "x"}).status_code == 200
    assert client.get("/api/v1/suggest").status_code == 200
    assert client.get("/api/v1/search", {"q": "x"}).status_code == 429
    page = client.get("/search/", {"q": "x"})
    assert (page.status_code, page["Retry-After"]) == (429, "50")
    assert "Too many requests" in page.content.decode()


def test_a_limit_of_0_is_none(client: Client, settings: Settings, minute: list[float]) -> None:
    settings.KB_SUGGEST_LIMIT = 0
    assert {client.get("/api/v1/suggest").status_code for _ in range(30)} == {200}


def test_workers_hear_of_each_other_with_every_tenth_request(
    settings: Settings, minute: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(20):  # in another worker
        assert rate_limits.seconds_to_wait("search", "192.0.2.7", 25) == 0
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    waits = [rate_limits.seconds_to_wait("search", "192.0.2.7", 25) for _ in range(12)]
    assert waits == [0] * 9 + [50] * 3
    assert cache.get("requests:search:192.0.2.7:1000") == 30


def test_nine_of_ten_counts_cost_no_query(
    minute: list[float], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        for _ in range(9):
            rate_limits.seconds_to_wait("search", "192.0.2.7", 100)
