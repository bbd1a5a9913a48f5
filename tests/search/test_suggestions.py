"""What is suggested while somebody types."""

import pytest

from search.suggestions import suggest
from tests.beginnings import beginning
from tests.search.library import Part, add_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]


@beginning
def library() -> None:
    add_topic(
        "Scaling",
        Part("Load balancing", "Spread requests."),
        Part("Caching", "Load once, balance later."),
        path="scaling",
    )
    add_topic("Kubernetes", Part("Pods", "A pod."), path="kubernetes")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("load bal", "Load balancing"),
        ("lo", "Load balancing"),
        ("balanc", "Load balancing"),
        ("kube", "Kubernetes"),
        ("kubrne", "Kubernetes"),
        ("kubernets", "Kubernetes"),
        ("Load ", "Load balancing"),
    ],
)
def test_the_last_word_may_be_unfinished_or_misspelt(typed: str, first: str) -> None:
    assert suggest(typed)[0].title == first


def test_titles_come_first() -> None:
    assert [hit.title for hit in suggest("load")][:2] == ["Load balancing", "Caching"]


def test_one_letter_is_enough_after_a_word_whose_titles_go_on_so() -> None:
    for n in range(10):  # words that are used more than the one that is meant
        add_topic(f"L {n}", Part(f"Notes {n}", f"load lo{n}ng lo{n}cal lo{n}g " * 3))
    add_topic("Loop", Part("The event loop", "It turns."), Part("Events", "A load of them."))
    assert suggest("event l")[0].title == "The event loop"
    assert suggest("event lo")[0].title == "The event loop"


def test_titles_that_begin_with_what_is_typed_come_first() -> None:
    add_topic("Other", Part("On pod security", "Pod, pod, pod security."), Part("Pod set", "x"))
    assert next(hit.title for hit in suggest("pod")) == "Pods"
    assert next(hit.title for hit in suggest("pod s")) == "Pod set"


def test_two_errors_are_forgiven_in_a_long_word() -> None:
    add_topic("Identity", Part("Authentication", "Who are you?"))
    assert suggest("authentificat")[0].title == "Authentication"


def test_short_words_are_not_forgiven() -> None:
    assert suggest("kxbe") == []


def test_there_are_at_most_eight_and_topics_stand_together() -> None:
    for n in range(4):
        add_topic(f"More {n}", *[Part(f"Load {n} {m}", "load") for m in range(4)])
    topics = [hit.topic_title for hit in suggest("load")]
    assert len(topics) == 8
    assert topics == sorted(topics, key=topics.index)
