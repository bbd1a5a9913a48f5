"""Filters that upper rooms register."""

import random
from collections.abc import Iterable, Iterator

import pytest
from django.contrib.auth.models import AnonymousUser, User

from registry import Registry
from search.engine import search
from search.filters import FILTERS, Filter, Select
from search.models import Weight
from tests.beginnings import beginning
from tests.search.library import Part, add_topic, titles
from topics.models import Section
from topics.raw_sql import execute

pytestmark = pytest.mark.django_db


@beginning
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


@pytest.fixture
def mine() -> Iterator[set[str]]:
    """Sections by title: `is:mine` finds them, `is:new` all others, `is:late` those from T on."""
    mine: set[str] = set()

    def sections(reader: User | AnonymousUser) -> Select:
        return Select("SELECT id FROM topics_section WHERE title = ANY(%s)", (list(mine),))

    def late(reader: User | AnonymousUser) -> list[int]:
        return list(Section.objects.filter(title__gte="T").values_list("pk", flat=True))

    entries = {
        "is:mine": Filter(sections),
        "is:new": Filter(sections, leaves_out=True),
        "is:late": Filter(late),
    }
    with FILTERS.holding(entries):
        yield mine


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


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("gizmo is:mine", ["One", "Two"]),
        ("gizmo is:new", ["Three"]),
        ("is:mine", ["One", "Two"]),
        ("is:new", ["A", "B", "Three"]),
        ("gizmo is:mine is:late", ["Two"]),
        ("gizmo is:new is:late", ["Three"]),
        ("gizmo is:mine is:new", []),
        ("gizmo is:new is:new", ["Three"]),
        ("gizmo -three is:new", []),
        ("in:title one is:mine", ["One"]),
        ("in:title one is:new", []),
        ('"gizmo" is:new', ["Three"]),
        ("is:new topic:a", ["A"]),
        ("gizmo is:new topic:b", ["Three"]),
        ("three is:mine", []),
    ],
)
def test_filters_keep_leave_out_and_go_together(
    library: None, mine: set[str], query: str, expected: list[str]
) -> None:
    mine |= {"One", "Two"}
    assert sorted(titles(search(query, group=False))) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [("gizmo is:mine", 0), ("is:mine", 0), ("gizmo is:new", 3), ("is:new", 5)],
)
def test_a_filter_may_know_of_no_section(
    library: None, mine: set[str], query: str, expected: int
) -> None:
    assert search(query).total == expected


def scores(query: str) -> list[tuple[str, float]]:
    """Titles with their scores, by these: what is counted as near the best is another matter."""
    hits = search(query, group=False, limit=100).hits
    return sorted(((hit.title, hit.score) for hit in hits), key=lambda row: (-row[1], row[0]))


def add_many(chance: random.Random) -> list[str]:
    """Sixty sections of a few words in all mixtures."""
    vocabulary = ("queue", "worker", "retry", "lock", "cache", "pool")
    for topic in range(6):
        parts = []
        for n in range(10):
            said = chance.choices(vocabulary, k=chance.randint(1, 12))
            parts.append(Part(f"Part {topic} {n} {chance.choice(vocabulary)}", " ".join(said)))
        add_topic(f"Topic {topic}", *parts)
    return list(Section.objects.values_list("title", flat=True))


def among(rows: Iterable[tuple[str, float]], kept: set[str]) -> list[tuple[str, float]]:
    return [row for row in rows if row[0] in kept]


@pytest.mark.parametrize("seed", range(4))
def test_of_chosen_sections_those_are_found_that_a_search_finds_among_all(
    mine: set[str], seed: int
) -> None:
    # By chance the topic of a section is not chosen, and beyond 30 rows no pairs are looked for.
    Weight.objects.filter(name__in=["part", "pairs"]).delete()
    chance = random.Random(seed)
    names = add_many(chance)
    for size in (1, 3, 20, 55):  # few are looked up by key, many are met in the lists
        mine.clear()
        mine |= set(chance.sample(names, size))
        for query in ("queue", "worker retry", "lock cache pool", "part queue", "retr* worker"):
            everything = scores(query)
            assert scores(f"{query} is:mine") == among(everything, mine)
            assert scores(f"{query} is:new") == among(everything, set(names) - mine)


def test_lists_that_are_cut_hide_nothing_that_is_chosen(
    monkeypatch: pytest.MonkeyPatch, mine: set[str]
) -> None:
    from search import ranking

    monkeypatch.setattr(ranking, "STRONGEST", 2)
    monkeypatch.setitem(ranking.rank.__kwdefaults__, "most_listed", 2)
    texts = ["queue " * n for n in range(1, 30)]
    add_topic("T", *[Part(f"Part {n}", text) for n, text in enumerate(texts)])
    mine |= {"Part 0", "Part 1"}
    for query in ("queue is:mine", "queue is:mine topic:t"):
        results = search(query, facets=True)
        assert sorted(titles(results)) == ["Part 0", "Part 1"]
        assert (results.total, results.total_is_exact) == (2, True)
    assert {"Part 0", "Part 1"}.isdisjoint(titles(search("queue is:new")))


def test_a_filter_takes_one_query_more(
    library: None, mine: set[str], django_assert_num_queries
) -> None:
    search("gizmo")
    with django_assert_num_queries(1):
        search("gizmo")
    mine |= {"One", "Two"}
    with django_assert_num_queries(2):
        search("gizmo is:mine")
    with django_assert_num_queries(2):
        search("gizmo is:new")


@pytest.mark.parametrize(
    ("key", "keys", "is_there"),
    [
        (5, [], False),
        (5, [5], True),
        (1, [5], False),
        (9, [5], False),
        (5, [1, 5, 5, 9], True),
        (6, [1, 5, 5, 9], False),
        (9, [1, 5, 9], True),
        (2**60, [-(2**60), 2**60], True),
    ],
)
def test_a_key_is_found_by_halving(key: int, keys: list[int], is_there: bool) -> None:
    [(found,)] = execute("SELECT kb_is_among(%s::bigint, %s::bigint[])", [key, keys])
    assert found is is_there


def test_one_key_takes_one_entry() -> None:
    places: Registry[object] = Registry("tests")
    entry = object()
    places.register("a", entry)
    places.register("a", entry)
    with pytest.raises(ValueError, match="tests: 'a' is registered already"):
        places.register("a", object())
    assert list(places) == [entry]
