"""Nearest words and edit distance, without a database."""

import pytest

from search.spelling import distance, nearest


@pytest.mark.parametrize(
    ("a", "b", "edits"),
    [
        ("", "", 0),
        ("node", "node", 0),
        ("node", "nod", 1),
        ("node", "nodes", 1),
        ("node", "nude", 1),
        ("node", "ndoe", 1),
        ("kuberntes", "kubernetes", 1),
        ("kubrenetes", "kubernetes", 1),
        ("kubrnets", "kubernetes", 2),
        ("docker", "socket", 2),
        ("docker", "rocket", 2),
        ("redis", "kafka", 3),
        ("a", "abcdef", 3),
    ],
)
def test_edits_are_insertions_deletions_changes_and_swaps(a: str, b: str, edits: int) -> None:
    assert distance(a, b) == edits
    assert distance(b, a) == edits


def test_the_nearest_word_has_the_fewest_edits_then_the_first_letter_then_use() -> None:
    assert nearest("databse", [("databases", 90), ("database", 10)]) == "database"
    assert nearest("hoster", [("poster", 90), ("hosted", 5)]) == "hosted"
    assert nearest("cachd", [("cache", 5), ("cached", 9)]) == "cached"


def test_two_edits_are_forgiven_in_long_words_only() -> None:
    assert nearest("kubrnets", [("kubernetes", 1)]) == "kubernetes"
    assert nearest("sokcte", [("socket", 1)]) is None
    assert nearest("abcd", []) is None
