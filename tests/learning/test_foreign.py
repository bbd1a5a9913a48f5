"""Cards and highlights of other programs come in where their words stand in our texts."""

import io
import json
import sqlite3
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import zstandard
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from accounts import archive
from learning.foreign import pending
from learning.foreign.values import Unreadable
from learning.models import Card, Highlight, Kept, WaitingImport
from learning.tasks import clear_waiting
from tests.beginnings import beginning
from tests.learning.along import learning, zip_of
from topics.models import Section

pytestmark = pytest.mark.django_db

TEXT = (
    "# Pools\n\n## Lending\n\nA pool keeps a few connections open and lends them one after the"
    " other.\n\n## Waiting\n\nWhoever asks for one waits in a queue until another is given back.\n"
)
KINDLE = """\ufeffDatabases (Ann Author)
- Your Highlight on page 12 | Location 170-171 | Added on Sunday, March 1, 2026 8:02:11 AM

keeps a few connections open and lends them one after the other
==========
Databases (Ann Author)
- Your Note on page 12 | Location 171 | Added on Sunday, March 1, 2026 8:03:00 AM

like a library
==========
Datenbanken (Anna Autorin)
- Ihre Markierung bei Position 20-21 | Hinzugefügt am Sonntag, 1. März 2026 um 08:02 Uhr

This stands in no text of ours at all.
==========
Datenbanken (Anna Autorin)
- Ihr Lesezeichen bei Position 20 | Hinzugefügt am Sonntag, 1. März 2026 um 08:02 Uhr


==========
Datenbanken (Anna Autorin)
- Ihre Notiz bei Position 99 | Hinzugefügt am Sonntag, 1. März 2026 um 08:02 Uhr

a note alone
==========
"""
READWISE = (
    "Highlight,Book Title,Book Author,Amazon Book ID,Note,Color,Tags,Location Type,Location,"
    'Highlighted at,Document tags\n"keeps some connections open and lends them one after the '
    'other",Pools,Ann,,"mine, all mine",yellow,,page,3,2026-02-03 10:11:12+00:00,\n'
    "Nowhere to be found in here.,Other,Bob,,,,,,,,\n,Empty,,,,,,,,,\n"
)


@beginning
def texts(bring: Any) -> None:
    bring({"pools.md": TEXT})


def upload(client: Client, name: str, data: bytes | str) -> Any:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    file.name = name
    return client.post("/learn/bring/", {"file": file})


def take(client: Client, name: str, data: bytes | str) -> None:
    assert upload(client, name, data).status_code == 302
    assert client.post("/learn/bring/", {"what": "take"}).status_code == 302


def deck(notes: list[str], *, new: bool = False, wal: bool = False) -> bytes:
    """A package of Anki's as its versions before 2.1.50 write it, or as those since then do."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE notes (id integer primary key, flds text)")
    base.execute("CREATE TABLE cards (id integer primary key, nid integer, did integer)")
    if new:
        base.execute("CREATE TABLE decks (id integer primary key, name text)")
        base.execute("INSERT INTO decks VALUES (1, 'Mine\x1fData')")
    else:
        base.execute("CREATE TABLE col (decks text)")
        base.execute("INSERT INTO col VALUES (?)", [json.dumps({"1": {"name": "Mine::Data"}})])
    for number, fields in enumerate(notes, 1):
        base.execute("INSERT INTO notes VALUES (?, ?)", [number, fields])
        base.execute("INSERT INTO cards VALUES (?, ?, 1)", [number, number])
    base.commit()
    data = base.serialize()
    base.close()
    if wal:
        data = data[:18] + b"\2\2" + data[20:]
    return packed("collection.anki21b" if new else "collection.anki2", data, is_packed=new)


def packed(name: str, data: bytes, *, is_packed: bool = False) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, zstandard.compress(data) if is_packed else data)
        archive.writestr("media", b"{}")
    return file.getvalue()


NOTES = [
    "What does a pool do?\x1fIt <b>saves time</b>, as none has to be opened.",
    "Where does one wait?\x1fwaits in a queue until another is given back",
    "A {{c1::lock}} and a {{c2::latch::kind}}\x1fBoth wait.",
    "<img src='a.png'>\x1fA picture",
    "Only a front\x1f[sound:a.mp3]",
]


@pytest.mark.parametrize(("new", "wal", "name"), [
    (False, False, "a.apkg"), (True, False, "a.apkg"), (True, False, "a.colpkg"),
    (False, True, "a.apkg"),
])  # fmt: skip
def test_a_deck_comes_in_as_cards(texts, learner, alice, new, wal, name) -> None:
    assert upload(learner, name, deck(NOTES, new=new, wal=wal)).status_code == 302
    assert not Card.objects.exists()  # it was only looked at
    page = learner.get("/learn/bring/").content.decode()
    assert "its question is a picture or a sound" in page
    assert "it has no answer in words" in page
    assert "/topics/pools/waiting/" in page
    learner.post("/learn/bring/", {"what": "take"})
    cards = {card.front: card for card in Card.objects.of(alice)}
    assert sorted(cards) == [
        "A […] and a latch", "A lock and a [kind]",
        "What does a pool do?", "Where does one wait?",
    ]  # fmt: skip
    placed = cards["Where does one wait?"]
    assert (placed.section.title, placed.origin) == ("Waiting", "own")
    loose = cards["What does a pool do?"]
    assert (loose.section, loose.came_from["topic"]) == (None, "Mine::Data")
    assert loose.html == "It <b>saves time</b>, as none has to be opened."
    assert loose.back == "It saves time, as none has to be opened."
    assert cards["A […] and a latch"].back == "lock\n\nBoth wait."
    assert not WaitingImport.objects.exists()


def test_a_card_without_a_place_is_asked_and_listed(texts, learner) -> None:
    take(learner, "a.apkg", deck(NOTES[:1]))
    assert "What does a pool do?" in learner.get("/learn/review/").content.decode()
    page = learner.get("/learn/cards/").content.decode()
    assert "Mine::Data" in page
    card = Card.objects.get()
    for url in (f"/learn/cards/{card.pk}/", f"/learn/cards/{card.pk}/edit/", "/learn/figures/"):
        assert learner.get(url).status_code == 200
    answered = learner.post(f"/learn/review/{card.pk}/", {"rating": "3", "reps": "0"})
    assert answered.status_code == 302
    assert learner.get("/search/?q=is:due").status_code == 200


@pytest.mark.parametrize(("text", "fronts"), [
    ("#separator:tab\n#html:true\n#deck column:1\nD\tWhy?\tSo.\n", ["Why?"]),
    ("#separator:Semicolon\n#html:false\nWhy <b>?;So.\n", ["Why <b>?"]),
    ("Why?\tSo.\nHow?\tThus.\n", ["How?", "Why?"]),
    ('"Why, so?","So\nand so."\n', ["Why, so?"]),
    ("#guid column:1\n#notetype column:2\n#tags column:5\nG\tBasic\tWhy?\tSo.\tx y\n", ["Why?"]),
])  # fmt: skip
def test_a_text_export_comes_in(texts, learner, text, fronts) -> None:
    take(learner, "cards.csv" if '"' in text else "cards.txt", text)
    assert sorted(Card.objects.values_list("front", flat=True)) == fronts


HEADED = "#separator:tab\n#html:false\n#deck column:1\nMine::Data\t"
FROM = {
    "decks/Net.apkg": (deck(["Why?\x1fSo."]), "From Anki: Mine::Data"),
    "Net.colpkg": (deck(["Why?\x1fSo."], new=True), "From Anki: Mine::Data"),
    "a.txt": (f"{HEADED}Why?\tSo.\n", "From Anki: Mine::Data"),
    "b.txt": ("#html:false\nWhy?\tSo.\n", "From Anki: b.txt"),
    "Vocabulary <1>.csv": ("Why?,So.\n", "From another program: Vocabulary &lt;1&gt;.csv"),
    "c.tsv": ("Why?\tSo.\n", "From another program: c.tsv"),
}


@pytest.mark.parametrize("name", FROM)
def test_a_card_says_where_it_came_from(texts, learner, alice, bob, name: str) -> None:
    """In the list, on its page, once its words were edited, and in another account."""
    data, said = FROM[name]
    take(learner, name, data)
    card = Card.objects.get()

    def pages(key: int) -> str:
        urls = (f"/learn/cards/{key}/", "/learn/cards/")
        return "".join(learner.get(url).content.decode() for url in urls)

    assert pages(card.pk).count(said) == 2
    assert "Written by hand" not in pages(card.pk)
    edited = {"front": "Why so?", "back": "So."}
    assert learner.post(f"/learn/cards/{card.pk}/edit/", edited).status_code == 302
    assert pages(card.pk).count(said) == 2
    archive.take_in(bob, zip_of(alice))
    learner.force_login(bob)
    assert pages(Card.objects.of(bob).get().pk).count(said) == 2
    assert learning(bob) == learning(alice)


def test_a_card_that_stands_somewhere_says_both(texts, learner) -> None:
    take(learner, "a.apkg", deck(NOTES[1:2]))
    page = learner.get(f"/learn/cards/{Card.objects.get().pk}/").content.decode()
    assert 'From Anki: Mine::Data · <a href="/topics/pools/#waiting"' in page


def test_a_card_that_waits_since_before_the_upgrade_comes_too(texts, learner, alice) -> None:
    upload(learner, "a.apkg", deck(NOTES[:1]))
    held = WaitingImport.objects.get()
    del held.rows["program"]
    held.save()
    learner.post("/learn/bring/", {"what": "take"})
    assert Card.objects.get().source == "From another program: Mine::Data"


def test_clippings_of_a_kindle_become_highlights_and_notes(texts, learner, alice) -> None:
    assert upload(learner, "My Clippings.txt", KINDLE).status_code == 302
    page = learner.get("/learn/bring/").content.decode()
    assert "it has no words" in page
    assert "This stands in no text of ours at all." in page
    learner.post("/learn/bring/", {"what": "take"})
    mark = Highlight.objects.of(alice).get()
    assert (mark.section.title, mark.state, mark.note) == ("Lending", "exact", "like a library")
    assert mark.exact == "keeps a few connections open and lends them one after the other"
    rows = Kept.objects.values_list("row", flat=True)
    assert sorted(row["quote"] or row["note"] for row in rows) == [
        "This stands in no text of ours at all.",
        "a note alone",
    ]
    notes = learner.get("/learn/notes/").content.decode()
    assert "a note alone" in notes
    assert "Datenbanken (Anna Autorin)" in notes


def test_highlights_of_other_programs_name_their_book(texts, learner, alice) -> None:
    upload(learner, "My Clippings.txt", KINDLE)
    assert "Databases (Ann Author)" in learner.get("/learn/bring/").content.decode()
    learner.post("/learn/bring/", {"what": "take"})
    mark = Highlight.objects.of(alice).get()
    said = "From Kindle: Databases (Ann Author), Your Highlight on page 12"
    assert mark.source == said
    pages = ("/learn/notes/", "/learn/notes/?by=date", "/learn/notes/?q=lends",
             "/learn/notes/?q=Ann", "/topics/pools/")  # fmt: skip
    for url in pages:
        assert said in learner.get(url).content.decode(), url
    learner.cookies["kb-language"] = "de"
    taken = learning(alice)
    (row,) = json.loads(taken)["highlights"]
    assert row["brought_from"] == {
        "program": "Kindle", "book": "Databases (Ann Author)",
        "place": "Your Highlight on page 12", "file": "My Clippings.txt",
    }  # fmt: skip
    with zipfile.ZipFile(zip_of(alice)) as files:
        notes = files.read("notes/pools.md").decode()
    assert "From Kindle: Databases" in notes
    waiting_zip = zip_of(alice)
    Highlight.objects.all().delete()
    archive.take_in(alice, waiting_zip)
    assert learning(alice) == taken
    assert (
        "Aus Kindle: Databases"
        in learner.get("/learn/notes/", headers={"accept-language": "de"}).content.decode()
    )


SOURCES = [
    ({"program": "Readwise", "book": "Pools", "place": "page 3", "file": "r.csv"},
     "From Readwise: Pools, page 3"),
    ({"program": "", "book": "Pools", "place": "", "file": "r.csv"}, "From another program: Pools"),
    ({"program": "Kindle", "book": "", "place": "", "file": "My Clippings.txt"},
     "From Kindle: My Clippings.txt"),
    ({"program": "", "book": "", "place": "", "file": ""}, "From another program"),
    (None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("brought", "said"), SOURCES)
def test_a_source_is_said_as_far_as_it_is_known(brought, said) -> None:
    assert Highlight(brought_from=brought).source == said


def test_a_book_is_shown_as_it_is_written_and_no_more(texts, learner) -> None:
    take(learner, "My Clippings.txt", KINDLE.replace("Databases (Ann", "<b>*Data*</b> (Ann"))
    page = learner.get("/learn/notes/").content.decode()
    assert "&lt;b&gt;*Data*&lt;/b&gt; (Ann Author)" in page


def test_readwise_comes_in_where_its_words_are_others(texts, learner, alice) -> None:
    take(learner, "readwise.csv", READWISE)
    mark = Highlight.objects.of(alice).get()
    assert (mark.state, mark.note) == ("changed", "mine, all mine")
    assert mark.exact.startswith("keeps a few connections open")
    assert mark.was.startswith("keeps some connections open")
    assert mark.created_at.isoformat().startswith("2026-02-03T10:11:12")
    assert Kept.objects.get().row["quote"] == "Nowhere to be found in here."


@pytest.mark.parametrize(("name", "data"), [
    ("My Clippings.txt", KINDLE), ("r.csv", READWISE), ("a.apkg", deck(NOTES)),
])  # fmt: skip
def test_twice_doubles_nothing(texts, learner, name, data) -> None:
    take(learner, name, data)
    before = [model.objects.count() for model in (Card, Highlight, Kept)]
    take(learner, name, data)
    assert [model.objects.count() for model in (Card, Highlight, Kept)] == before


def test_it_is_left(texts, learner) -> None:
    upload(learner, "a.apkg", deck(NOTES))
    learner.post("/learn/bring/", {"what": "leave"})
    assert not WaitingImport.objects.exists()
    assert not Card.objects.exists()
    assert learner.post("/learn/bring/", {"what": "take"}).status_code == 302


def test_what_waits_is_forgotten_after_a_day(alice) -> None:
    old = timezone.now() - timedelta(days=1, minutes=1)
    WaitingImport.objects.create(user=alice, name="a", rows={}, created_at=old)
    assert clear_waiting.func() == 1


def test_nothing_waits_for_another(texts, learner, bob) -> None:
    upload(learner, "a.apkg", deck(NOTES))
    learner.force_login(bob)
    assert "What does a pool do?" not in learner.get("/learn/bring/").content.decode()
    learner.post("/learn/bring/", {"what": "take"})
    assert not Card.objects.exists()


def test_a_note_without_a_place_is_its_owners(texts, learner, alice, bob) -> None:
    take(learner, "My Clippings.txt", KINDLE)
    kept = Kept.objects.first()
    learner.force_login(bob)
    assert learner.post(f"/learn/notes/{kept.pk}/remove/").status_code == 404
    assert learner.get(f"/learn/notes/{kept.pk}/remove/").status_code == 405
    learner.force_login(alice)
    assert learner.post(f"/learn/notes/{kept.pk}/remove/", {"confirmed": "1"}).status_code == 302
    assert not Kept.objects.filter(pk=kept.pk).exists()


def test_a_draft_is_no_place(texts, learner) -> None:
    from topics.models import Topic

    Topic.objects.update(status="draft")
    take(learner, "My Clippings.txt", KINDLE)
    assert not Highlight.objects.exists()


ODD = [
    "<script>alert(1)</script>Why?\x1f<script>alert(2)</script><img src=x onerror=alert(3)>So.",
    "Why\0?\x1fSo\ud7ff.", "{{c1::{{c2::x}}}}\x1fy", "{{c1::}}\x1fy",
    "a" * 100_000 + "\x1f" + "b" * 100_000,
    "Why?\x1f" + "<div>" * 5_000 + "So.", "\x1f\x1f", "'; DROP TABLE x; --\x1f\\' & | ! <-> :*",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ODD)))
def test_odd_notes_do_no_harm(texts, learner, number) -> None:
    take(learner, "a.apkg", deck([ODD[number]]))
    for url in ("/learn/cards/", "/learn/review/", "/accounts/my-data.zip"):
        response = learner.get(url)
        assert response.status_code == 200
        assert b"".join(response)
    assert "<script>alert" not in learner.get("/learn/review/").content.decode()
    for card in Card.objects.all():
        assert "script" not in card.html
        assert len(card.front) <= 2_000
        assert len(card.back) <= 10_000


def test_a_file_that_was_never_one_is_read_by_its_bytes() -> None:
    with pytest.raises(Unreadable):
        pending.read("cards", io.BytesIO(b"x"))


def test_words_that_go_while_it_waits_have_no_place(texts, bring, learner, alice: User) -> None:
    upload(learner, "My Clippings.txt", KINDLE)
    bring({"pools.md": "# Pools\n\n## Lending\n\nAll of this was written anew.\n"})
    assert Section.objects.filter(title="Lending").exists()
    learner.post("/learn/bring/", {"what": "take"})
    assert not Highlight.objects.exists()
    assert Kept.objects.filter(row__note="like a library").exists()
