"""What the results page hears back: wishes, and which result was opened."""

import pytest
from django.test import Client

from search import log
from search.models import SearchLog
from topics.models import Section

pytestmark = pytest.mark.django_db
PAGE = {"HTTP_SEC_FETCH_SITE": "same-origin"}  # as browsers say of the page's own requests


def test_a_wish_is_kept_in_the_log(client: Client, shelf: dict[str, Section]) -> None:
    log.write_waiting()
    SearchLog.objects.all().delete()
    response = client.post("/search/wish", {"q": "Quantum  Databases"}, **PAGE)
    assert response.status_code == 200
    assert "Thank you" in response.content.decode()
    log.write_waiting()
    entry = SearchLog.objects.get()
    assert (entry.query, entry.results) == ("quantum databases", 0)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "https://elsewhere.example"},
        {"HTTP_ORIGIN": "null"},
    ],
)
def test_a_wish_from_elsewhere_is_not_heard(client: Client, headers: dict[str, str]) -> None:
    log.write_waiting()
    before = SearchLog.objects.count()
    assert client.post("/search/wish", {"q": "x"}, **headers).status_code == 400
    assert client.post("/search/opened", {"q": "x", "section": 1}, **headers).status_code == 204
    assert log.write_waiting() == 0
    assert SearchLog.objects.count() == before


def test_an_older_browser_is_known_by_its_origin(client: Client) -> None:
    response = client.post("/search/wish", {"q": "x"}, HTTP_ORIGIN="http://testserver")
    assert response.status_code == 200


def test_the_log_learns_what_was_searched_and_opened(
    client: Client, shelf: dict[str, Section]
) -> None:
    log.write_waiting()
    SearchLog.objects.all().delete()
    for query in ("q=Isolation+level", "q=kuberntes", "q=retry&offset=10"):
        assert client.get(f"/search/?{query}").status_code == 200
    beacon = {"q": "Isolation level", "section": shelf["isolation"].pk}
    assert client.post("/search/opened", beacon, **PAGE).status_code == 204
    log.write_waiting()
    entries = SearchLog.objects.order_by("pk").values_list(
        "query", "results", "corrected", "opened"
    )
    assert list(entries) == [
        ("isolation level", 1, "", shelf["isolation"].pk),
        ("kuberntes", 1, "kubernetes", None),
    ]


@pytest.mark.parametrize(
    "beacon",
    [
        {},
        {"q": "x"},
        {"q": "x", "section": "a"},
        {"q": "x\0", "section": 1},
        {"q": "", "section": 1},
    ],
)
def test_a_wrong_beacon_changes_nothing(client: Client, beacon: dict[str, object]) -> None:
    log.write_waiting()
    assert client.post("/search/opened", beacon, **PAGE).status_code == 204
    assert log.write_waiting() == 0


@pytest.mark.parametrize("path", ["/search/wish", "/search/opened"])
def test_what_writes_is_not_asked_by_get(client: Client, path: str) -> None:
    assert client.get(path).status_code == 405
