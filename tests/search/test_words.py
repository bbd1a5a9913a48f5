"""How tokens become lexemes: one table for text, titles and queries."""

import itertools
import tracemalloc
from typing import Any

import pytest

from search import english, words
from search.english import STOP_WORDS, stem
from search.vectors import FIELDS, columns, lexemes
from search.words import Token, analyse, surfaces, title_key, tokens


def slots(text: str) -> list[tuple[str, ...]]:
    return [slot for _, _, token in tokens(text) for slot in token.slots]


def named(**source) -> dict[str, str]:
    return dict(zip(FIELDS, columns(**source), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Node.js", [("nodej", "node", "js")]),
        ("nodejs", [("nodej", "node", "js")]),
        ("NodeJS", [("nodej", "node", "js")]),
        ("node", [("node",)]),
        ("Express.js's", [("expressj", "express", "js")]),
        ("TCP/IP", [("tcpip", "tcp"), ("tcpip", "ip")]),
        ("CI/CD", [("cicd", "ci"), ("cicd", "cd")]),
        ("I/O", [("io", "i"), ("io", "o")]),
        ("pub/sub", [("pubsub", "pub"), ("pubsub", "sub")]),
        ("HTTP/2", [("http2", "http"), ("http2", "2")]),
        ("HTTP2", [("http2", "http")]),
        ("HTTP/1.1", [("http11", "http"), ("http11", "1.1", "1")]),
        ("asyncio.gather", [("asynciogath", "asyncio"), ("asynciogath", "gather")]),
        (
            "fs.readFileSync",
            [
                ("fsreadfilesync", "fs"),
                ("fsreadfilesync", "readfilesync", "read"),
                ("fsreadfilesync", "readfilesync", "file"),
                ("fsreadfilesync", "readfilesync", "sync"),
            ],
        ),
        (
            "process.nextTick()",
            [
                ("processnexttick", "process"),
                ("processnexttick", "nexttick", "next"),
                ("processnexttick", "nexttick", "tick"),
            ],
        ),
        (
            "Access-Control-Allow-Origin",
            [
                ("accesscontrolalloworigin", part)
                for part in ("access", "control", "allow", "origin")
            ],
        ),
        ("Idempotency-Key", [("idempotencykey", "idempot"), ("idempotencykey", "key")]),
        ("snake_case", [("snakecas", "snake"), ("snakecas", "case")]),
        ("kebab-case", [("kebabcas", "kebab"), ("kebabcas", "case")]),
        ("camelCase", [("camelcas", "camel"), ("camelcas", "case")]),
        ("HTMLParser", [("htmlparser", "html"), ("htmlparser", "parser")]),
        (
            "/api/v1/users",
            [("apiv1users", "api"), ("apiv1users", "v1"), ("apiv1users", "user")],
        ),
        ("std::vector", [("stdvector", "std"), ("stdvector", "vector")]),
        ("$lookup", [("$lookup", "lookup")]),
        ("@Injectable()", [("@inject", "inject")]),
        ("C++", [("c++",)]),
        ("C++17", [("c++17", "c++")]),
        ("C#", [("c#",)]),
        ("C", [("c",)]),
        (".NET", [("dotnet", "net")]),
        ("k8s", [("k8s",)]),
        ("n-api", [("napi", "n"), ("napi", "api")]),
        ("12-factor", [("12factor", "12"), ("12factor", "factor")]),
        ("v1.2.3", [("1.2.3", "1.2", "1")]),
        ("PostgreSQL 18.6", [("postgresql",), ("18.6", "18")]),
        ("1.2.3.1", [("1.2.3.1",)]),
        ("404", [("404",)]),
        ("OAuth2", [("oauth2", "oauth")]),
        ("sha256", [("sha256", "sha")]),
        ("café", [("cafe",)]),
        ("naïve Ångström", [("naiv",), ("angstrom",)]),
        ("ﬁle", [("file",)]),
        ("JWTs", [("jwt",)]),
        ("APIs", [("api",)]),
        ("NoSQL", [("nosql",)]),
        ("JavaScript", [("javascript",)]),
        ("WebSocket", [("websocket", "web"), ("websocket", "socket")]),
        ("O'Reilly's", [("oreilli",)]),
        ("don’t", [("dont",)]),
        ("e-mail", [("email", "e"), ("email", "mail")]),
        ("__init__", [("init",)]),
        ("queries, query; querying.", [("queri",)] * 3),
        ("", []),
        ("!?… —", []),
        ("👍", [("👍",)]),
        ("שלום עולם", [("שלום",), ("עולם",)]),
        ("x" * 300, []),
    ],
)
def test_a_token_becomes_the_joined_form_and_its_parts(
    text: str, expected: list[tuple[str, ...]]
) -> None:
    assert slots(text) == expected


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("serialisation", "serialization"),
        ("serialise", "serialize"),
        ("serialising", "serializing"),
        ("denormalise", "denormalize"),
        ("denormalised", "denormalized"),
        ("normalisation", "normalization"),
        ("authorisation", "authorization"),
        ("optimisers", "optimizers"),
        ("behaviour", "behavior"),
        ("colour", "color"),
        ("analysing", "analyzing"),
        ("cancelled", "canceled"),
        ("centre", "center"),
        ("licence", "license"),
        ("catalogue", "catalog"),
        ("indices", "indexes"),
        ("lost", "losing"),
        ("broken", "breaks"),
        ("written", "write"),
    ],
)
def test_british_and_american_spelling_meet(british: str, american: str) -> None:
    assert stem(british) == stem(american)


@pytest.mark.parametrize(
    ("one", "other"),
    [("promise", "promises"), ("promise", "promised"), ("raise", "raising"), ("wise", "wisely")],
)
def test_words_in_ise_that_are_not_british_keep_their_own_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)
    assert "z" not in stem(one)


def test_short_words_are_not_stemmed() -> None:
    assert [stem(word) for word in ("aws", "dns", "ids", "go")] == ["aws", "dns", "id", "go"]


def test_positions_follow_the_text_and_joined_forms_span_their_parts() -> None:
    assert lexemes("Use Node.js over TCP/IP") == (
        "'use':1 'nodej':2 'node':2 'js':2 'over':3 'tcpip':4,5 'tcp':4 'ip':5"
    )


def test_a_stop_word_in_capitals_is_a_keyword_and_stays_where_it_is() -> None:
    assert lexemes("Use WHERE, not where") == "'use':1 'where':2,4 'WHERE':2 'not':3"


def test_every_stop_word_is_a_keyword_in_code_and_titles() -> None:
    made = named(title="Not in", code="for x in y", text="not in")
    assert made["title"] == "'not':1 'NOT':1 'in':2 'IN':2"
    assert made["code"] == "'for':9 'FOR':9 'x':10 'in':11 'IN':11 'y':12"
    assert made["text"] == "'not':9 'in':10"


def test_a_single_capital_is_no_keyword() -> None:
    assert lexemes("A plan") == "'a':1 'plan':2"


def test_a_dotted_number_stands_with_the_title() -> None:
    assert named(title="Streams", number="1.2.3")["title"] == "'#1.2.3':1 'stream':1"
    assert named(title="Streams", number="4")["title"] == "'stream':1"


def test_headings_above_are_kept_apart() -> None:
    assert named(title="", above=["Data", "Models"])["above"] == "'data':9 'model':18"


def test_nothing_that_a_tsvector_could_misread_gets_into_its_literal() -> None:
    assert lexemes("a'b \\ c:1A \0 ''::tsvector") == "'ab':1 'c':2 '1a':3 'tsvector':4"


def test_positions_and_their_number_stay_within_what_postgresql_keeps() -> None:
    literal = lexemes("word " * 20_000)
    positions = [int(p) for p in literal.split(":")[1].split(",")]
    assert len(positions) == 255
    assert max(positions) <= 16_383


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Node.js", "node"),
        ("Load Balancing", "load balancing"),
        ("CI/CD", "ci cd"),
        ("RBAC vs ABAC", "rbac versus abac"),
        ("What is a Queue?", "queue"),
        ("WHERE vs HAVING", "where having"),
    ],
)
def test_titles_that_a_reader_would_call_the_same_share_a_key(one: str, other: str) -> None:
    assert title_key(one) == title_key(other) != ""


def test_surfaces_are_the_plain_words_that_corrections_come_from() -> None:
    assert list(surfaces("The Kubernetes café, v2 of fs.readFile")) == [
        "kubernetes", "cafe", "readfile",
    ]  # fmt: skip


def test_analysing_a_stop_word_says_so() -> None:
    assert analyse("Where") == Token("where", (("where",),), is_stop=True)
    assert "vs" in STOP_WORDS


def test_one_thread_at_a_time_uses_the_stemmer(monkeypatch):
    """It keeps the word in itself: two threads at once gave wrong stems and IndexErrors."""
    held = []

    class Stemmer:
        def stemWord(self, word: str) -> str:  # noqa: N802, its name in the library
            held.append(english.one_at_a_time.locked())
            return word

    monkeypatch.setattr(english, "snowball", Stemmer())
    assert stem.__wrapped__("connections") == "connections"
    assert (held, english.one_at_a_time.locked()) == ([True], False)


@pytest.mark.parametrize(
    ("cache", "surface"),
    [
        (words.plain_token, "{}abcdefghijklmnop"),
        (words.compound_token, "{}.Bb.Cc.Dd.Ee.Ff.Gg.Hh.Ii.Jj.Kk.Ll"[: words.LONGEST_COMPOUND - 6]),
        (stem, "{}" + "x" * 58),
    ],
)
def test_what_is_remembered_of_words_is_bounded_in_bytes(cache: Any, surface: str) -> None:
    names = [
        "".join(letters) for letters in itertools.islice(itertools.permutations("abcdefg", 6), 300)
    ]
    cache.cache_clear()  # else the table of an almost full one may grow meanwhile
    tracemalloc.start()
    try:
        for name in names:
            cache(surface.format(name))
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert used / len(names) * cache.cache_info().maxsize < 48 << 20
