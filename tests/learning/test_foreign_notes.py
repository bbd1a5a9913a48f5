"""Notes of Anki as cards: gaps within gaps, masks on pictures, and what editors write for lines."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions

from learning.foreign import anki
from learning.foreign.note_types import note_types
from learning.foreign.pending import read
from learning.foreign.side_text import plain_text
from learning.foreign.values import Read

MASK = "image-occlusion:rect:left=.1:top=.2:width=.3:height=.4"
GAPS = [
    "A {{c1::gap::hint}} and {{c2::two}} and {{c1::again}}.",
    "{{c1::Outer {{c2::inner}} rest}} of it.",
    "{{c1::Outer {{c2::inner::in}} rest::out}} of it.",
    "{{c1::One {{c2::two {{c3::three}} two}} one}}.",
    "{{c2::One {{c2::two}} one}} and {{c1::x}}.",
    "Several {{c1,3::numbers}} here and {{c2::x}}.",
    "Braces {{c1::f(x) { return y; }}} end.",
    "Closed }} twice {{c1::here}} }}.",
    "Lines {{c1::one<br>two}} end.",
    "Math {{c1::\\( \\frac{a}{b} \\)}} in it.",
    "Colons {{c1::a: b::c::d}} end.",
    "{{c10::Ten}} and {{c9::nine}}.",
]


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def words(html: str) -> str:
    """What stands on a card, and Anki's sign for a gap as ours; without where one types."""
    html = re.sub(r"<input[^>]*>|\[anki:play[^]]*\]|\[\[type:.*?\]\]", "", html)
    return plain_text(html.replace("[...]", "[…]"))


NOTES = [
    *(("Cloze", [text, "more"]) for text in GAPS),
    ("Basic", ["Front?", "Back."]),
    ("Basic (and reversed card)", ["Capital of France", "Paris"]),
    ("Basic (optional reversed card)", ["Capital of Italy", "Rome", "y"]),
    ("Basic (optional reversed card)", ["Capital of Spain", "Madrid", ""]),
    ("Basic (type in the answer)", ["Typed?", "Yes."]),
    ("Word", ["17", "socket", "[sound:a.mp3]", "A socket is one end.", "an end"]),
    ("Word", ["18", "port", "", "", "a number"]),
    ("Second gap", ["A title", "The {{c1::gap}} is {{c2::here}}."]),
]
TYPES = {  # fields, question, answer, whether it has gaps
    "Word": ("Rank Word Sound Sentence Meaning", "{{Sound}}{{Word}}<p>{{Sentence}}</p>",
             "{{FrontSide}}<hr>{{hint:Meaning}}", False),
    "Second gap": ("Title Text", "{{Title}}<br>{{cloze:Text}}", "{{cloze:Text}}", True),
}  # fmt: skip


def package(collection: Collection, file: Path, *, is_old: bool) -> list[set[str]]:
    """Write the notes to a package; what each of them asks in Anki."""
    models = collection.models
    for name, (fields, question, answer, has_gaps) in TYPES.items():
        kind = models.new(name)
        kind["type"] = int(has_gaps)
        for field in fields.split():
            models.add_field(kind, models.new_field(field))
        template = models.new_template("Card")
        template["qfmt"], template["afmt"] = question, answer
        models.add_template(kind, template)
        models.add(kind)
    asked = []
    for name, texts in NOTES:
        known = models.by_name(name)
        assert known is not None
        note = collection.new_note(known)
        note.fields[:] = [*texts, ""][: len(note.fields)]
        collection.add_note(note, collection.decks.id("Deck") or 1)
        asked.append({words(card.question()) for card in note.cards()})
    options = ExportAnkiPackageOptions(legacy=is_old)
    collection.export_anki_package(out_path=str(file), options=options, limit=None)
    return asked


@pytest.mark.parametrize("is_old", [False, True])
def test_notes_are_asked_as_anki_asks_them(collection, tmp_path, is_old) -> None:
    file = tmp_path / "notes.apkg"
    asked = package(collection, file, is_old=is_old)
    with file.open("rb") as opened:
        cards = read("notes.apkg", opened).cards
    told = {plain_text(card.front): plain_text(card.back) for card in cards}
    assert {front.replace("\n\n", "\n") for front in told} == set().union(*asked)
    assert told["socket\n\nA socket is one end."] == "an end"
    assert told["port"] == "a number"
    assert (told["Paris"], told["Capital of Italy"]) == ("Capital of France", "Rome")
    assert told["A title\n\nThe […] is here."] == "gap"


def sides(*fields: str) -> list[tuple[str, str]]:
    found = Read()
    anki.add_note(found, list(fields), "")
    return [(plain_text(card.front), plain_text(card.back)) for card in found.cards]


@pytest.mark.parametrize(
    ("fields", "cards"),
    [
        (["{{c1::Outer {{c2::inner}} rest}} of it.", "more"],
         [("[…] of it.", "Outer inner rest\n\nmore"), ("Outer […] rest of it.", "inner\n\nmore")]),
        (["Several {{c1,2::numbers}}"], [("Several […]", "numbers"), ("Several […]", "numbers")]),
        (["Title", "The {{c1::gap}} is here", "x"], [("The […] is here", "gap\n\nTitle\n\nx")]),
        (["A {{c1::gap}}", "and {{c2::no other}}"], [("A […]", "gap\n\nand no other")]),
        ([f"{{{{c1::{MASK}}}}}<br>{{{{c2::{MASK}}}}}<br>", '<img src="a.png">', "Header"], []),
        (["No end {{c1::here and {{c2::there}}."], [("No end {{c1::here and […].", "there")]),
        (["Front?", "&nbsp;"], []),
        (["Front?", "<div><br></div>", "<br>"], []),
        (["&nbsp;<br>", "Back"], []),
        (["one<div>two</div><div>three</div>", "a"], [("one\ntwo\nthree", "a")]),
        (["one<p>two</p>three", "a<ul><li>b</li></ul>c"], [("one\ntwo\nthree", "a\nb\nc")]),
        (["one\n<div>two</div>\n", "a"], [("one\ntwo", "a")]),
        (["one<br>two<br><br>three", "a"], [("one\ntwo\n\nthree", "a")]),
        (["q", "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td>d</td></tr></table>"],
         [("q", "a b\nc d")]),
        (["<style>.x { color: red; }</style>Front?", "a<script>b()</script>"], [("Front?", "a")]),
        (["<STYLE type='a'>x</STYLE >Front?", "a<!-- b -->"], [("Front?", "a")]),
        (["a < b && b > c?", "1 < 2"], [("a < b && b > c?", "1 < 2")]),
    ],
)  # fmt: skip
def test_fields_become_sides(fields, cards) -> None:
    assert sides(*fields) == cards


def test_what_is_no_question_in_words_is_said() -> None:
    found = Read()
    for fields in (
        [f"{{{{c1::{MASK}}}}}", '<img src="a.png">'], ["&nbsp;", "Back"], ["Front?", "&nbsp;"],
    ):  # fmt: skip
        anki.add_note(found, fields, "")
    assert found.cards == []
    assert [why for _words, why in found.left_out] == [
        "its question is a picture or a sound", "its question is a picture or a sound",
        "it has no answer in words",
    ]  # fmt: skip


def test_a_type_that_cannot_be_read_is_guessed() -> None:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE notetypes (id, name)")
    base.execute("CREATE TABLE fields (ntid, ord, name)")
    base.execute("CREATE TABLE templates (ntid, ord, config)")
    base.execute("INSERT INTO fields VALUES (1, 0, 'Front'), (1, 1, 'Back'), (2, 0, NULL)")
    odd = [
        b"",
        b"\x0a",
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\xff" * 90,
        b"\x0b\x0c",
    ]
    base.executemany("INSERT INTO templates VALUES (1, 0, ?)", [[config] for config in odd])
    assert note_types(base, {"notetypes": "table"}) == {1: [((), ())] * len(odd)}
    base.execute("INSERT INTO templates VALUES (2, 0, 7)")
    assert note_types(base, {"notetypes": "table"}) == {}
    base.execute("CREATE TABLE col (models)")
    for text in ("[]", "{", '{"x": {}}', '{"1": {"flds": 3, "tmpls": []}}', "[" * 50_000):
        base.execute("DELETE FROM col")
        base.execute("INSERT INTO col VALUES (?)", [text])
        assert note_types(base, {}) == {}
    base.close()
    found = Read()
    anki.add_note(found, ["Front?", "Back."], "", [((), ()), ((7,), (8,)), ((1,), (9,))])
    assert [(card.front, card.back) for card in found.cards] == [("Back.", "Front?")]


@pytest.mark.parametrize(
    "text",
    [
        "{{c1::" * 20_000, "{{c1::" * 20_000 + "x" + "}}" * 20_000, "<div" * 30_000,
        "<style" * 20_000,
        " " * 130_000, "<td>" * 30_000, "<!--" * 30_000, "}}" * 60_000, "<p>\n" * 30_000,
    ],
    ids=["open", "deep", "div", "style", "blank", "cells", "comments", "closed", "lines"],
)  # fmt: skip
def test_hostile_fields_do_no_harm(text) -> None:
    """None of them takes more than a moment: a fault took minutes."""
    assert len(sides(f"Front {text}", f"Back {text}")) <= 1
