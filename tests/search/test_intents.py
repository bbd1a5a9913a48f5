"""What a query asks besides its words: hints, clauses of SQL, options, choices, symptoms."""

import pytest

from search.engine import search
from search.models import Synonym
from search.ranking import typed_form
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
        ("429 Too Many Requests", ["status", "code"]),
        ("404 not found", ["status", "code"]),
        ("503  Service Unavailable", ["status", "code"]),
        ("404 requests found", []),
        ("429 not found", []),  # that is another's name
        ("http 999", []),
        ("group by", ["aggreg"]),
        ("group by month", []),  # the other word says what it is wanted for
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
    ("query", "vague"),
    [
        ("429 Too Many Requests", [False, True, True]),
        ("502 bad gateway", [False, True, True]),
        ("http 429", [False, False]),
        ("my api is slow", [True, False]),
    ],
)
def test_the_number_of_a_named_status_code_tells_most(query: str, vague: list[bool]) -> None:
    parsed = parse(query)
    assert [word.is_vague for word in parsed.words] == vague
    assert parsed.is_pasted is (query[0].isdigit())


@pytest.mark.django_db
def test_a_pasted_answer_of_a_server_asks_what_it_means() -> None:
    limits = "A limit bounds requests and answers 429 Too Many Requests beyond it. "
    add_topic("Limits", Part("What is rate limiting?", limits * 3 + FILLING))
    add_topic("Calls", Part("Many requests", f"Too many requests got a 429. {FILLING}"))
    add_topic("Other", *[Part(f"Requests {n}", f"Requests of {n}. {FILLING}") for n in range(5)])
    assert found("429 Too Many Requests")[0] == "What is rate limiting?"


@pytest.mark.django_db
def test_an_option_has_synonyms() -> None:
    Synonym.objects.filter(words__contains=["save-dev"]).delete()
    Synonym.objects.create(words=["save-dev"], expansions=["devDependencies"])
    add_topic("Saving", Part("Dev saves", f"Save early in dev. {FILLING}"))
    add_topic("Packages", Part("Kinds", f"The devDependencies are skipped. {FILLING}"))
    assert found("npm install --save-dev jest")[0] == "Kinds"
    assert found("--save-dev")[0] == "Kinds"


@pytest.mark.django_db
def test_what_a_program_prints_finds_what_it_is_called() -> None:
    add_topic("Servers", Part("Listening", f"A listen error such as EADDRINUSE ends it. {FILLING}"))
    add_topic("Networks", Part("Hosts", f"An address is given to a host. {FILLING}"))
    assert found("Address already in use")[0] == "Listening"


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["sharding", "Sharding"])
def test_the_form_that_was_typed_stands_before_another_of_its_stem(query: str) -> None:
    add_topic("Tests", Part("Runs", f"The shards of a test run. {FILLING}"))
    add_topic("Data", Part("Rows", f"The sharding of a long table. {FILLING}"))
    assert found("shards") == ["Runs", "Rows"]
    assert found(query) == ["Rows", "Runs"]


@pytest.mark.django_db
def test_a_question_leads_where_nothing_else_is_called_so() -> None:
    add_topic("Tests", Part("Shards of equal length", f"Shards of a test run. {FILLING}"))
    asked = Part("Replication or sharding?", f"Sharding splits the rows. {FILLING}")
    add_topic("Questions", asked, Part("What is caching?", f"Caching keeps. {FILLING}"))
    add_topic("Caching", Part("Keys", f"Caching needs a key. {FILLING}"))
    assert found("sharding")[0] == "Replication or sharding?"
    assert found("caching")[0] == "Caching"


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("sharding", r"\msharding" + r"s?\M"),
        ("listener", r"\mlisteners?\M"),
        ("shards", ""),  # an ending that says nothing
        ("shard", ""),
        ("string sharding", ""),
        ('"sharding"', ""),
        ("shard*", ""),
        ("file.sharding", ""),
    ],
)
def test_a_form_is_that_of_an_only_word(query: str, form: str) -> None:
    assert typed_form(parse(query)) == form


@pytest.mark.parametrize(
    ("option", "lexemes"),
    [
        ("--save-dev", [("savedev",), ("save", "dev")]),
        ("--dry-run", [("dryrun",), ("dry", "run")]),
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
