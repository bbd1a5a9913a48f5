"""Slips: what they cost, and what they are taken for."""

import pytest

from search.engine import search
from search.right_words import is_right
from search.spelling import ADDED, CHANGED, DOUBLED, FIRST, MISSED, NEAR_KEY, SWAPPED, cost, edits
from tests.beginnings import beginning
from tests.search.library import Part, add_topic


@pytest.mark.parametrize(
    ("typed", "word", "price"),
    [
        ("redis", "redis", 0), ("reids", "redis", SWAPPED), ("ngnix", "nginx", SWAPPED),
        ("kakfa", "kafka", SWAPPED), ("rediss", "redis", DOUBLED),
        ("midleware", "middleware", DOUBLED),
        ("databse", "database", MISSED), ("nodwe", "node", 1.4), ("closxue", "closure", 2.8),
        ("redus", "redis", NEAR_KEY), ("cacke", "cache", CHANGED),
        ("edis", "redis", MISSED + FIRST),
        ("docker", "dockedr", MISSED), ("congif", "config", 1.7),
        ("xredis", "redis", ADDED + FIRST),
    ],
)  # fmt: skip
def test_each_kind_of_slip_has_its_price(typed: str, word: str, price: float) -> None:
    assert cost(typed, word) == pytest.approx(price, abs=0.01)


@pytest.mark.parametrize("word", ["jwt", "kafka", "индекс", "p99x"])
def test_edits_hold_every_single_slip(word: str) -> None:
    found = edits(word)
    swapped = word[1] + word[0] + word[2:]
    assert {word[1:], swapped, word + word[-1], word[:-1]} <= found
    assert word not in found


LIBRARY = {
    "Redis": "Redis keeps keys in memory.", "Nginx": "Nginx is a reverse proxy.",
    "Kafka": "Kafka is a log.", "JWT": "A JWT is signed.", "TLS": "TLS encrypts.",
    "gRPC": "gRPC calls procedures.", "CSRF": "CSRF forges requests.", "XSS": "XSS runs scripts.",
    "Saga": "A saga compensates.", "Sharding": "Sharding splits rows.", "Config": "Config is read.",
    "PostgreSQL": "PostgreSQL keeps rows.", "Middleware": "Middleware wraps handlers.",
    "Kubernetes": "Kubernetes runs pods.", "Retries": "Retries with backoff.",
}  # fmt: skip


@beginning
def library() -> None:
    for title, text in LIBRARY.items():
        add_topic(title, Part(f"{title} in use", text * 2), path=title.lower())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("reids", "redis"), ("ngnix", "nginx"), ("kakfa", "kafka"), ("jtw", "jwt"), ("tsl", "tls"),
        ("gprc", "grpc"), ("crsf", "csrf"), ("xxs", "xss"), ("sgaa", "saga"),
        ("shardng", "sharding"),
        ("congif", "config"), ("posgtresql", "postgresql"), ("middlewre", "middleware"),
        ("midleware", "middleware"), ("kubrenetes", "kubernetes"), ("kuberntes", "kubernetes"),
        ("jubernetes", "kubernetes"), ("mkddleware", "middleware"),
    ],
)  # fmt: skip
def test_a_slip_finds_what_was_meant(library: None, typed: str, meant: str) -> None:
    results = search(typed)
    assert results.corrected == (typed, meant)
    assert results.hits[0].topic_path == meant


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("redit", "redis"), ("helm", ""), ("gradle", ""), ("mikro-orm", ""), ("trpc", "grpc"),
        ("swift", ""), ("spark", ""), ("bazel", ""), ("soga", "saga"), ("confit", "config"),
        ("charding", "sharding"), ("maven", ""), ("saggy", ""), ("bash", ""),
    ],
)  # fmt: skip
def test_a_right_word_is_never_replaced(library: None, typed: str, near: str) -> None:
    results = search(typed)
    if is_right(typed):
        assert results.corrected is None
        assert f"nothing here speaks of: {typed}" in results.notes or "-" in typed
    assert results.offered in (near, "") or results.corrected


@pytest.mark.parametrize(
    "name",
    ["bash", "helm", "gradle", "maven", "trpc", "hapi", "mikro-orm", "Vue.js", "flink", "perl"],
)
def test_names_of_the_field_are_known(name: str) -> None:
    assert is_right(name)
    assert not is_right("kuberntes")


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["was ist ein index", "wie wird ein index", "les index"])
def test_common_words_of_other_languages_are_no_slips(asked: str) -> None:
    words = "sit wire we less let ein-sof index " * 9
    for name in ("One", "Two", "Three"):
        add_topic(name, Part(f"{name} index", words))
    assert search(asked).corrected is None


def test_a_corrected_word_keeps_its_synonyms(library: None) -> None:
    add_topic("Other", Part("Notes", "The word postgres, twice: postgres."), path="other")
    assert "postgresql" in [hit.topic_path for hit in search("postgers").hits]


def test_a_known_word_that_is_likely_a_slip_is_offered_and_looked_for_too(library: None) -> None:
    add_topic("Versions", Part("Leaving", "Retire old versions with care."), path="versions")
    for n in range(6):
        add_topic(f"More {n}", Part("Calls", "Retries with backoff and jitter."), path=f"more-{n}")
    results = search("retires with backoff")
    assert (results.corrected, results.offered) == (None, "retries with backoff")
    assert results.hits[0].topic_path == "retries"
    assert "spelt Retries" in results.hits[0].reasons


@pytest.mark.parametrize("typed", ["redis chromodynamics", "redis qwxzvkjh"])
def test_a_word_that_looks_like_none_is_named_where_others_are_found(
    library: None, typed: str
) -> None:
    results = search(typed)
    assert results.hits
    assert results.notes == [f"nothing here speaks of: {typed.split()[1]}"]
    assert search("qwxzvkjh").notes == []
