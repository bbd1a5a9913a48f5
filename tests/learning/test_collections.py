"""Collections: whose they are, their order, their links, and what imports do to them."""

import json

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from learning import collections, progress
from learning.models import CollectedSection, Collection
from tests.factories import make_section, make_topic
from tests.pages.html import text_of
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(alice: User, topic: Topic) -> Collection:
    """Three sections of alice's."""
    shelf = collections.create(alice, "For Monday")
    for name in "ABC":
        collections.add(alice, shelf, make_section(name, topic=topic, words=220))
    return shelf


def titles(collection: Collection) -> str:
    return "".join(item.section.title for item in collections.items(collection))


def row_of(collection: Collection, title: str) -> CollectedSection:
    return CollectedSection.objects.get(collection=collection, section__title=title)


def test_a_section_is_put_into_a_new_collection(learner: Client, alice: User, routing: Section):
    url = f"/learn/collect/{routing.pk}/"
    assert "Put “Routing” into a collection" in text_of(learner.get(url))
    answer = learner.post(url, {"title": "For Monday"})
    assert answer["Location"] == routing.get_absolute_url()
    (own,) = collections.of(alice)
    assert (own.title, titles(own)) == ("For Monday", "Routing")
    assert "It is in here." in text_of(learner.get(url))
    learner.post(url, {"collection": own.pk})
    assert CollectedSection.objects.count() == 1


@pytest.mark.parametrize(
    ("moves", "order"),
    [
        ([("A", "down")], "BAC"),
        ([("C", "up"), ("C", "up")], "CAB"),
        ([("A", "up")], "ABC"),
        ([("C", "down")], "ABC"),
        ([("B", "remove")], "AC"),
        ([("A", "remove"), ("C", "up")], "CB"),
    ],
)
def test_sections_are_moved_and_taken_out(learner, shelf, moves, order):
    for title, what in moves:
        learner.post(f"/learn/collected/{row_of(shelf, title).pk}/", {"what": what})
    assert titles(shelf) == order


def test_a_note_is_kept_and_bounded(learner, shelf):
    row = row_of(shelf, "A")
    url = f"/learn/collected/{row.pk}/note/"
    learner.post(url, {"note": "read <b>twice</b>"})
    assert "read &lt;b&gt;twice" in text_of(learner.get(f"/learn/collections/{shelf.pk}/"))
    assert learner.post(url, {"note": "x" * 2001}).status_code == 400
    with pytest.raises(IntegrityError, match="collected_note_fits"), transaction.atomic():
        CollectedSection.objects.update(note="x" * 2001)


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "a\0b"])
def test_a_collection_needs_a_title(learner, shelf, title):
    assert learner.post("/learn/collections/", {"title": title}).status_code == 400
    answer = learner.post(f"/learn/collections/{shelf.pk}/", {"title": title})
    assert answer.status_code == 400
    shelf.refresh_from_db()
    assert shelf.title == "For Monday"


def test_a_link_shows_it_to_everybody_until_it_is_ended(learner, shelf, client):
    url = f"/learn/collections/{shelf.pk}/share/"
    learner.post(url, {"share": "1"})
    shelf.refresh_from_db()
    token = shelf.token
    assert token and len(token) >= 32
    learner.post(url, {"share": "1"})
    shelf.refresh_from_db()
    assert shelf.token == token
    answer = Client().get(f"/learn/shared/{token}/")
    page = text_of(answer)
    assert "For Monday" in page and "3 sections, 3 minutes" in page and "noindex" in page
    assert "alice" not in page
    assert answer["Cache-Control"].endswith("private")
    assert answer["Referrer-Policy"] == "same-origin"
    learner.post(url, {"end": "1"})
    assert Client().get(f"/learn/shared/{token}/").status_code == 404
    learner.post(url, {"share": "1"})
    shelf.refresh_from_db()
    assert shelf.token != token


def test_others_copy_it_and_their_copy_is_their_own(alice, bob, shelf):
    CollectedSection.objects.filter(section__title="B").update(note="mind the gap")
    collections.share(alice, shelf, is_shared=True)
    shelf.refresh_from_db()
    other = Client()
    other.force_login(bob)
    other.post(f"/learn/shared/{shelf.token}/copy/")
    (own,) = collections.of(bob)
    assert (titles(own), own.token) == ("ABC", None)
    assert row_of(own, "B").note == "mind the gap"
    other.post(f"/learn/collected/{row_of(own, 'A').pk}/", {"what": "remove"})
    assert (titles(own), titles(shelf)) == ("BC", "ABC")


def test_what_is_withdrawn_is_not_shared_and_not_copied(alice, bob, shelf):
    collections.share(alice, shelf, is_shared=True)
    shelf.refresh_from_db()
    Section.objects.filter(title="A").update(removed_at=timezone.now())
    assert ">A</span> <strong>(no longer here)" in page_of(alice, f"/learn/collections/{shelf.pk}/")
    assert "2 sections" in page_of(bob, f"/learn/shared/{shelf.token}/")
    assert titles(collections.copy(bob, shelf)) == "BC"


def page_of(user: User, path: str) -> str:
    browser = Client()
    browser.force_login(user)
    return " ".join(text_of(browser.get(path)).split())


URLS = [
    "/learn/collections/{collection}/",
    "/learn/collections/{collection}/delete/",
    "/learn/collections/{collection}/share/",
    "/learn/collected/{row}/",
    "/learn/collected/{row}/note/",
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("who", ["bob", "staff", "nobody"])
def test_nobody_else_sees_or_changes_it(shelf, bob, url, who):
    browser = Client()
    if who != "nobody":
        bob.is_staff = bob.is_superuser = who == "staff"
        bob.save()
        browser.force_login(bob)
    path = url.format(collection=shelf.pk, row=row_of(shelf, "A").pk)
    sent = {"title": "mine", "what": "remove", "note": "x", "confirmed": "1", "share": "1"}
    for answer in (browser.post(path, sent), browser.get(path)):
        assert answer.status_code in ((302, 403, 405) if who == "nobody" else (404, 405))
    shelf.refresh_from_db()
    assert (shelf.title, shelf.token, titles(shelf)) == ("For Monday", None, "ABC")
    assert not CollectedSection.objects.exclude(note="").exists()


def test_no_section_goes_into_another_s_collection(bob, shelf, routing):
    browser = Client()
    browser.force_login(bob)
    for key in (shelf.pk, "x", "-1", "9" * 30, ""):
        answer = browser.post(f"/learn/collect/{routing.pk}/", {"collection": key})
        assert answer.status_code == 404
    with pytest.raises(Collection.DoesNotExist):
        collections.add(bob, shelf, routing)
    assert titles(shelf) == "ABC"


def test_deleting_asks_first(learner, shelf):
    url = f"/learn/collections/{shelf.pk}/delete/"
    assert "Delete “For Monday”?" in text_of(learner.post(url))
    assert Collection.objects.exists()
    learner.post(url, {"confirmed": "1"})
    assert not CollectedSection.objects.exists() and Section.objects.count() == 3


def test_there_is_a_most_of_both(learner, alice, shelf, routing, monkeypatch):
    monkeypatch.setattr(collections, "MOST_SECTIONS", 3)
    monkeypatch.setattr(collections, "MOST_COLLECTIONS", 1)
    page = learner.post(f"/learn/collect/{routing.pk}/", {"collection": shelf.pk})
    assert "There is no room for more." in text_of(page)
    assert "There is no room" in text_of(learner.post("/learn/collections/", {"title": "More"}))
    assert (titles(shelf), len(collections.of(alice))) == ("ABC", 1)


def test_the_database_keeps_sections_that_are_collected(shelf):
    with pytest.raises(IntegrityError, match="learning_collectedsection"), transaction.atomic():
        Section.objects.filter(title="A")._raw_delete("default")
        connection.check_constraints()


TEXT = "A pool keeps a few connections open and hands them out one after the other."
OTHER = "Whoever waits for a connection waits in a queue, and the queue has an end in time."


def test_it_follows_renames_and_merges(bring, alice):
    bring({"t.md": f"# T\n\n## Lending\n\n{TEXT}\n\n## Waiting\n\n{OTHER}\n"})
    own = collections.create(alice, "Mine")
    for anchor in ("waiting", "lending"):
        collections.add(alice, own, Section.objects.get(anchor=anchor))
    bring({"t.md": f"# T\n\n## Giving\n\n{TEXT}\n\n{OTHER}\n"})
    assert [item.section.title for item in collections.items(own)] == ["Giving", "Giving"]


def test_a_collection_says_what_is_read_of_it(learner, alice, shelf):
    progress.mark(alice, [row_of(shelf, "B").section_id], "read")
    page = page_of(alice, f"/learn/collections/{shelf.pk}/")
    assert page.count('<span class="visually-hidden">read</span>') == 1


def test_she_takes_it_along(learner, alice, shelf):
    CollectedSection.objects.filter(section__title="B").update(note="mind\nthe gap")
    (taken,) = json.loads(learner.get("/accounts/my-bookmarks.json").content)["collections"]
    assert [item["section"] for item in taken["sections"]] == ["A", "B", "C"]
    text = text_of(learner.get("/accounts/my-bookmarks.md"))
    assert "## Collections\n\n### For Monday\n\n1. [Express: A](" in text
    assert "   > the gap" in text


def test_a_collection_takes_as_many_queries_as_it_is_long_or_short(
    learner, alice, shelf, django_assert_num_queries
):
    for n in range(30):
        collections.add(alice, shelf, make_section(f"S{n}", topic=make_topic()))
    # session, user, own (twice), rows, sections, what is read, marks, areas
    with django_assert_num_queries(9):
        learner.get(f"/learn/collections/{shelf.pk}/")


def test_a_collection_is_read_like_a_path(learner: Client, alice: User, shelf: Collection):
    url = f"/learn/collections/{shelf.pk}/"
    page = text_of(learner.get(url))
    assert "0 of 3 steps done" in page
    assert "3 minutes left" in page
    progress.mark(alice, [row_of(shelf, "A").section_id, row_of(shelf, "C").section_id], "read")
    page = text_of(learner.get(url))
    assert "2 of 3 steps done" in page
    assert f'href="{row_of(shelf, "B").section.get_absolute_url()}"' in page
    progress.mark(alice, [row_of(shelf, "B").section_id], "read")
    assert "You have read all of it." in text_of(learner.get(url))


@pytest.mark.parametrize(
    ("title", "place", "order"),
    [("C", "0", "CAB"), ("A", "2", "BCA"), ("A", "99", "BCA"), ("B", "1", "ABC")],
)
def test_a_section_is_dragged_to_a_place(learner: Client, shelf, title, place, order):
    url = f"/learn/collected/{row_of(shelf, title).pk}/"
    answer = learner.post(
        url, {"what": "to", "place": place}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200
    assert titles(shelf) == order


@pytest.mark.parametrize("place", ["", "-1", "x", "²", "9" * 30])
def test_a_place_that_is_none_moves_nothing(learner: Client, shelf, place):
    url = f"/learn/collected/{row_of(shelf, 'C').pk}/"
    assert learner.post(url, {"what": "to", "place": place}).status_code == 400
    assert titles(shelf) == "ABC"


def test_a_collection_becomes_a_path_whose_pages_say_what_comes_next(bring, learner, alice):
    bring({f"{name}.md": f"# {name.upper()}\n\nWords.\n" for name in "abc"})
    own = collections.create(alice, "For Monday")
    for title in "CAB":
        collections.add(alice, own, Section.objects.get(title=title))
    assert "For Monday" not in text_of(learner.get("/topics/a/")).partition("<main")[2]
    assert learner.get(f"/learn/collections/{own.pk}/path/").status_code == 405
    learner.post(f"/learn/collections/{own.pk}/path/", {"path": "1"})
    page = text_of(learner.get("/topics/a/")).partition('class="path-step"')[2]
    assert "Step 2 of 3" in page
    assert f'href="/learn/collections/{own.pk}/"' in page
    assert page.index('rel="prev" href="/topics/c/"') < page.index('rel="next" href="/topics/b/"')
    learner.post(f"/learn/collections/{own.pk}/path/", {"end": "1"})
    assert 'class="path-step"' not in text_of(learner.get("/topics/a/"))


def test_stops_are_between_what_a_page_shows():
    from learning.collection_paths import CollectionPath, stops
    from topics.summaries import Place

    places = tuple(Place(name, f"/{name}/") for name in "abcd")
    path = CollectionPath(1, "Mine", (1, 2, 3, 4), places)
    told = {
        shown: [
            (s.numbers, s.previous and s.previous.title, s.next and s.next.title) for s in found
        ]
        for shown in [(1,), (2, 3), (4,), (2, 4), (9,)]
        for found in [stops({0: [path], 1: [path]}, shown)]
    }
    assert told == {
        (1,): [((1,), None, "b")],
        (2, 3): [((2, 3), "a", "d")],
        (4,): [((4,), "c", None)],
        (2, 4): [((2, 4), "a", "c")],
        (9,): [],
    }
