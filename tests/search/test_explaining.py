"""The parts of a score that are told are those of which the ranking makes it."""

import pytest

from search.engine import search
from search.explanation import difference, explain
from search.index import refresh_statistics
from search.models import Synonym, Weight
from tests.beginnings import beginning
from tests.search.library import Part, add_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

QUERIES = [
    "connection pool",
    "pool size",
    "pools",
    "pool vs queue",
    "why are pools small?",
    "what is a connection pool",
    "best way to size a pool",
    "Node.js streams",
    "DI",
    "dependency injection container",
    "pool pool size",
    "stream*",
    "nodejs TCP/IP backpressure",
    "backpressure",
    "conection pool",
    "missingword pool",
    "pooling",
    "streaming",
    "streams",
]


@beginning
def library():
    Synonym.objects.create(words=["DI", "dependency injection"])
    Synonym.objects.create(words=["pool"], expansions=["connection cache"])
    Synonym.objects.create(words=["streams"], expansions=["caches"])
    add_topic(
        "Connection pools",
        Part("Pool size", "A pool of ten connections is small, and a queue waits for it. " * 9),
        Part("Links", "See pool, see queue."),
        Part("Why are pools small?", "Because a connection costs memory. " * 12),
        Part("Pool versus queue", "A pool hands out, a queue takes in. " * 12, code="pool.get()"),
    )
    add_topic(
        "Node.js",
        Part("Streams", "Streams in Node.js have backpressure over TCP/IP. " * 8),
        Part("Dependency injection", "A container does dependency injection. " * 8),
        Part("Caches", "A connection cache keeps what is dear. " * 9),
    )
    add_topic("Glossary", Part("D", "DI: see there."), kind="glossary")
    refresh_statistics()


@pytest.mark.parametrize("query", QUERIES)
def test_the_parts_make_the_score(query):
    hits = search(query, group=False, limit=30).hits
    assert hits
    told = explain(query, [hit.section_id for hit in hits])
    scores = [round(explanation.score, 3) for explanation in told]
    assert scores == pytest.approx([hit.score for hit in hits], rel=2e-3, abs=2e-3)


def test_other_weights_make_other_parts():
    Weight.objects.filter(name="missing").update(value=0.9)
    Weight.objects.filter(name="title").update(value=0)
    hits = search("pool backpressure", group=False).hits
    told = explain("pool backpressure", [hit.section_id for hit in hits])
    assert [e.score for e in told] == pytest.approx([hit.score for hit in hits], rel=2e-3)
    assert {e.title_gain for e in told} == {0}


def test_each_word_says_where_it_is_and_what_it_gave():
    [hit] = [h for h in search("pool TCP").hits if h.title == "Pool versus queue"]
    [told] = explain("pool TCP", [hit.section_id])
    pool, tcp = told.words
    assert (pool.surface, pool.forms[0].fields) == ("pool", ("title", "headings", "text", "code"))
    assert pool.gave == pytest.approx(pool.forms[0].rarity * pool.forms[0].impact)
    assert (tcp.forms, tcp.gave, tcp.counts) == ([], 0.0, False)
    assert told.factors["missing"] < 1


def test_a_synonym_is_told_as_one():
    [hit] = [h for h in search("DI", group=False).hits if h.title == "Dependency injection"]
    [told] = explain("DI", [hit.section_id])
    assert [(form.text, form.why) for form in told.words[0].forms] == [
        ("depend inject", "also called")
    ]


def test_what_puts_one_above_the_other_is_told_largest_first():
    hits = search("pool size", group=False).hits
    upper, lower = explain("pool size", [hits[0].section_id, hits[-1].section_id])
    found = difference(upper, lower)
    assert found and [d.share for d in found] == sorted((d.share for d in found), reverse=True)
    product = upper.score / lower.score
    back = difference(lower, upper)
    shares = 1.0
    for part in found:
        shares *= part.share
    for part in back:
        shares /= part.share
    assert shares == pytest.approx(product, rel=1e-3)


def test_a_section_that_is_not_indexed_has_no_parts():
    assert explain("pool", [0]) == []


@pytest.mark.parametrize("query", ["", "   ", "-pool", "topic:x", '"pool size"', "\0", "é*", "((("])
def test_odd_queries_are_no_errors(query):
    hit = search("pool").hits[0]
    assert len(explain(query, [hit.section_id])) == 1
