"""What a search finds and in which order."""

import pytest
from django.utils import timezone

from search.engine import ENDS_HERE, RELAXED, search
from search.index import index_sections
from search.query import NO_WORDS
from search.suggestions import suggest
from tests.beginnings import beginning
from tests.search.library import Part, add_section, add_topic, found, titles
from topics.models import Section

pytestmark = pytest.mark.django_db


@beginning
def backend() -> None:
    add_topic(
        "Backend guide",
        Part("Queues", "A message queue keeps work until a worker takes it."),
        Part("Workers", "Workers take jobs from the queue. Retry a job with backoff."),
        Part("Event loop", "Node.js streams run on the event loop.", "setTimeout(tick, 0)"),
        Part("Sessions", "A session cookie or a JWT proves who asks."),
        Part("Session stores", "Keep the session in Redis."),
        Part("WHERE vs HAVING", "WHERE filters rows, HAVING filters groups."),
        Part("Clean-up", "Say where it lies.", "DELETE FROM jobs WHERE NOT done"),
        Part("Transport", "Compare TCP/IP layers in HTTP/2."),
        path="guides/backend", kind="guide", tags=("queues", "nodejs"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("message queues", "Queues"),
        ("queue", "Queues"),
        ("node", "Event loop"),
        ("nodejs", "Event loop"),
        ("Node.js", "Event loop"),
        ('"nodejs streams"', "Event loop"),
        ('"node streams"', "Event loop"),
        ('"Node.js streams"', "Event loop"),
        ("setTimeout", "Event loop"),
        ("tcp", "Transport"),
        ("tcpip", "Transport"),
        ("TCP/IP", "Transport"),
        ("http2", "Transport"),
        ("WHERE vs HAVING", "WHERE vs HAVING"),
        ("where having", "WHERE vs HAVING"),
        ("not", "Clean-up"),
        ('"DELETE FROM jobs"', "Clean-up"),
        ("retrying jobs", "Workers"),
    ],
)
def test_a_question_finds_its_section_first(backend: None, query: str, first: str) -> None:
    assert found(query)[0] == first


def test_quotes_narrow_and_never_widen(backend: None) -> None:
    assert found('"session cookie"') == ["Sessions"]
    results = search('"cookie session"')
    assert (titles(results), results.notes) == (["Sessions", "Session stores"], [RELAXED])


def test_a_phrase_does_not_run_from_one_field_into_the_next(backend: None) -> None:
    assert search('"queues a message"').notes == [RELAXED]


def test_a_minus_excludes(backend: None) -> None:
    assert found("session -jwt") == ["Session stores"]
    assert found('session -"session cookie"') == ["Session stores"]


def test_or_takes_either(backend: None) -> None:
    assert set(found("redis OR backoff")) == {"Session stores", "Workers"}
    assert {hit.match for hit in search("redis OR backoff").hits} == {"all"}


def test_a_star_finds_words_that_begin_so(backend: None) -> None:
    assert found("back* worker")[0] == "Workers"
    assert found("zz*") == []


def test_a_lower_case_stop_word_in_prose_is_no_keyword(backend: None) -> None:
    assert found("where") == ["WHERE vs HAVING", "Clean-up"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("queue topic:guides", ["Queues", "Workers"]),
        ("queue topic:guides/backend", ["Queues", "Workers"]),
        ("queue topic:guide", []),
        ("queue kind:guide", ["Queues", "Workers"]),
        ("queue kind:article", []),
        ("queue tag:queues", ["Queues", "Workers"]),
        ("queue tag:redis", []),
        ("queue in:title", ["Queues"]),
        ("jobs in:code", ["Clean-up"]),
        ("jobs has:code", ["Clean-up"]),
    ],
)
def test_filters_leave_only_what_they_admit(backend: None, query: str, expected: list[str]) -> None:
    assert found(query) == expected


def test_filters_may_be_given_as_arguments(backend: None) -> None:
    assert found("queue", topic="guides/backend", tags=["nodejs"], kinds=["guide"])[0] == "Queues"
    assert found("queue", tags=["redis"]) == []


def test_a_filter_alone_lists_what_it_admits(backend: None) -> None:
    results = search("kind:guide")
    assert results.total == 9
    assert results.notes == []


def test_a_title_that_is_the_query_comes_first_and_then_the_score_decides() -> None:
    add_topic(
        "Outline",
        Part("Connection pooling", number="1.1", is_item=True),
        Part("Connection pooling limits", number="1.2", is_item=True),
        kind="outline",
    )
    add_topic(
        "Guide",
        Part("Limits", "Each connection counts: pooling shares one."),
        Part("Connection pooling", "Share them."),
        Part("Costs", "Connections cost memory."),
    )
    results = search("connection pooling", group=False)
    assert [(hit.title, hit.topic_title) for hit in results.hits[:4]] == [
        ("Connection pooling", "Guide"),
        ("Connection pooling", "Outline"),
        ("Connection pooling limits", "Outline"),
        ("Limits", "Guide"),
    ]
    assert [hit.match for hit in results.hits] == ["all"] * 4 + ["some"]


def test_an_exact_bare_title_comes_first_where_no_text_holds_all_words() -> None:
    add_topic("Outline", Part("Connection pooling", number="1.1", is_item=True))
    add_topic("Guide", Part("Pooling", "A pool pooling a pool."), Part("Connection", "Costs."))
    assert search("connection pooling").hits[0].topic_title == "Outline"


def test_a_heading_without_text_counts_its_childrens() -> None:
    add_topic("Guide", Part("Caching", below=[Part("Redis", "An in-memory store.")]))
    add_topic("Outline", Part("Caching", number="2.1", is_item=True))
    hits = search("caching").hits
    assert [(hit.topic_title, hit.title) for hit in hits] == [
        ("Guide", "Caching"), ("Outline", "Caching"), ("Guide", "Redis"),
    ]  # fmt: skip


def test_an_exact_form_outranks_its_parts() -> None:
    add_topic("A", Part("One", "Call read and file and sync."), Part("Two", "Call readFileSync."))
    assert found("readFileSync")[0] == "Two"


def test_ties_are_broken_by_position() -> None:
    add_topic("A", *[Part(f"Part {n}", "the same gizmo text") for n in range(5)])
    assert found("gizmo") == [f"Part {n}" for n in range(5)]


def test_a_dotted_number_lists_its_holders_first() -> None:
    add_topic("Notes", Part("Release", "Version 1.2.3.1 is out, 1.2.3.1 at last."))
    add_topic(
        "Outline",
        Part("Streams", number="1.2.3", is_item=True),
        Part("Stream types", number="1.2.3.1", is_item=True),
    )
    results = search("1.2.3.1")
    assert [hit.title for hit in results.hits] == ["Stream types", "Release"]


def test_a_comparison_shows_a_comparing_section_first() -> None:
    add_topic(
        "Network",
        Part("TCP", "A reliable stream, unlike UDP."),
        Part("UDP", "Datagrams."),
        Part("UDP or TCP", "Choose by loss."),
    )
    assert found("difference between tcp and udp")[0] == "UDP or TCP"


def test_a_comparison_without_one_shows_both_sides() -> None:
    add_topic(
        "Network",
        Part("Ports", "Used by TCP as by UDP."),
        Part("TCP", "A reliable stream."),
        Part("UDP", "Datagrams."),
    )
    assert set(found("tcp vs udp")[:2]) == {"TCP", "UDP"}


def test_among_the_first_ten_no_page_takes_more_than_three() -> None:
    add_topic("Big", *[Part(f"Gizmo {n}", "gizmo gizmo") for n in range(8)])
    for n in range(9):
        add_topic(f"Small {n}", Part(f"Part {n}", "a gizmo"))
    results = search("gizmo")
    topics = [hit.topic_title for hit in results.hits]
    assert topics.count("Big") == 3
    assert [hit.more_in_topic for hit in results.hits if hit.more_in_topic] == [5]
    assert [hit.topic_title for hit in search("gizmo", group=False).hits[:8]] == ["Big"] * 8


def test_a_page_alone_shows_three_and_the_rest_from_the_tenth_place_on() -> None:
    add_topic("Big", *[Part(f"Gizmo {n}", "gizmo gizmo") for n in range(8)], path="big")
    first = search("gizmo").hits
    assert (len(first), first[-1].more_in_topic) == (3, 5)
    assert len(search("gizmo", offset=10).hits) == 5
    assert len(search("gizmo topic:big").hits) == 8


def test_offset_counts_rows_shown_and_no_row_comes_twice() -> None:
    add_topic("Big", *[Part(f"Gizmo {n}", "gizmo gizmo") for n in range(8)])
    for n in range(9):
        add_topic(f"Small {n}", Part(f"Part {n}", "a gizmo"))
    pages = [search("gizmo", offset=offset).hits for offset in (0, 10, 20)]
    shown = [hit.section_id for hits in pages for hit in hits]
    assert len(shown) == len(set(shown)) == 17


@pytest.mark.thorough
def test_the_total_is_counted_up_to_a_thousand_and_paging_ends_at_a_hundred() -> None:
    add_topic("Big", *[Part(f"Part {n}", "gizmo") for n in range(1003)])
    results = search("gizmo", offset=90, group=False)
    assert (results.total, results.total_is_exact) == (1000, False)
    assert len(results.hits) == 10
    assert ENDS_HERE in results.notes
    assert search("gizmo", offset=100, group=False).hits == []


@pytest.mark.thorough
def test_a_filter_is_not_lost_to_the_bound_on_postings() -> None:
    add_topic("Big", *[Part(f"Gizmo gadget {n}", "gizmo gadget") for n in range(1100)])
    add_topic("Small", Part("Odd", "words " * 80 + "gizmo then gadget"), path="small")
    assert found("gizmo gadget topic:small") == ["Odd"]
    assert found('"gizmo then gadget"') == ["Odd"]


def test_results_say_why_they_are_there() -> None:
    add_topic(
        "Redis",
        Part("Gizmo", "About something else."),
        Part("Other", "Plain.", "redis.call()"),
        Part("Third", "Nothing at all."),
    )
    reasons = {hit.title: hit.reasons for hit in search("gizmo").hits}
    assert reasons == {"Gizmo": []}
    reasons = {hit.title: hit.reasons for hit in search("redis", group=False).hits}
    assert reasons["Other"] == []  # its code is shown
    assert reasons["Third"] == ["in the heading above"]
    other = next(hit for hit in search("redis.call", group=False).hits if hit.title == "Other")
    assert other.snippet == "<code><mark>redis</mark>.<mark>call</mark>()</code>"


def test_drafts_and_removed_sections_are_not_found() -> None:
    draft = add_topic("Draft", Part("Gizmo", "gizmo"), status="draft")
    topic = add_topic("Live", Part("Gizmo live", "gizmo"))
    assert found("gizmo") == ["Gizmo live"]
    ids = list(topic.sections.values_list("pk", flat=True))
    Section.objects.filter(pk__in=ids).update(removed_at=timezone.now())
    index_sections(ids)
    assert found("gizmo") == []
    draft.status = "published"
    draft.save()
    index_sections(list(draft.sections.values_list("pk", flat=True)))
    assert found("gizmo") == ["Gizmo"]


def test_a_saved_section_is_found_at_once() -> None:
    topic = add_topic("A", Part("One", "text"))
    section = add_section(topic, Part("Two", "a brandnewword"), topic.sections.first(), ["A"])
    index_sections([section.pk])
    assert found("brandnewword") == ["Two"]
    Section.objects.filter(pk=section.pk).update(text="oldword")
    index_sections([section.pk])
    assert found("brandnewword", exact=True) == []


def test_facets_count_the_results() -> None:
    add_topic("A", Part("One", "gizmo"), path="a", kind="guide", tags=("x", "y"))
    add_topic("B", Part("Two", "gizmo"), Part("Three", "gizmo"), path="b", tags=("y",))
    facets = search("gizmo", facets=True).facets
    assert [(f.value, f.label, f.count) for f in facets["topic"]] == [("b", "B", 2), ("a", "A", 1)]
    assert [(f.value, f.count) for f in facets["kind"]] == [("article", 2), ("guide", 1)]
    assert [(f.value, f.count) for f in facets["tag"]] == [("y", 3), ("x", 1)]


def test_facets_count_what_a_filter_leaves() -> None:
    add_topic("A", Part("One", "gizmo"), path="a")
    add_topic("B", Part("Two", "gizmo"), path="b")
    facets = search("gizmo topic:a", facets=True).facets
    assert [(f.value, f.count) for f in facets["topic"]] == [("a", 1)]


def test_the_newest_topics_come_first_when_asked() -> None:
    old = add_topic("Old", Part("One", "gizmo gizmo gizmo"))
    new = add_topic("New", Part("Two", "a gizmo"))
    type(old).objects.filter(pk=old.pk).update(updated="2020-01-01")
    type(old).objects.filter(pk=new.pk).update(updated="2026-01-01")
    assert found("gizmo") == ["One", "Two"]
    assert found("gizmo", sort="recent") == ["Two", "One"]


@pytest.mark.parametrize(
    "query",
    [
        "", " ", '"', '"""', '"unbalanced phrase', "-", "--", "-word", "OR", "OR OR", "a OR",
        "AND NOT", "the of and", "!?.,;", "()", "((a", "a & | b", "foo & | bar", "!", "a <-> b",
        ":*", "foo:*", "👍", "👍 gizmo", "שלום", "مرحبا بالعالم", "\u202egizmo", "日本語", "a\0b",
        "\0",
        "<b>gizmo</b>", "<script>alert(1)</script>", "'; DROP TABLE topics_section; --",
        "%s %(x)s {} {0}", "\\", "'", "''", "gizmo\\' & x", "$$", "E'\\x00'", "x" * 10_000,
        "gizmo " * 500, "1e999", "1.2.", "...", "topic:", "topic:%", "tag:'", "kind:x",
        "in:title", "has:code", "*", "**", "a*", "%*", "é" * 300,
        " ".join(f"w{n}" for n in range(500)), "gizmo OR -gizmo", '-"" -""', '"the of"',
        "\ud800", "9" * 400, "-1.2.3", "a vs", "vs b", "vs", "a vs b vs c",
        "difference between", "compare x to",
    ],
)  # fmt: skip
@pytest.mark.parametrize("call", [search, suggest])
def test_nothing_that_is_typed_raises(query: str, call: object) -> None:
    add_topic("A", Part("Gizmo", "A gizmo or two.", "gizmo()"))
    assert call(query) is not None  # type: ignore[operator]


@pytest.mark.parametrize("query", ["", "?!", "\0", "-", '"'])
def test_what_holds_no_word_finds_nothing_and_says_so(query: str) -> None:
    add_topic("A", Part("Gizmo", "A gizmo."))
    results = search(query)
    assert (results.hits, results.total, results.notes) == ([], 0, [NO_WORDS])


def test_an_empty_index_finds_nothing() -> None:
    assert search("gizmo").hits == []
    assert suggest("gizmo") == []


@pytest.mark.parametrize(
    ("limit", "offset", "count"), [(0, 0, 0), (-5, 0, 0), (3, 0, 3), (10, -7, 5), (1000, 0, 5)]
)
def test_odd_limits_are_taken_calmly(limit: int, offset: int, count: int) -> None:
    add_topic("A", *[Part(f"Part {n}", "gizmo") for n in range(5)])
    hits = search("gizmo", limit=limit, offset=offset, group=False).hits
    assert len(hits) == count


def test_the_number_of_queries_is_constant(django_assert_max_num_queries: object) -> None:
    add_topic("A", *[Part(f"Part {n}", "kubernetes gizmo") for n in range(20)], path="a")
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        assert search("gizmo").total == 20
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert search("kuberntes gizmo topic:a", facets=True).total == 20
