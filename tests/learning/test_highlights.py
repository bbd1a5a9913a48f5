"""Highlights: whose they are, and that imports, edits, merges, splits and moves keep them."""

import json
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from learning import highlights
from learning.anchoring import Quote
from learning.models import Highlight, HighlightedText
from tests.beginnings import beginning
from tests.pages.html import text_of
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}
LENDING = "A pool keeps a few connections open and hands them out one after the other."
WAITING = "Whoever waits for a connection waits in a queue, and the queue has an end in time."
INDEXES = "An index is a sorted copy of some columns that a query walks instead of the table."
FIRST = f"# T\n\n## Lending\n\n{LENDING}\n\n## Waiting\n\n{WAITING}\n\n## Indexes\n\n{INDEXES}\n"
WORDS = "hands them out"


def at(anchor: str) -> Section:
    return Section.objects.live().get(topic__path="t", anchor=anchor)


@beginning
def first(bring) -> None:
    bring({"t.md": FIRST})


@pytest.fixture
def mark(first: None, alice) -> Highlight:
    return highlights.add(alice, at("lending"), Quote(0, 0, WORDS), "yellow")


def sent(section: Section, **values: object) -> dict[str, object]:
    return {"section": section.pk, "start": 3, "exact": WORDS, "color": "green"} | values


def test_words_are_highlighted_by_a_script(first, learner, alice):
    answer = learner.post("/learn/highlights/", sent(at("lending"), before="open and "))
    assert answer.json()["message"] == "Highlighted."
    own = Highlight.objects.get()
    assert (own.user, own.exact, own.color, own.state) == (alice, WORDS, "green", "exact")
    text = highlights.text_of(at("lending").html)
    assert text[own.start : own.end] == WORDS
    assert f'data-highlight="{own.pk}"' in answer.json()["entry"]
    page = text_of(learner.get("/topics/t/"))
    assert "Your highlights on this page" in page and f'id="kb:highlight-{own.pk}"' in page


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"exact": "no such words"}, 409), ({"exact": ""}, 400), ({"exact": " \n "}, 409),
        ({"exact": "x" * 2001}, 400), ({"color": "pink"}, 400), ({"start": "-1"}, 400),
        ({"start": "x"}, 400), ({"section": "0"}, 400), ({"section": "999999"}, 404),
        ({"exact": "a\0b"}, 400), ({"before": "x" * 65}, 400),
    ],
)  # fmt: skip
def test_what_is_no_part_of_the_text_is_refused(first, learner, values, status):
    assert learner.post("/learn/highlights/", sent(at("lending")) | values).status_code == status
    assert not Highlight.objects.exists()


TURN = "The turn is the place of one who waits."
MERGED = f"# T\n\n## Lending\n\n{LENDING} {WAITING}\n\n## Indexes\n\n{INDEXES}\n"


def test_words_that_are_written_again_elsewhere_are_found(bring, alice):
    """Two sections become one without a sentence; later they are two again, and it is there."""
    with_turn = FIRST.replace(WAITING, f"{WAITING}\n\n- {TURN}")
    bring({"t.md": with_turn})
    words = f"{WAITING[-12:]}{TURN}"  # paragraphs have no sign between them
    mark = highlights.add(alice, at("waiting"), Quote(0, 0, words), "yellow")
    alone = highlights.add(alice, at("waiting"), Quote(0, 0, TURN), "blue")
    bring({"t.md": MERGED})
    for own in (mark, alone):
        own.refresh_from_db()
        assert own.state == "orphaned"
    bring({"t.md": with_turn.replace("## Waiting", "## All the rest")})
    for own, exact in ((mark, words), (alone, TURN)):
        own.refresh_from_db()
        assert (own.state, own.exact, own.was) == ("moved", exact, "")
        text = highlights.text_of(own.section.html)
        assert text[own.start : own.end] == exact
        assert own.section.anchor == "all-the-rest"


ELSEWHERE = {
    "with what stood beside it": (f"# U\n\n{LENDING}\n", True),
    "alone, as anybody may write it": (f"# U\n\nOther. A friend {WORDS} to me.\n", False),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_an_orphan_goes_to_another_topic_with_its_context_alone(bring, mark, name):
    text, is_found = ELSEWHERE[name]
    bring({"t.md": FIRST.replace(LENDING, "All of it is other now, and says nothing of it.")})
    mark.refresh_from_db()
    assert mark.state == "orphaned"
    bring({"u.md": text})
    mark.refresh_from_db()
    assert (mark.state, mark.section.topic.path) == (
        ("moved", "u") if is_found else ("orphaned", "t")
    )


def test_what_stood_there_before_is_not_taken_for_an_orphan(bring, mark):
    bring({"u.md": f"# U\n\n{LENDING}\n"})
    bring({"t.md": FIRST.replace(LENDING, "All of it is other now, and says nothing of it.")})
    bring({"u.md": f"# U\n\n{LENDING} And more.\n"})
    mark.refresh_from_db()
    assert (mark.state, mark.section.topic.path) == ("orphaned", "t")


def test_without_an_account_one_is_asked_to_log_in(first, client):
    answer = client.post("/learn/highlights/", sent(at("lending")), headers=JSON)
    assert answer.status_code == 401
    assert client.get("/learn/notes/").status_code == 302
    assert 'class="highlights"' not in text_of(client.get("/topics/t/"))


EDITS = {
    "nothing": (FIRST, "exact", WORDS, "lending"),
    "a word before": (FIRST.replace("few", "handful of"), "exact", WORDS, "lending"),
    "markup within": (FIRST.replace("them", "**them**"), "exact", WORDS, "lending"),
    "its heading": (FIRST.replace("## Lending", "## Giving"), "exact", WORDS, "giving"),
    "one of its words": (FIRST.replace("hands", "passes"), "changed", "passes them out", "lending"),
    "all but it": (
        FIRST.replace(LENDING, f"Now all is new, and the pool still {WORDS} to callers."),
        "exact", WORDS, "lending",
    ),
    "the order of sections": (
        f"# T\n\n## Waiting\n\n{WAITING}\n\n## Lending\n\n{LENDING}\n", "exact", WORDS, "lending",
    ),
    "a merge": (FIRST.replace("\n\n## Waiting\n", "\n"), "exact", WORDS, "lending"),
    "a merge into another": (
        f"# T\n\n## Waiting\n\n{LENDING}\n\n{WAITING} {WAITING[:40]}\n\n## Indexes\n\n{INDEXES}\n",
        "moved", WORDS, "waiting",
    ),
    "a split": (
        FIRST.replace("open and hands", "open.\n\n## Handing\n\nIt hands"), "moved", WORDS,
        "handing",
    ),
    "its removal": (FIRST.replace(LENDING, "Something else stands here."), "orphaned", WORDS, ""),
    "the removal of its section": (
        f"# T\n\n## Waiting\n\n{WAITING}\n\n## Indexes\n\n{INDEXES}\n", "orphaned", WORDS, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "state", "words", "anchor"), EDITS.values(), ids=EDITS.keys())
def test_a_highlight_is_kept_through(bring, learner, mark, text, state, words, anchor):
    bring({"t.md": text})
    mark.refresh_from_db()
    assert (mark.state, mark.exact) == (state, words)
    assert mark.was == (WORDS if state == "changed" else "")
    if anchor:
        assert mark.section == at(anchor)
        assert highlights.text_of(mark.section.html)[mark.start : mark.end] == words
    notes = text_of(learner.get("/learn/notes/"))
    assert words in notes or "<ins>passes</ins>" in notes


def test_an_orphan_comes_back_with_its_words(bring, mark):
    for text in (FIRST.replace(LENDING, "Something else."), FIRST):
        bring({"t.md": text})
    mark.refresh_from_db()
    assert (mark.state, mark.exact, mark.section) == ("exact", WORDS, at("lending"))
    for text in (f"# T\n\n## Waiting\n\n{WAITING}\n", FIRST):
        bring({"t.md": text})
    mark.refresh_from_db()
    assert (mark.state, mark.section.removed_at) == ("exact", None)


def test_words_that_come_back_are_no_longer_called_changed(bring, mark):
    for text in (FIRST.replace("hands", "passes"), FIRST.replace("few", "lot of"), FIRST):
        bring({"t.md": text})
    mark.refresh_from_db()
    assert (mark.state, mark.exact, mark.was) == ("exact", WORDS, "")


PART = FIRST.replace("keeps a few connections open", "holds sockets")
GONE = FIRST.replace(LENDING, "Something else stands here.")
BEFORE = {
    "its section was deleted": [PART, f"# T\n\n## Waiting\n\n{WAITING}\n"],
    "its text was deleted": [PART, GONE],
    "it was edited twice": [PART, PART.replace("hands them out", "gives one away"), GONE],
    "it was edited alone": [PART],
}


@pytest.mark.parametrize("texts", BEFORE.values(), ids=BEFORE.keys())
def test_what_she_marked_comes_back_though_it_was_edited_before_it_went(first, bring, alice, texts):
    words = "keeps a few connections open and hands them out"
    mark = highlights.add(alice, at("lending"), Quote(0, 0, words), "yellow")
    for text in texts:
        bring({"t.md": text})
    mark.refresh_from_db()
    assert (mark.state == "exact", mark.was) == (False, words)
    bring({"t.md": FIRST})
    mark.refresh_from_db()
    assert (mark.state, mark.exact, mark.was, mark.section) == ("exact", words, "", at("lending"))


def test_what_she_marked_is_found_in_another_document_too(first, bring, alice):
    mark = highlights.add(alice, at("lending"), Quote(0, 0, LENDING), "yellow")
    bring({"t.md": FIRST.replace("keeps a few connections open", "holds sockets")})
    bring({"t.md": GONE, "u.md": f"# U\n\n## Pools\n\n{LENDING}\n"})
    mark.refresh_from_db()
    assert (mark.section.topic.path, mark.exact, mark.was) == ("u", LENDING, "")


def test_a_rest_of_words_that_many_texts_have_is_put_nowhere(first, bring, alice):
    mark = highlights.add(alice, at("lending"), Quote(0, 0, "few connections open"), "yellow")
    rest = "connections open"
    Highlight.objects.filter(pk=mark.pk).update(was=mark.exact, exact=rest, start=mark.start + 4)
    bring({"t.md": GONE})
    said = [f"## S{n}\n\nHere {rest} for {n}.\n" for n in range(3)]
    bring({"u.md": "# U\n\n" + "\n".join(said)})
    mark.refresh_from_db()
    assert (mark.state, mark.section.topic.path) == ("orphaned", "t")


def test_words_go_along_to_another_document(bring, mark):
    bring({"t.md": f"# T\n\n## Waiting\n\n{WAITING}\n", "u.md": f"# U\n\n## Pools\n\n{LENDING}\n"})
    mark.refresh_from_db()
    assert mark.state in ("exact", "moved")
    assert Section.objects.current(mark.section_id).topic.path == "u"


def test_words_that_another_section_had_all_along_are_not_taken(bring, alice):
    both = FIRST.replace(INDEXES, f"{INDEXES} {LENDING}")
    bring({"t.md": both})
    mark = highlights.add(alice, at("lending"), Quote(0, 0, LENDING), "blue")
    bring({"t.md": both.replace(f"\n\n{LENDING}\n", "\n\nGone.\n").replace("sorted", "kept")})
    mark.refresh_from_db()
    assert mark.state == "orphaned"


def test_an_edit_that_fails_moves_nothing(bring, mark, monkeypatch):
    from importer.publish import STEPS

    def fail(published):
        raise ValueError("no room")

    monkeypatch.setitem(STEPS._entries, "after", fail)
    with pytest.raises(ValueError, match="no room"):
        bring({"t.md": FIRST.replace("hands", "passes")})
    mark.refresh_from_db()
    assert (mark.state, mark.exact) == ("exact", WORDS)


@pytest.mark.thorough
def test_many_edits_lose_none_of_many(first, bring, alice, bob):
    text = highlights.text_of(at("waiting").html)
    for user in (alice, bob):
        for start in range(len(text.split()) - 4):
            words = " ".join(text.split()[start : start + 4])
            highlights.add(user, at("waiting"), Quote(0, 0, words), "red")
    for n in range(8):
        bring({"t.md": FIRST.replace("Whoever", f"Whoever{n}").replace("## Waiting", f"## W{n}")})
    assert Highlight.objects.of(alice).count() == Highlight.objects.of(bob).count() == 13
    assert not Highlight.objects.filter(state="orphaned").exists()


URLS = ["/learn/highlights/{}/", "/learn/highlights/{}/note/"]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("who", ["bob", "staff", "nobody"])
def test_nobody_else_sees_or_changes_it(mark, bob, url, who):
    browser = Client()
    if who != "nobody":
        bob.is_staff = bob.is_superuser = who == "staff"
        bob.save()
        browser.force_login(bob)
    for send in (browser.post, browser.get):
        answer = send(url.format(mark.pk), {"what": "remove", "note": "x"})
        assert answer.status_code in ((302, 403, 405) if who == "nobody" else (404, 405))
    mark.refresh_from_db()
    assert mark.note == ""
    if who != "nobody":
        assert WORDS not in text_of(browser.get("/learn/notes/"))
        assert "data-highlight=" not in text_of(browser.get("/topics/t/"))


def test_no_heading_has_the_id_of_a_highlight(mark, bring, learner):
    bring({"t.md": FIRST + f"\n## Highlight {mark.pk}\n\nText.\n"})
    ids = re.findall(r'\bid="([^"]*)"', text_of(learner.get("/topics/t/")))
    assert ids.count(f"highlight-{mark.pk}") == ids.count(f"kb:highlight-{mark.pk}") == 1


def test_it_gets_a_note_another_color_and_goes(learner, mark):
    learner.post(f"/learn/highlights/{mark.pk}/note/", {"note": "why <b>them</b>?"})
    learner.post(f"/learn/highlights/{mark.pk}/", {"what": "blue"})
    page = text_of(learner.get("/learn/notes/?q=WHY"))
    assert "<mark>why</mark> &lt;b&gt;them" in page and "quote-blue" in page
    assert WORDS not in text_of(learner.get("/learn/notes/?q=nothing"))
    assert learner.post(f"/learn/highlights/{mark.pk}/", {"what": "pink"}).status_code == 400
    gone = {"what": "remove", "confirmed": "1"}
    learner.post(f"/learn/highlights/{mark.pk}/", gone, headers=JSON)
    assert not Highlight.objects.exists()


def test_there_is_a_most(first, learner, alice, monkeypatch):
    monkeypatch.setattr(highlights, "MOST", 0)
    assert learner.post("/learn/highlights/", sent(at("lending"))).status_code == 409


def test_the_database_keeps_what_is_highlighted(mark):
    with (
        pytest.raises(IntegrityError, match="learning_highlight"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM topics_section")
        connection.check_constraints()


def test_an_import_without_highlights_asks_once(first, bring):
    with CaptureQueriesContext(connection) as queries:
        bring({"t.md": FIRST.replace("few", "lot")})
    asked = [q["sql"] for q in queries if "learning_highlight" in q["sql"]]
    assert len(asked) == 1


def test_a_purged_text_goes_from_quotes_too(bring, mark):
    from importer.purge import PLACES, Wanted

    for name in ("highlighted words", "texts that highlights are found in"):
        place = PLACES[name]
        assert list(place.find(Wanted(text=WORDS)))
        place.remove(Wanted(text=WORDS))
        assert not list(place.find(Wanted(text=WORDS)))
    assert not HighlightedText.objects.filter(text__contains=WORDS).exists()


def test_she_takes_annotations_along(learner, mark):
    (taken,) = json.loads(learner.get("/accounts/my-bookmarks.json").content)["highlights"]
    quote, position = taken["target"]["selector"]
    assert (quote["type"], quote["exact"]) == ("TextQuoteSelector", WORDS)
    assert (position["start"], position["end"]) == (mark.start, mark.end)
    assert taken["target"]["source"] == "/topics/t/lending/"
    assert f"  > {WORDS}" in text_of(learner.get("/accounts/my-bookmarks.md"))


def test_an_orphan_is_attached_to_other_words_and_follows_them(bring, mark, learner):
    bring({"t.md": FIRST.replace(f" and {WORDS} one after the other", "")})
    url = f"/learn/highlights/{mark.pk}/attach/"
    assert url in learner.get("/learn/notes/").content.decode()
    assert learner.post(url, {"exact": "not in it"}).status_code == 400
    assert learner.post(url, {"exact": " "}).status_code == 400
    assert learner.post(url, {"exact": "a few\n connections"}).status_code == 302
    own = Highlight.objects.get(pk=mark.pk)
    assert (own.state, own.exact, own.was) == ("changed", "a few connections", WORDS)
    bring({"t.md": FIRST.replace(f" and {WORDS} one after the other", " today")})
    own.refresh_from_db()
    text = highlights.text_of(at("lending").html)
    assert text[own.start : own.end] == "a few connections"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/topics/u/", 302), ("http://testserver/topics/u/pools/", 302), ("/topics/u/#pools", 302),
        (" topics/u/ ", 302), ("/topics/t/", 400), ("/topics/nowhere/", 400), ("", 400),
        ("/learn/", 400), ("http://[", 400), ("/topics/private/", 400), ("a\0b", 400),
        ("x" * 2001, 400),
    ],
)  # fmt: skip
def test_an_orphan_of_a_section_that_is_gone_is_attached_to_another_page(
    bring, mark, learner, address, status
):
    bring({"t.md": "# T\n\nOther words.\n", "private.md": f"# Private\n\n{INDEXES}\n"})
    bring({"u.md": f"# U\n\nFirst.\n\n## Pools\n\n{INDEXES}\n"})
    Topic.objects.filter(path="private").update(status="draft")
    url = f"/learn/highlights/{mark.pk}/attach/"
    assert "Its section is no longer here." in learner.get(url).content.decode()
    answer = learner.post(url, {"exact": "a sorted copy", "place": address})
    assert answer.status_code == status
    mark.refresh_from_db()
    place = ("u", "a sorted copy", WORDS) if status == 302 else ("t", WORDS, "")
    assert (mark.section.topic.path, mark.exact, mark.was) == place


def test_the_same_words_are_highlighted_once_and_take_the_last_color(first, learner):
    for color in ("green", "blue"):
        learner.post("/learn/highlights/", sent(at("lending"), color=color))
    learner.post("/learn/highlights/", sent(at("lending"), exact="a few connections"))
    assert sorted(Highlight.objects.values_list("exact", "color")) == [
        ("a few connections", "green"), (WORDS, "blue"),
    ]  # fmt: skip
