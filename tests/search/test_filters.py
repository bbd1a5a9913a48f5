"""Filters that upper rooms register."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser, User

from registry import Registry
from search.engine import search
from search.filters import FILTERS
from tests.search.library import Part, add_topic, titles
from topics.models import Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def library() -> None:
    add_topic("A", Part("One", "gizmo"), Part("Two", "gizmo"), path="a")
    add_topic("B", Part("Three", "gizmo"), path="b")


@pytest.fixture
def odd() -> Iterator[None]:
    """`is:odd` leaves the sections One and Three to those who are logged in."""

    def sections(reader: User | AnonymousUser) -> list[int]:
        if not reader.is_authenticated:
            return []
        return list(Section.objects.filter(title__in=["One", "Three"]).values_list("pk", flat=True))

    FILTERS.register("is:odd", sections)
    yield
    FILTERS.remove("is:odd")


@pytest.mark.parametrize(
    ("query", "logged_in", "expected"),
    [
        ("gizmo is:odd", True, ["One", "Three"]),
        ("is:odd", True, ["One", "Three"]),
        ("gizmo is:odd topic:b", True, ["Three"]),
        ("is:odd topic:b", True, ["Three"]),
        ("gizmo is:odd", False, []),
        ("gizmo -two is:odd", True, ["One", "Three"]),
    ],
)
def test_a_registered_filter_leaves_what_fits_for_the_reader(
    library: None, odd: None, query: str, logged_in: bool, expected: list[str]
) -> None:
    results = search(query, reader=User() if logged_in else None)
    assert sorted(titles(results)) == expected
    assert results.total == len(expected)


def test_a_filter_that_nobody_registered_is_a_word(library: None) -> None:
    assert sorted(titles(search("gizmo is:odd"))) == ["One", "Three", "Two"]


def test_one_key_takes_one_entry() -> None:
    places: Registry[object] = Registry("tests")
    entry = object()
    places.register("a", entry)
    places.register("a", entry)
    with pytest.raises(ValueError, match="tests: 'a' is registered already"):
        places.register("a", object())
    assert list(places) == [entry]
