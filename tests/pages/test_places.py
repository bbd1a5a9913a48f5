"""The places where other rooms register: parts of pages, and counts of marks."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.expressions import Combinable
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learning.models import Bookmark
from registry import Registry
from tests.factories import make_section, make_topic, make_user
from tests.pages.html import text_of
from topics.marks import POINTERS, mark_count, marks_on
from topics.models import Section
from topics.section_parts import PARTS, Part

pytestmark = pytest.mark.django_db

HTTP = "/topics/lib/web/http/"


def test_a_place_takes_each_key_once() -> None:
    place: Registry[str] = Registry("a.place")
    place.register("one", "1")
    place.register("one", "1")
    place.register("two", "2")
    with pytest.raises(ValueError, match="a.place: 'one' is registered already."):
        place.register("one", "3")
    assert list(place) == ["1", "2"]
    assert dict(place.items()) == {"one": "1", "two": "2"}


def test_learning_registers_its_bookmarks() -> None:
    assert "bookmarks" in PARTS
    assert "bookmarks" in POINTERS


@pytest.fixture
def other_part() -> Iterator[list[list[int]]]:
    """A part that says nothing at any section, and what it was asked for."""
    asked: list[list[int]] = []

    def states(user, wanted):
        asked.append(list(wanted["other"]))
        return {"other": dict.fromkeys(wanted["other"], "state")}

    PARTS.register("other", Part("topics/_answer.html", states, "other"))
    yield asked
    PARTS.remove("other")


def test_a_part_is_asked_once_for_all_sections_of_a_page(
    client: Client, library: None, other_part: list[list[int]]
) -> None:
    page = text_of(client.get(HTTP))
    sections = Section.objects.filter(topic__path="lib/web/http").order_by("position")
    assert other_part == [list(sections.values_list("pk", flat=True))]
    assert page.count('<details class="answer">') == 3


def test_without_an_account_the_parts_cost_nothing(client: Client, library: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(HTTP)
    assert not any("learning_bookmark" in query["sql"] for query in queries)


@pytest.fixture
def other_marks() -> Iterator[None]:
    """A kind of mark of which there is one on every section."""

    def count(section: str) -> Combinable:
        return Value(1)

    POINTERS.register("stars", count)
    yield
    POINTERS.remove("stars")


def test_marks_of_all_kinds_are_counted(other_marks: None) -> None:
    topic = make_topic()
    first, second = make_section("A", topic=topic), make_section("B", topic=topic)
    for name in ("alice", "bob"):
        Bookmark.objects.create(user=make_user(name), section=first)
    none = dict.fromkeys((kind for kind, _ in POINTERS.items()), 0)
    assert marks_on([first.pk, second.pk]) == {**none, "bookmarks": 2, "stars": 2}
    assert marks_on([]) == none
    counted = Section.objects.annotate(marks=mark_count()).order_by("pk")
    assert list(counted.values_list("marks", flat=True)) == [3, 1]


def test_admin_shows_and_orders_by_the_marks(admin_client: Client) -> None:
    topic = make_topic("Express")
    make_section("Unmarked", topic=topic)
    marked = make_section("Marked", topic=topic)
    for name in ("alice", "bob"):
        Bookmark.objects.create(user=make_user(name), section=marked)
    page = text_of(admin_client.get("/admin/topics/section/?o=-4"))
    assert page.index(">Marked<") < page.index(">Unmarked<")
    assert '<td class="field-marks">2</td>' in page
    assert '<td class="field-marks">2</td>' in text_of(admin_client.get("/admin/topics/topic/"))
