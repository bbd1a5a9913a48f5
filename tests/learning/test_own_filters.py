"""A learner's own things in the one search."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learning import collections, highlights
from learning.anchoring import Quote
from learning.models import Bookmark, Card, CollectedSection, Highlight, Reading
from learning.own_filters import OWN
from search.engine import search
from search.index import index_sections
from tests.beginnings import beginning
from tests.factories import make_user
from topics.models import Section

pytestmark = pytest.mark.django_db


@beginning
def sections(bring) -> dict[str, Section]:
    """Alice bookmarks One, notes Two, highlights Three, collects Four; Bob bookmarks Five."""
    alice, bob = make_user("alice"), make_user("bob")
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
    ('in:notes "kind caches"', ["Three"]),
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


SPELLED = {
    "A naïve plan – “really”…": "naive",
    "The cafe\u0301 is shut → go": "café",
    "A lock – then wait": "locks",
    "Uses no‐code tools": "code",
    "Die Größe zählt": "größe",
}


@pytest.mark.parametrize("note", SPELLED)
def test_words_of_notes_are_found_as_they_may_be_spelled(sections, alice, note: str) -> None:
    Bookmark.objects.filter(user=alice, section=sections["One"]).update(note=note)
    found = [hit.title for hit in search(f"in:notes {SPELLED[note]}", reader=alice).hits]
    assert "One" in found


def test_others_find_theirs(sections, bob) -> None:
    assert [hit.title for hit in search("in:notes caches", reader=bob).hits] == ["Five"]


def test_marks_of_merged_sections_are_found_where_they_are_read(sections, alice) -> None:
    one = sections["One"]
    Section.objects.filter(pk=one.pk).update(
        removed_at=timezone.now(), merged_into=sections["Five"]
    )
    found = [hit.title for hit in search("is:bookmarked", reader=alice).hits]
    assert sorted(found) == ["Five", "Two"]


def page_text(client: Client, query: str, language: str = "en") -> str:
    answer = client.get("/search/", {"q": query}, headers={"accept-language": language})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


LACKING = {
    "is:due": "Nothing is due. A card comes back on its day",
    "is:bookmarked": "You have no bookmarks. The button beside a heading",
    "is:read": "You have not marked anything as read.",
    "has:note": "You have no notes.",
    "has:highlight": "You have no highlights.",
    "in:notes": "You have no notes.",
    "gizmo is:due": "Nothing is due.",
    "in:notes gizmo": "You have no notes.",
    "is:bookmarked topic:a": "You have no bookmarks.",
}


@pytest.mark.parametrize("query", LACKING)
def test_who_has_nothing_of_a_kind_is_told_so_and_what_to_do(bring, bob, query: str) -> None:
    bring({"a.md": "# A\n\n## One\n\nA gizmo.\n"})
    client = Client()
    client.force_login(bob)
    text = page_text(client, query)
    assert LACKING[query] in text
    assert "Nothing found for" not in text
    assert "Request this topic" not in text
    name = next(part for part in query.split() if part in OWN)
    assert f'href="{reverse(OWN[name].place)}"' in text


def test_what_is_said_once_is_not_said_twice(bring, bob) -> None:
    bring({"a.md": "# A\n\n## One\n\nA gizmo.\n"})
    client = Client()
    client.force_login(bob)
    text = page_text(client, "has:note in:notes is:due")
    assert text.count("You have no notes.") == 1
    assert text.count("Nothing is due.") == 1


def test_who_has_read_every_section_is_told_so(bring, bob) -> None:
    bring({"a.md": "# A\n\n## One\n\nA gizmo.\n"})
    client = Client()
    client.force_login(bob)
    assert "You have read every section." not in page_text(client, "is:unread")
    for section in Section.objects.all():
        Reading.objects.create(user=bob, section=section, state="read")
    assert "You have read every section." in page_text(client, "is:unread")
    assert "Nothing found for “nothing-like-it is:unread”" in page_text(
        client, "nothing-like-it is:unread"
    )


def test_what_is_kept_and_does_not_fit_is_a_search_that_found_nothing(sections, alice) -> None:
    client = Client()
    client.force_login(alice)
    text = page_text(client, "zebra is:bookmarked")
    assert "Nothing found for “zebra is:bookmarked”" in text
    assert "You have no bookmarks" not in text
    text = page_text(client, "in:notes zebra")
    assert "Search for “zebra” alone" in text


def test_a_mark_of_a_hidden_section_is_none_to_find(sections, bob) -> None:
    Section.objects.filter(pk=sections["Five"].pk).update(removed_at=timezone.now())
    index_sections([sections["Five"].pk])
    client = Client()
    client.force_login(bob)
    assert "You have no bookmarks." in page_text(client, "is:bookmarked")


def test_readers_without_an_account_are_asked_to_log_in(sections) -> None:
    text = page_text(Client(), "gizmo is:bookmarked")
    assert "This finds what you keep yourself. Log in" in text
    assert 'href="/accounts/login/?next=%2Fsearch%2F%3Fq%3Dgizmo%2Bis%253Abookmarked"' in text
    assert "Search for “gizmo” alone" in text


def test_it_is_said_in_german_and_to_programs(bring, bob) -> None:
    bring({"a.md": "# A\n\n## One\n\nA gizmo.\n"})
    client = Client()
    client.force_login(bob)
    assert "Nichts ist fällig." in page_text(client, "is:due", "de")
    answer = client.get("/api/v1/search", {"q": "is:due"}).json()
    assert answer["notes"] == ["you have nothing of this kind: is:due"]
    answer = Client().get("/api/v1/search", {"q": "is:due has:note"}).json()
    assert answer["notes"] == [
        "log in to find your own things: is:due", "log in to find your own things: has:note"
    ]  # fmt: skip


def test_thousands_of_marks_are_not_fetched(sections, alice, django_assert_num_queries) -> None:
    search("gizmo", reader=alice)
    for query in ("gizmo is:bookmarked", "gizmo is:unread", "gizmo has:note is:unread"):
        with django_assert_num_queries(2):
            assert search(query, reader=alice).hits
