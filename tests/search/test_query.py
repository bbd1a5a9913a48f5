"""The language of queries, without a database."""

import pytest

from search.query import (
    CUT_PHRASE,
    EXCLUSIONS,
    MOST_WORDS,
    NO_WORDS,
    PHRASES,
    TOO_LONG,
    TOO_MANY_FILTERS,
    WILDCARDS,
    Query,
)
from search.syntax import parse


def words(query: Query) -> list[str]:
    return [word.alternatives[0].lexemes[0] for word in query.words]


def test_plain_words_leave_english_stop_words_out() -> None:
    query = parse("what is the difference in queues")
    assert words(query) == ["differ", "queue"]
    assert not query.is_filtered


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WHERE vs HAVING", ["WHERE", "HAVING"]),
        ("not in", ["NOT", "IN"]),
        ("do while", ["DO", "WHILE"]),
        ("SELECT FROM orders", ["select", "FROM", "order"]),
        ("if the queue", ["queue"]),
        ("redis AND kafka", ["redi", "kafka"]),
        ("IF in a queue", ["IF", "queue"]),
        ('"where"', ["WHERE"]),
    ],
)
def test_words_that_code_needs_are_searched_in_capitals_in_quotes_or_alone(
    text: str, expected: list[str]
) -> None:
    assert words(parse(text)) == expected


def test_a_phrase_must_stand_as_it_is() -> None:
    query = parse('"row lock" table')
    assert query.must == ["('row' <-> 'lock')"]
    assert words(query) == ["row", "lock", "tabl"]


def test_joined_forms_do_not_break_a_phrase() -> None:
    assert parse('"Node.js streams"').must == ["(('nodej' | 'node') <-> 'stream')"]
    assert parse('"TCP/IP stack"').must == ["(('tcpip' | ('tcp' <-> 'ip')) <-> 'stack')"]


def test_a_phrase_keeps_its_stop_words() -> None:
    assert parse('"SELECT * FROM orders"').must == ["('select' <-> 'from' <-> 'order')"]


def test_quotes_in_a_long_question_are_quotation_marks() -> None:
    query = parse('why would a "type correct" module pass check compile link load run twice here')
    assert query.must == []
    assert words(query)[:2] == ["type", "correct"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sessions -jwt", ["('jwt')"]),
        ('sessions -"json web token"', ["('json' <-> 'web' <-> 'token')"]),
        ("sessions -the", []),
        ("sessions - jwt", []),
        ("--force", []),
    ],
)
def test_a_minus_excludes(text: str, expected: list[str]) -> None:
    assert parse(text).must_not == expected


def test_or_makes_two_words_one() -> None:
    query = parse("redis OR memcached eviction")
    assert len(query.words) == 2
    assert [a.lexemes for a in query.words[0].alternatives] == [("redi",), ("memcach",)]


def test_filters_are_taken_out_of_the_words() -> None:
    query = parse("pool topic:guides/databases tag:SQL kind:guide in:title has:code")
    assert words(query) == ["pool"]
    assert query.topics == ["guides/databases"]
    assert query.tags == ["sql"]
    assert query.kinds == ["guide"]
    assert query.field_mark == "A"
    assert query.has_code


@pytest.mark.parametrize("text", ["topic:", "in:nowhere", "http://x", "a:b"])
def test_what_looks_like_a_filter_but_is_none_is_words(text: str) -> None:
    query = parse(text)
    assert not query.is_filtered
    assert query.words


def test_a_star_asks_for_words_that_begin_so() -> None:
    assert parse("micro*").words[0].prefix == "micro"
    assert parse("*").notes == [NO_WORDS]


def test_a_word_said_twice_weighs_double() -> None:
    query = parse("cache cache eviction")
    assert [(word.surface, word.times) for word in query.words] == [("cache", 2), ("eviction", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "tcp vs udp",
        "TCP versus UDP?",
        "what is the difference between tcp and udp",
        "differences between TCP and UDP",
        "compare tcp with udp",
    ],
)
def test_a_comparison_has_two_sides(text: str) -> None:
    query = parse(text)
    assert query.is_comparison
    assert words(query) == ["tcp", "udp"]
    assert query.keys == ["tcp udp", "tcp", "udp"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.2.3.1", "1.2.3.1"), ("1.1.2.3.1 streams", "1.1.2.3.1"), ("404", ""), ("node.js", "")],
)
def test_a_dotted_number_is_asked_for_as_one(text: str, number: str) -> None:
    assert parse(text).number == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "?!", "-", "--", '"', '""', '"" ""', "\0", "*", "()", "::", "%_\\"],
)
def test_what_holds_no_word_says_so(text: str) -> None:
    query = parse(text)
    assert query.words == []
    assert query.notes == [NO_WORDS]


def test_a_very_long_query_is_cut_and_says_so() -> None:
    query = parse(" ".join(f"word{n}" for n in range(500)))
    assert len(query.words) == MOST_WORDS
    assert query.notes == [TOO_LONG]


def test_no_more_than_four_wildcards_are_looked_up() -> None:
    query = parse("queue aa* ae* ai* ao* au* ba*")
    assert [word.prefix for word in query.words] == ["", "aa", "ae", "ai", "ao"]
    assert query.notes == [WILDCARDS]
    assert parse("aa* ae* ai* ao*").notes == []


@pytest.mark.parametrize("minus", ["-word{0}", '-"row lock{0}"'])
def test_no_more_than_eight_exclusions_are_used(minus: str) -> None:
    query = parse("queue " + " ".join(minus.format(n) for n in range(20)))
    assert len(query.must_not) == 8
    assert query.notes == [EXCLUSIONS]


def test_the_words_of_further_phrases_are_plain_words() -> None:
    query = parse('"a1 b1" "a2 b2" "a3 b3" "a4 b4"')
    assert len(query.must) == 3
    assert words(query)[-2:] == ["a4", "b4"]
    assert query.notes == [PHRASES]


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ('"' + "the " * 240 + '"', 3),
        ('-"' + "the " * 240 + '"', 3),
        ('"' + " ".join(f"w{n}x" for n in range(30)) + '"', 12),
        ('"' + "queue lock " * 30 + '"', 6),
    ],
)
def test_a_phrase_is_cut_after_twelve_words_or_three_times_the_same(text: str, most: int) -> None:
    query = parse(text)
    wanted = (query.must + query.must_not)[0]
    assert wanted.count("<->") == most - 1
    assert CUT_PHRASE in query.notes


@pytest.mark.parametrize("text", ['"a.a.a.a.a.a.a.a"', "-a.a.a.a.a.a.a.a", "AaAaAaAaAaAaAaAa"])
def test_a_word_of_many_equal_parts_is_not_looked_for_as_a_run(text: str) -> None:
    query = parse(text)
    runs = [a.as_tsquery() for word in query.words for a in word.alternatives]
    assert not any("<->" in wanted for wanted in query.must + query.must_not + runs)


def test_no_more_than_eight_filters_are_used() -> None:
    query = parse("queue " + " ".join(f"tag:t{n} topic:a/{n}" for n in range(20)))
    assert len(query.tags) + len(query.topics) == 8
    assert query.notes == [TOO_MANY_FILTERS]


def test_words_with_or_between_them_count_too() -> None:
    query = parse(" OR ".join(f"word{n}x" for n in range(90)))
    assert sum(len(word.alternatives) for word in query.words) == MOST_WORDS
    assert query.notes == [TOO_LONG]


def test_all_words_and_any_word_are_written_as_tsqueries() -> None:
    query = parse("Node.js pool")
    assert query.all_words() == "(('nodej') | ('node')) & (('pool'))"
    assert query.any_word() == "(('nodej') | ('node')) | (('pool'))"


def test_a_compound_asks_for_its_parts_and_knows_the_joined_form() -> None:
    query = parse("TCP/IP")
    assert [[a.lexemes for a in word.alternatives] for word in query.words] == [
        [("tcp",), ("tcpip",)],
        [("ip",), ("tcpip",)],
    ]
