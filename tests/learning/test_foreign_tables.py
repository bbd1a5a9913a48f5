"""Tables and clippings of other programs are read by what they say of themselves."""

import io

import pytest

from learning.foreign import pending
from learning.foreign.highlights import clippings, table
from tests.learning.test_foreign import KINDLE


def test_a_note_that_stands_before_its_highlight_joins_it_too() -> None:
    highlight, note, *_others = KINDLE.split("==========\n")
    (read,) = clippings(f"{note}==========\n{highlight}==========\n").notes
    assert read.note == "like a library" and read.quote.startswith("keeps a few connections")


TABLES = [  # what a table holds: cards as front and back, or quotes with notes
    ("What is a highlight?,A mark\n", [("What is a highlight?", "A mark")], []),
    ("Front,Back\nA?,B\n", [("A?", "B")], []),
    ("question;answer\nA?;B\n", [("A?", "B")], []),
    ("Front of a queue,its head\n", [("Front of a queue", "its head")], []),
    ("Highlight,Note\nWords,mine\n", [], [("Words", "mine")]),
    ('"Title";"Highlight"\r\nA book;Words\r\n', [], [("Words", "")]),
    ("Creation Date,URL,Group,Annotation/Reply Type,Quote,User,Body,Tags,Page\n"
     "2024-03-02 20:01,https://kb.example,Public,Annotation,Words,ann,mine,,\n",
     [], [("Words", "mine")]),
    ("Created at,Author,Page,URL,Group,Type,Quote,Comment,Tags\n"
     "2024-03-02 20:01,ann,3,https://kb.example,Public,Annotation,Words,mine,\n",
     [], [("Words", "mine")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cards", "notes"), TABLES)
def test_a_table_is_read_by_the_names_of_its_columns(text, cards, notes) -> None:
    found = pending.read("table.csv", io.BytesIO(text.encode()))
    assert [(card.front, card.back) for card in found.cards] == cards
    assert [(note.quote, note.note) for note in found.notes] == notes


@pytest.mark.parametrize(("said", "moment"), [
    ("2024-03-02T20:01:00Z", "2024-03-02T20:01:00+00:00"),
    ("2024-03-02 20:01:00.123456+01:00", "2024-03-02T20:01:00.123456+01:00"),
    ("2024-03-02 20:01", "2024-03-02T20:01:00+00:00"),
    ("2024-03-02", "2024-03-02T00:00:00+00:00"),
    ('"March 2, 2024 8:01:00 PM"', "2024-03-02T20:01:00+00:00"),
    ("1624-03-02", None), ("yesterday", None), ("", None),
])  # fmt: skip
def test_moments_are_read_as_programs_write_them(said, moment) -> None:
    (note,) = table(f"Highlight,Highlighted at\nWords,{said}\n").notes
    assert (note.made and note.made.isoformat()) == moment
