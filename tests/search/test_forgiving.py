"""Synonyms, corrections and spellings: what is found although it was typed otherwise."""

import pytest

from search.engine import search
from search.models import Synonym
from tests.search.library import Part, add_topic, found

pytestmark = pytest.mark.django_db


def test_synonyms_are_found_below_the_word_itself() -> None:
    add_topic("A", Part("One", "Run it on kubernetes today."), Part("Two", "Run it on k8s today."))
    results = search("k8s")
    assert [hit.title for hit in results.hits] == ["Two", "One"]
    assert [hit.reasons for hit in results.hits] == [[], ["also called kubernetes"]]


def test_a_one_way_synonym_goes_one_way() -> None:
    add_topic("A", Part("One", "All about authorization."), Part("Two", "The auth header."))
    assert found("auth") == ["Two", "One"]
    assert search("auth").hits[1].reasons == ["related: authorization"]
    assert found("authorization") == ["One"]


def test_a_synonym_of_several_words_matches_as_a_phrase_and_counts_as_the_word() -> None:
    add_topic(
        "A",
        Part("One", "Dependency injection in containers."),
        Part("Two", "An injection into a dependency in containers."),
    )
    results = search("di containers")
    assert [(hit.title, hit.match) for hit in results.hits] == [("One", "all"), ("Two", "some")]


def test_a_name_of_several_words_finds_its_abbreviation() -> None:
    add_topic("A", Part("One", "SSO for every app."), Part("Two", "The login page."))
    assert [(hit.title, hit.match) for hit in search("single sign-on").hits] == [("One", "all")]
    assert [(hit.title, hit.match) for hit in search("log in").hits] == [("Two", "all")]
    assert search("logs").hits == []


@pytest.mark.parametrize("query", ["xss", "XSS", "cross-site scripting"])
@pytest.mark.parametrize("title", ["Cross-site scripting (XSS)", "XSS: cross-site scripting"])
def test_a_title_of_both_names_is_whole_for_each(title: str, query: str) -> None:
    add_topic("XSS tests", Part("XSS and compliance tests", "XSS XSS XSS, cross-site scripting."))
    add_topic("Attacks", Part(title, "A foreign script runs in a page, as XSS does."))
    assert found(query)[0] == title


def test_a_curators_synonym_works_at_once() -> None:
    add_topic("A", Part("One", "The froobnicator spins."))
    assert found("widgetron") == []
    Synonym.objects.create(words=["widgetron", "froobnicator"])
    assert found("widgetron") == ["One"]
    Synonym.objects.filter(words__contains=["widgetron"]).update(words=["gizmotron"])
    assert found("widgetron") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kuberntes", "kubernetes"),
        ("kubrenetes", "kubernetes"),
        ("mesage broker", "message broker"),
    ],
)
def test_an_unknown_word_is_corrected_and_said_so(typed: str, meant: str) -> None:
    add_topic("A", Part("One", "A message broker on Kubernetes."))
    results = search(typed)
    assert results.corrected == (typed, meant)
    assert [hit.title for hit in results.hits] == ["One"]
    assert results.hits[0].reasons == [f"spelt {meant.split(maxsplit=1)[0]}"]


def test_a_title_is_exact_also_when_it_is_misspelt() -> None:
    add_topic("A", Part("Message broker pools", "A broker of messages, a message broker." * 3))
    add_topic("B", Part("Message brokers", "They pass things on."))
    assert found("message broker")[0] == "Message brokers"
    assert found("mesage broker")[0] == "Message brokers"


def test_a_known_word_is_never_changed() -> None:
    add_topic("A", Part("One", "The context."), Part("Two", "The content, content, content."))
    results = search("context")
    assert results.corrected is None
    assert [hit.title for hit in results.hits] == ["One"]


def test_correction_can_be_turned_off_and_then_the_nearest_words_are_named() -> None:
    add_topic("A", Part("One", "On Kubernetes."))
    results = search("kuberntes", exact=True)
    assert (results.hits, results.corrected) == ([], None)
    assert results.nearest == ["kubernetes"]
    assert results.tried == ["kuberntes"]


def test_quoted_words_are_not_corrected() -> None:
    add_topic("A", Part("One", "On Kubernetes."))
    assert search('"kuberntes"').corrected is None


def test_british_and_american_spelling_meet() -> None:
    add_topic("A", Part("Serialisation", "How to denormalise."))
    assert found("serialization denormalize") == ["Serialisation"]


def test_what_is_called_javascript_is_not_every_name_that_ends_in_js() -> None:
    add_topic("A", Part("Node.js", "It runs code."), Part("V8", "It runs JavaScript."))
    assert found("javascript") == ["V8"]
    assert set(found("js")) == {"Node.js", "V8"}
