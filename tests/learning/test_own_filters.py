"""A learner's own things in the one search."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from learning import collections, highlights
from learning.anchoring import Quote
from learning.models import Bookmark, Card, CollectedSection, Highlight
from search.engine import search
from topics.models import Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def sections(bring, alice, bob) -> dict[str, Section]:
    """Alice bookmarks One, notes Two, highlights Three, collects Four; Bob bookmarks Five."""
    names = ("One", "Two", "Three", "Four", "Five")
    text = "".join(
        f"## {name}\n\nA gizmo of kind {name.lower()} stands here.\n\n" for name in names
    )
    bring({"a.md": f"# A\n\n{text}"})
    found = {section.title: section for section in Section.objects.all()}
    Bookmark.objects.create(user=alice, section=found["One"])
    Bookmark.objects.create(user=alice, section=found["Two"], note="Ask Grace about Caches.")
    mark = highlights.add(alice, found["Three"], Quote(0, 0, "kind three"), "blue")
    Highlight.objects.filter(pk=mark.pk).update(note="Caches again")
    own = collections.create(alice, "Mine")
    item = collections.add(alice, own, found["Four"])
    CollectedSection.objects.filter(pk=item.pk).update(note="for grace")
    Bookmark.objects.create(user=bob, section=found["Five"], note="caches")
    due = {"phase": 2, "due": timezone.now(), "last_review": timezone.now() - timedelta(days=9)}
    for title, values in [("One", due), ("Two", due | {"is_suspended": True}), ("Three", {})]:
        Card.objects.create(
            user=alice, section=found[title], origin="own", front="f", back="b", **values
        )
    return found


QUERIES = [
    ("gizmo is:bookmarked", ["One", "Two"]),
    ("is:bookmarked", ["One", "Two"]),
    ("gizmo has:note", ["Four", "Three", "Two"]),
    ("gizmo has:highlight", ["Three"]),
    ("gizmo is:due", ["One"]),
    ("in:notes caches", ["Three", "Two"]),
    ("in:notes grace", ["Four", "Two"]),
    ("in:notes GRACE caches", ["Two"]),
    ("in:notes kind", ["Three"]),
    ("in:notes gizmo", []),
    ("in:notes", ["Four", "Three", "Two"]),
    ('in:notes "caches again"', ["Three"]),
    ("in:notes caches is:bookmarked", ["Two"]),
    ("in:notes caches topic:none", []),
    ("in:notes %", ["Four", "Three", "Two"]),  # no word at all
    ("is:bookmarked nothing-like-it", []),
]


@pytest.mark.parametrize(("query", "titles"), QUERIES)
def test_a_search_finds_ones_own(sections, alice, query: str, titles: list[str]) -> None:
    assert sorted(hit.title for hit in search(query, reader=alice).hits) == titles


@pytest.mark.parametrize("query", [query for query, _ in QUERIES])
def test_without_an_account_there_is_nothing_of_ones_own(sections, query: str) -> None:
    assert search(query, reader=AnonymousUser()).hits == []


def test_others_find_theirs(sections, bob) -> None:
    assert [hit.title for hit in search("in:notes caches", reader=bob).hits] == ["Five"]


def test_marks_of_merged_sections_are_found_where_they_are_read(sections, alice) -> None:
    one = sections["One"]
    Section.objects.filter(pk=one.pk).update(
        removed_at=timezone.now(), merged_into=sections["Five"]
    )
    found = [hit.title for hit in search("is:bookmarked", reader=alice).hits]
    assert sorted(found) == ["Five", "Two"]
