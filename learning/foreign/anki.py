"""Anki: packages (`.apkg`, `.colpkg`) and text exports (`.txt`, `.csv`).

https://docs.ankiweb.net/exporting.html and https://docs.ankiweb.net/importing/text-files.html tell
of the formats. A package is a zip with an SQLite database, since 2.1.50 compressed with Zstandard.
"""

import csv
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from html import escape
from io import StringIO
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts.data_file import BROKEN
from learning.foreign.gaps import gaps_of, numbers_of, with_gap, words_in
from learning.foreign.note_types import Sides, note_types, of_note
from learning.foreign.side_text import plain_text
from learning.foreign.values import LONGEST_FIELD, MOST, Card, Read, Unreadable

NAME = "Anki"
DATABASES = ("collection.anki21b", "collection.anki21", "collection.anki2")
MOST_BYTES = 200_000_000  # of the database
MOST_MEMBERS = 100_000  # pictures and sounds are not read
MOST_STEPS = 20_000_000  # of SQLite's machine
STEPS = 100_000  # between two looks at them
SEPARATORS = {
    "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "colon": ":",
}  # fmt: skip
HEADS = {("front", "back"), ("question", "answer"), ("term", "definition")}  # of tables
MASK = "image-occlusion:"  # in the gap of a note whose picture has covered places
_MEDIA = re.compile(r"\[(?:sound:[^\]]*|anki:play:[^\]]*)\]|<img\b[^>]*>", re.IGNORECASE)


def package(file: IO[bytes]) -> Read:
    """The notes of a package as cards. Raises Unreadable."""
    data = _database(file)
    with closing(sqlite3.connect(":memory:")) as base:
        steps = iter(range(MOST_STEPS // STEPS))
        base.set_progress_handler(lambda: next(steps, None) is None, STEPS)
        try:
            base.deserialize(data[:18] + b"\1\1" + data[20:])  # no write-ahead log comes along
            base.create_collation("unicase", lambda a, b: (a > b) - (a < b))
            base.execute("PRAGMA trusted_schema = OFF")
            base.execute("PRAGMA cell_size_check = ON")
            return _notes(base)
        except (sqlite3.Error, OverflowError, MemoryError, RecursionError, ValueError) as error:
            raise Unreadable(_("The deck is damaged: Anki's database cannot be read.")) from error


def _database(file: IO[bytes]) -> bytes:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            name = next((name for name in DATABASES if names.count(name) == 1), None)
            if name is None or len(names) > MOST_MEMBERS:
                raise Unreadable(_("This is no deck of Anki's: there is no collection in it."))
            entry = archive.getinfo(name)
            if entry.flag_bits & 1:
                raise Unreadable(_("The file has a password."))
            with archive.open(entry) as member:
                data = _unpacked(member) if name.endswith("b") else member.read(MOST_BYTES + 1)
    except BROKEN as error:
        raise Unreadable(_("The file is damaged.")) from error
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The deck is too large."))
    return data


def _unpacked(member: IO[bytes]) -> bytes:
    import zstandard

    try:
        reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(member)
        return reader.read(MOST_BYTES + 1)
    except zstandard.ZstdError as error:
        raise Unreadable(_("The file is damaged.")) from error


def _notes(base: sqlite3.Connection) -> Read:
    kinds = dict(base.execute("SELECT name, type FROM sqlite_master"))
    if kinds.get("notes") != "table" or kinds.get("cards") != "table":
        raise Unreadable(_("This is no deck of Anki's: there is no collection in it."))
    decks = _decks(base, kinds)
    types = note_types(base, kinds)
    found = Read(program=NAME)
    rows = base.execute(
        f"SELECT flds, (SELECT did FROM cards WHERE nid = notes.id LIMIT 1), {_kind_of(base)}"  # noqa: S608
        " FROM notes ORDER BY notes.id LIMIT ?",
        [MOST + 1],
    )
    for fields, deck, kind, orders in rows:
        if isinstance(fields, str):
            sides = of_note(types, kind, map(int, re.findall(r"\d{1,4}", str(orders))))
            add_note(found, fields.split("\x1f"), decks.get(deck, ""), sides)
    return found


def _kind_of(base: sqlite3.Connection) -> str:
    """SQL of a note's type and the numbers of its cards, where a package has these columns."""
    has = {
        name: {row[1] for row in base.execute(f"PRAGMA table_info({name})")}
        for name in ("notes", "cards")
    }
    if "mid" not in has["notes"] or "ord" not in has["cards"]:
        return "NULL, NULL"
    return "mid, (SELECT group_concat(DISTINCT ord) FROM cards WHERE nid = notes.id)"


def _decks(base: sqlite3.Connection, kinds: dict[str, str]) -> dict[Any, str]:
    """The names of decks: rows since schema 18, one JSON object before."""
    if kinds.get("decks") == "table":
        rows = base.execute("SELECT id, cast(name AS text) FROM decks LIMIT 10000")
        return {key: str(name).replace("\x1f", "::") for key, name in rows}
    (text,) = base.execute("SELECT decks FROM col").fetchone() or ("{}",)
    told = json.loads(str(text))
    decks = told.items() if isinstance(told, dict) else ()
    return {int(key): str(deck.get("name", "")) for key, deck in decks if isinstance(deck, dict)}


def add_note(
    found: Read, fields: list[str], deck: str, sides: Sequence[Sides] | None = None
) -> None:
    """A note's fields as cards: one of each of its sides, or one for each gap.

    Where its type is not known, the first field that has gaps is asked, else the first of all.
    """
    shown = [_MEDIA.sub("", field).strip() for field in fields]
    for asked, told in sides or [_guessed(shown)]:
        front = "<br><br>".join(_said(shown, asked))
        text = gaps_of(front)
        if MASK in front or not front:
            first = next((fields[place] for place in asked if place < len(fields)), "")
            found.leave_out(first, _("its question is a picture or a sound"))
            continue
        others = [place for place in range(len(fields)) if place not in asked]
        rest = [with_gap(gaps_of(field)) for field in _said(shown, told) or _said(shown, others)]
        numbers = numbers_of(text)[:MOST]
        for number in numbers:
            said = ", ".join(dict.fromkeys(words_in(text, number)))
            found.cards.append(Card(with_gap(text, number), "<br><br>".join([said, *rest]), deck))
        if rest and not numbers:
            found.cards.append(Card(front, "<br><br>".join(rest), deck))
        elif not numbers:
            found.leave_out(front, _("it has no answer in words"))


def _guessed(shown: list[str]) -> Sides:
    with_gaps = (place for place, text in enumerate(shown) if numbers_of(gaps_of(text)))
    asked = next(with_gaps, 0)
    return (asked,), tuple(place for place in range(len(shown)) if place != asked)


def _said(shown: list[str], places: Iterable[int]) -> list[str]:
    """Those of the fields that have words."""
    return [shown[place] for place in places if place < len(shown) and plain_text(shown[place])]


def text_export(text: str) -> Read:
    """A text export's lines as cards. Raises Unreadable."""
    head, body = _head(text)
    separator = SEPARATORS.get(head.get("separator", "").lower(), head.get("separator", ""))
    if len(separator) != 1 or separator in '"\r\0':
        separator = max("\t;,", key=body[:10_000].count)
    skipped = {_column(head, name) for name in ("guid", "notetype", "deck", "tags")} - {-1}
    deck = _column(head, "deck")
    is_html = head.get("html", "true" if "<" in body else "false") == "true"
    found = Read(program=NAME if head else "")
    for number, row in enumerate(_rows(body, separator)):
        if not (number or head) and tuple(name.strip().lower() for name in row[:2]) in HEADS:
            found.leave_out(", ".join(row), _("these are the names of the columns"))
            continue
        fields = [text for place, text in enumerate(row) if place not in skipped]
        if not is_html:
            fields = [_escaped(field) for field in fields]
        named = row[deck] if 0 <= deck < len(row) else head.get("deck", "")
        if any(field.strip() for field in fields):
            add_note(found, fields, named)
    return found


def _head(text: str) -> tuple[dict[str, str], str]:
    head = {}
    while text.startswith("#"):
        line, _end, text = text.partition("\n")
        name, _sign, value = line[1:].strip().partition(":")
        head[name.lower()] = value
    return head, text


def _column(head: dict[str, str], name: str) -> int:
    value = head.get(f"{name} column", "")
    return int(value) - 1 if value.isascii() and value.isdigit() and len(value) < 4 else -1


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_FIELD)  # the module's limit is the whole process's
    try:
        for number, row in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator)):
            if number > MOST:
                return
            yield row
    except csv.Error as error:
        raise Unreadable(_("The file cannot be read as a table.")) from error


def _escaped(text: str) -> str:
    return escape(text).replace("\n", "<br>")
