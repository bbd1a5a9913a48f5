"""Notes of Anki as cards: gaps within gaps, masks on pictures, and what editors write for lines."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection, ExportAnkiPackageOptions

from learning.foreign import anki
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
    """What stands on a card, and Anki's sign for a gap as ours."""
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return plain_text(html.replace("[...]", "[…]"))


@pytest.mark.parametrize("is_old", [False, True])
def test_gaps_are_asked_as_anki_asks_them(collection, tmp_path, is_old) -> None:
    kind = collection.models.by_name("Cloze")
    assert kind is not None
    asked = []
    for text in GAPS:
        note = collection.new_note(kind)
        note["Text"] = text
        collection.add_note(note, collection.decks.id("Gaps"))
        asked.append({words(card.question()) for card in note.cards()})
    file = str(tmp_path / "gaps.apkg")
    options = ExportAnkiPackageOptions(legacy=is_old)
    collection.export_anki_package(out_path=file, options=options, limit=None)
    with Path(file).open("rb") as opened:
        found = {plain_text(card.front) for card in read("gaps.apkg", opened).cards}
    assert [each - found for each in asked] == [set()] * len(GAPS)
    assert len(found) == sum(len(each) for each in asked)


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
