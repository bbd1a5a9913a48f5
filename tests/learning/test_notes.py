"""All notes of a learner in one list and one search."""

import pytest
from django.test import Client

from learning import collections, highlights, note_search
from learning.anchoring import Quote
from learning.models import Bookmark, CollectedSection, Highlight, Kept
from topics.models import Section

pytestmark = pytest.mark.django_db
TEXT = (
    "# Data\n\n## Pools\n\nA pool keeps a few connections open and lends them.\n\n"
    "## Locks\n\nShared locks let others read, exclusive ones do not.\n"
)


@pytest.fixture
def notes(bring, alice, bob) -> None:
    bring({"data.md": TEXT})
    pools, locks = Section.objects.get(title="Pools"), Section.objects.get(title="Locks")
    Bookmark.objects.create(user=alice, section=locks, note="TCP/IP retries & <b>queues</b>")
    mark = highlights.add(alice, pools, Quote(0, 0, "keeps a few connections open"), "blue")
    Highlight.objects.filter(pk=mark.pk).update(note="why are connections so costly? connections!")
    own = collections.create(alice, "Mine")
    item = collections.add(alice, own, locks)
    CollectedSection.objects.filter(pk=item.pk).update(note="a connection is a lock too")
    Kept.objects.create(
        user=alice, part="clippings", digest="d",
        row={"quote": "A queue in a book", "note": "Café", "topic": "A book", "section": ""},
    )  # fmt: skip
    Bookmark.objects.create(user=bob, section=locks, note="connections of bob")


FOUND = [
    ("connection", ["highlight", "collected"]),  # the more often the better
    ("CONNECTIONS", ["highlight", "collected"]),
    ("queue", ["loose", "bookmark"]),  # in the shorter one it says more
    ("tcp ip", ["bookmark"]),
    ("tcpip", ["bookmark"]),
    ("retry", ["bookmark"]),
    ("cafe", ["loose"]),
    ("costly connections", ["highlight"]),
    ("costly lock", ["collected", "highlight", "bookmark"]),  # none has both
    ("open", ["highlight"]),  # of the words that she marked
    ("unlikely", []),
    ("%", []),
    ("'; DROP", []),
]


@pytest.mark.parametrize(("query", "kinds"), FOUND)
def test_notes_are_found_as_texts_are(notes, alice, query: str, kinds: list[str]) -> None:
    found = [hit.line.kind for hit in note_search.search(alice, query)]
    assert sorted(found) == sorted(kinds) if " lock" in query else found == kinds


def test_the_words_are_marked_and_the_rest_is_escaped(notes, learner: Client) -> None:
    page = learner.get("/learn/notes/?q=queues").content.decode()
    assert "&lt;b&gt;<mark>queues</mark>&lt;/b&gt;" in page
    assert "2 notes with" in page
    assert "of bob" not in page


def test_a_note_found_by_its_title_is_shown_whole(notes, learner: Client) -> None:
    page = learner.get("/learn/notes/?q=pools").content.decode()
    assert "keeps a few connections open" in page
    assert "why are connections so costly? connections!" in page
    assert "1 note with" in page


TITLES = [
    ("Größe eines Pools", "größe"),
    ("Größe eines Pools", "pool"),
    ("TCP/IP sockets", "tcpip"),
    ("What was chosen", "choose"),
    ("C++ and [brackets] (x|y)*", "c++"),
    ("Built-in ones", "builtin"),
    ("data_base_pool", "data base"),
    ("連接池", "連接"),
    ("Naïve retries", "naive"),
    ("K\u212aelvin", "kkelvin"),
]


@pytest.mark.parametrize(("title", "query"), TITLES)
def test_a_note_is_found_by_the_words_of_its_title(notes, alice, title, query) -> None:
    Section.objects.filter(title="Locks").update(title=title)
    found = {hit.line.kind for hit in note_search.search(alice, query)}
    assert {"bookmark", "collected"} <= found


def kinds(page: str) -> list[int]:
    words = ("TCP/IP", "so costly", "a lock too", "A queue in a book")
    return sorted(range(4), key=lambda number: page.index(words[number]))


def test_the_list_is_by_topic_or_by_date(notes, learner: Client) -> None:
    assert kinds(learner.get("/learn/notes/").content.decode()) == [1, 0, 2, 3]
    by_date = learner.get("/learn/notes/?by=date").content.decode()
    assert kinds(by_date)[-1] == 0  # written first
    assert "Without a place" in by_date
    assert learner.get("/learn/notes/?by=odd").status_code == 400


def test_it_takes_few_queries_however_many_there_are(
    notes, learner, alice, django_assert_max_num_queries
) -> None:
    pools = Section.objects.get(title="Pools")
    for _ in range(60):
        highlights.add(alice, pools, Quote(0, 0, "lends them"), "blue")
    for url in ("/learn/notes/", "/learn/notes/?q=lends", "/learn/notes/?by=date&page=2"):
        with django_assert_max_num_queries(16):
            assert learner.get(url).status_code == 200
