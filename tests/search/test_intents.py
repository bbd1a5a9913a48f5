"""What a query asks besides its words: hints, clauses of SQL, options, choices, symptoms."""

import pytest

from search.engine import search
from search.models import Synonym
from search.syntax import parse
from tests.search.library import Part, add_topic, found

FILLING = "It is told at length, with what it costs and what to watch for in production. " * 4


def hints_of(query: str) -> list[str]:
    return [alternative.lexemes[0] for group in parse(query).hints for alternative in group]


@pytest.mark.parametrize(
    ("query", "sides"),
    [
        ("when should I use redis instead of postgres", ["redi", "postgr"]),
        ("why use kafka instead of rabbitmq", ["kafka", "rabbitmq"]),
        ("grpc rather than rest", ["grpc", "rest"]),
        ("should I pick sessions over jwt?", ["session", "jwt"]),
        ("use a queue instead of cron", ["queue", "cron"]),
        ("should I choose mysql over postgres", ["mysql", "postgr"]),
    ],
)
def test_one_thing_instead_of_another_is_a_comparison(query: str, sides: list[str]) -> None:
    parsed = parse(query)
    assert parsed.is_comparison
    assert [word.alternatives[0].lexemes[0] for word in parsed.words] == sides


@pytest.mark.parametrize("query", ["iterate over an array", "rolling over logs", "instead of this"])
def test_not_every_over_or_instead_is_a_choice(query: str) -> None:
    assert not parse(query).is_comparison


@pytest.mark.parametrize(
    ("query", "hints"),
    [
        ("when to use redis", ["WHEN"]),
        ("why index a foreign key", ["WHY"]),
        ("when did redis appear", []),
        ("http 429", ["status", "code"]),
        ("error 503", ["status", "code"]),
        ("status code 404", []),  # these words are there
        ("port 404", []),  # nothing says that it is a status code
        ("http 999", []),
        ("group by", ["aggreg"]),
        ("redis caching", []),
    ],
)
def test_what_a_query_asks_for_becomes_hints(query: str, hints: list[str]) -> None:
    assert hints_of(query) == hints


@pytest.mark.parametrize(
    ("query", "phrase"),
    [
        ("http 429", ("too", "mani", "request")),
        ("status 404", ("not", "found")),
        ("error 502", ("bad", "gateway")),
    ],
)
def test_a_status_code_is_found_by_its_name(query: str, phrase: tuple[str, ...]) -> None:
    *_, number = parse(query).words
    assert [a.lexemes for a in number.alternatives][-1] == phrase


@pytest.mark.parametrize(
    ("option", "lexemes"),
    [
        ("--save-dev", [("savedev",), ("save", "dev")]),
        ("--dry-run", [("dryrun",), ("dri", "run")]),
        ("--no-cache", [("nocach",), ("no", "cach")]),
    ],
)
def test_an_option_is_one_word(option: str, lexemes: list[tuple[str, ...]]) -> None:
    (word,) = parse(option).words
    assert [a.lexemes for a in word.alternatives if a.counts] == lexemes


@pytest.mark.parametrize(
    "clause", ["insert into", "distinct on", "union all", "is null", "on conflict", "delete from"]
)
def test_a_clause_of_sql_is_one_word_in_small_letters_too(clause: str) -> None:
    (word,) = parse(clause).words
    assert len(word.alternatives[0].lexemes) == 2


@pytest.mark.django_db
def test_hints_find_nothing_by_themselves() -> None:
    add_topic("Guide", Part("When to use it", f"Use it well. {FILLING}"))
    assert found("when zyzzyva") == []


@pytest.mark.django_db
def test_a_question_for_when_finds_the_section_that_says_when() -> None:
    add_topic(
        "Redis",
        Part("Setting it up", f"Redis and its client. {FILLING}"),
        Part("When to add it", f"Redis pays off for hot data. {FILLING}"),
        Part("Backups", f"Redis writes snapshots. {FILLING}"),
    )
    assert found("when should I use redis")[:2] in (
        ["When to add it", "Redis"], ["Redis", "When to add it"]
    )  # fmt: skip


@pytest.mark.django_db
def test_a_run_of_words_counts_more_where_it_stands_often() -> None:
    add_topic("One", Part("Plans", f"An ORDER BY. {FILLING * 3}"))
    add_topic("Two", Part("Lists", f"ORDER BY a, then ORDER BY b, then ORDER BY c. {FILLING}"))
    add_topic("Three", Part("Order", f"The order of things by and by. {FILLING}"))
    assert found("order by")[:2] == ["Lists", "Plans"]


@pytest.mark.django_db
def test_a_title_with_another_question_word_is_not_the_whole_query() -> None:
    add_topic("DNS", Part("Where next", f"Other chapters. {FILLING}"))
    add_topic(
        "Express",
        Part("Handlers", f"Call next() in a handler; next(error) fails. {FILLING}"),
        Part("What does next do?", f"It calls the next handler. {FILLING}"),
    )
    assert found("what does next do")[0] == "What does next do?"


@pytest.mark.django_db
def test_what_is_mine_says_little_beside_the_trouble_with_it() -> None:
    add_topic("API mocks", Part("Mocking an API", f"A slow API is replaced in tests. {FILLING}"))
    add_topic("Performance", Part("Where time goes", f"Find what is slow by measuring. {FILLING}"))
    add_topic("Other", *[Part(f"API {n}", f"An API of many. {FILLING}") for n in range(5)])
    assert found("my api is slow")[0] in ("Performance", "Where time goes")
    assert [w.is_vague for w in parse("my api is slow").words] == [True, False]
    assert [w.is_vague for w in parse("the api gateway").words] == [False, False]
    assert [w.is_vague for w in parse("my api").words] == [False]


@pytest.mark.django_db
def test_what_is_said_in_several_words_leads_to_what_the_texts_call_it() -> None:
    Synonym.objects.filter(words__contains=["runs out of memory"]).delete()
    Synonym.objects.create(words=["runs out of memory"], expansions=["memory leak"])
    add_topic("Tests", Part("In-memory databases", f"A database in memory for tests. {FILLING}"))
    add_topic("Node", Part("Memory leaks", f"A memory leak shows in the heap. {FILLING}"))
    assert found("my server runs out of memory")[0] == "Memory leaks"


@pytest.mark.django_db
def test_the_words_that_titles_go_on_with_weigh_by_how_many_do() -> None:
    for n in range(3):
        add_topic(f"Topic {n}", Part("Circuit breaker", f"It opens. {FILLING}"))
    add_topic("Toast", Part("Circuit bread", f"It is eaten. {FILLING}"))
    assert found("circuit bre")[0] == "Circuit breaker"


@pytest.mark.django_db
def test_two_letters_are_finished_as_titles_go_on() -> None:
    add_topic("Node", Part("The event loop", f"The event loop turns. {FILLING}"))
    add_topic("Other", Part("Head", f"An event, and lo, it ends. {FILLING}"))
    assert found("event lo")[0] == "The event loop"


@pytest.mark.django_db
def test_a_heading_without_text_shows_what_is_below_it() -> None:
    add_topic(
        "Tools",
        Part("Compose", below=[Part("Files", "Compose reads one file."), Part("Run", "It runs.")]),
        Part("Other", "Another section."),
        Part("Empty"),
    )
    shown = {hit.title: hit.snippet for hit in search("compose").hits}
    assert shown["Compose"] == "<mark>Compose</mark> reads one file."
    assert {hit.title: hit.snippet for hit in search("empty").hits} == {"Empty": ""}
