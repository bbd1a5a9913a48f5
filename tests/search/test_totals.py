"""What the total and the facets count, and that a facet leaves as many sections as it says."""

import pytest
from django.test import Client

from search import ranking
from search.engine import search
from search.syntax import parse
from tests.search.library import Part, add_topic

pytestmark = pytest.mark.django_db

FILLING = "It is told at length, with what it costs and what to watch for in production. " * 4


def total(query: str, **options: object) -> int:
    return search(query, **options).total  # type: ignore[arg-type]


def add_events() -> None:
    both = [Part(f"Turn {n}", f"The event of a loop. {FILLING}") for n in range(4)]
    add_topic("Event loop", *both, path="node/event-loop", kind="guide", tags=("node",))
    one = [Part(f"Bus {n}", f"An event in passing. {FILLING}") for n in range(9)]
    add_topic("Buses", *one, path="buses", tags=("node", "patterns"))
    other = [Part(f"Repeat {n}", f"Once round the loop. {FILLING}") for n in range(7)]
    add_topic("Repeating", *other, path="node", tags=("basics",))


def test_sections_with_some_of_the_words_that_score_little_are_not_counted() -> None:
    add_events()
    results = search("event loop", group=False)
    assert (results.total, results.total_is_exact) == (5, True)  # four sections and their topic
    assert len(results.hits) == 10  # the others are there, too
    assert [hit.is_counted for hit in results.hits] == [True] * 5 + [False] * 5
    assert total("event") == 14
    assert total("loop") == 12


def test_words_that_only_ask_need_not_be_held() -> None:
    add_events()
    assert total("best way to make an event loop") == 5


def test_a_section_without_a_word_counts_if_it_scores_half_of_the_best() -> None:
    add_topic("Pools", Part("Connection pool size", f"How large a pool is. {FILLING}"))
    add_topic("Others", *[Part(f"Other {n}", f"In short. {FILLING}") for n in range(6)])
    assert total("connection pool size briefly in short") == 1
    assert total("connection pool size") == 1


@pytest.mark.parametrize(
    "query",
    ["event loop", "event", "loop", "evnet loop", "the best event loop", '"event of a loop"',
     "event -bus", "event OR loop", "turn event*", "in:title loop"],
)  # fmt: skip
def test_a_facet_leaves_as_many_sections_as_it_says(query: str) -> None:
    add_events()
    facets = search(query, facets=True).facets
    assert facets["topic"]
    assert facets["tag"]
    for facet in facets["topic"]:
        assert total(query, topic=facet.value) == facet.count, facet
    for facet in facets["kind"]:
        assert total(query, kinds=[facet.value]) == facet.count, facet
    for facet in facets["tag"]:
        assert total(query, tags=[facet.value]) == facet.count, facet


def test_a_facet_leaves_what_it_says_where_lists_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "STRONGEST", 3)
    monkeypatch.setattr(ranking, "WIDE_POOL", 4)
    monkeypatch.setitem(ranking.rank.__kwdefaults__, "most_listed", 3)
    monkeypatch.setitem(ranking.rank.__kwdefaults__, "pool_size", 4)
    for n in range(6):
        add_topic(
            f"Topic {n}",
            *[Part(f"Part {k}", f"queue worker retry number {k}. {'word ' * k}") for k in range(n)],
            kind="guide" if n % 2 else "article",
        )
    whole = search("queue worker", facets=True)
    assert whole.total_is_exact
    assert whole.total == 15
    for facet in whole.facets["topic"]:
        clicked = search("queue worker", facets=True, topic=facet.value)
        assert (clicked.total, clicked.total_is_exact) == (facet.count, True), facet
    for facet in whole.facets["kind"]:
        clicked = search("queue worker", facets=True, kinds=[facet.value])
        assert (clicked.total, clicked.total_is_exact) == (facet.count, True), facet


def test_facets_of_a_narrowed_search_hold_too() -> None:
    add_events()
    facets = search("event loop", tags=["node"], facets=True).facets
    assert {facet.value: facet.count for facet in facets["topic"]} == {"node/event-loop": 5}
    assert total("event loop", tags=["node"], topic="node/event-loop") == 5


def test_a_topic_counts_the_topics_below_it() -> None:
    add_events()
    counts = {f.value: f.count for f in search("loop", facets=True).facets["topic"]}
    assert counts == {"node": 12, "node/event-loop": 5}


def test_what_was_not_counted_to_the_end_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "LONGEST_LIST", 6)
    monkeypatch.setattr(ranking, "STRONGEST", 6)
    add_events()
    ranked = ranking.rank(parse("event loop"), most_listed=6)
    assert not ranked.is_exact
    assert ranked.total <= 5
    whole = ranking.rank(parse("event loop"), most_listed=6, with_facets=True)
    assert (whole.total, whole.is_exact) == (5, True)


def test_pages_hold_all_that_is_counted_once(client: Client) -> None:
    for n in range(4):
        parts = [Part(f"Turn {n} {m}", f"The event of a loop. {FILLING}") for m in range(8)]
        add_topic(f"Loops {n}", *parts)
    add_topic("Buses", *[Part(f"Bus {n}", f"An event. {FILLING}") for n in range(30)])
    shown: list[int] = []
    offset: int | None = 0
    counted = search("event loop").total
    while offset is not None:
        page = client.get("/search/", {"q": "event loop", "offset": offset}).context["page"].found
        shown += [hit.section_id for hit, _ in page.hits if hit.is_counted]
        offset = page.next_offset
    assert len(shown) == len(set(shown)) == counted == 36


@pytest.mark.parametrize("query", ["", "zzyzx", "loop -event", "kind:guide"])
def test_totals_of_odd_queries(query: str) -> None:
    add_events()
    results = search(query)
    expected = {"": 0, "zzyzx": 0, "loop -event": 7, "kind:guide": 5}
    assert (results.total, results.total_is_exact) == (expected[query], True)
