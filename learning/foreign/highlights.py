"""Highlights of other programs: a Kindle's `My Clippings.txt`, and tables with a column of quotes,
as Readwise and Hypothesis export them."""

import csv
import re
from datetime import UTC, datetime
from io import StringIO

from django.utils.translation import gettext as _

from learning.foreign.values import LONGEST_FIELD, MOST, Note, Read, Unreadable

LINE = "=========="
FIRST_YEAR, LAST_YEAR = 1970, 2100
# The first words of a clipping's second line, as Kindles in some languages write them.
KINDS = {
    "highlight": (
        "highlight", "markierung", "surlignement", "subrayado", "evidenziazione", "destaque",
        "markering", "выделенный", "标注", "標註", "ハイライト",
    ),
    "bookmark": (
        "bookmark", "lesezeichen", "signet", "marcador", "segnalibro", "bladwijzer", "закладка",
        "书签", "書籤", "ブックマーク",
    ),
    "note": ("note", "notiz", "nota", "notitie", "заметка", "笔记", "筆記", "メモ"),
}  # fmt: skip
_PLACES = re.compile(r"\d+")
_DATE = "%B %d, %Y %I:%M:%S %p"  # beside those of ISO 8601
# What programs call the columns that are read: Readwise's names first, then Hypothesis'.
COLUMNS = {
    "words": ("highlight", "quote"),
    "note": ("note", "comment", "body"),
    "book": ("book title", "title", "url"),
    "place": ("location", "page"),
    "made": ("highlighted at", "created at", "creation date"),
}


def clippings(text: str) -> Read:
    """The clippings of a Kindle. A note joins the highlight at whose end it is."""
    found = Read(program="Kindle")
    alone: dict[tuple[str, str], int] = {}  # the same for notes that have none yet
    last: dict[tuple[str, str], int] = {}  # by book and place, where its highlight is
    for block in text.split(LINE)[: MOST + 1]:
        lines = block.strip("\ufeff\r\n ").splitlines()
        if len(lines) < 2 or not lines[1].lstrip().startswith("-"):
            if any(lines):
                found.leave_out(block, _("it is no clipping"))
            continue
        book, kind = lines[0].strip("\ufeff "), _kind(lines[1])
        words = "\n".join(lines[2:]).strip()
        places = _PLACES.findall(lines[1].split("|")[-2] if "|" in lines[1] else lines[1])
        place = lines[1].strip(" -").split("|")[0].strip()
        end = places[-1] if places else ""
        if kind == "bookmark" or not words:
            found.leave_out(f"{book}: {lines[1]}", _("it has no words"))
        elif kind == "note" and (book, end) in last:
            at = last.pop((book, end))
            old = found.notes[at]
            found.notes[at] = Note(old.quote, words, old.book, old.place, old.made)
        elif kind == "note":
            alone[book, end] = len(found.notes)
            found.notes.append(Note("", words, book, place))
        elif (book, end) in alone:
            at = alone.pop((book, end))
            found.notes[at] = Note(words, found.notes[at].note, book, place)
        else:
            last[book, end] = len(found.notes)
            found.notes.append(Note(words, "", book, place))
    return found


def _kind(line: str) -> str:
    words = line.lower().split("|")[0]
    kinds = (kind for kind, names in KINDS.items() if any(name in words for name in names))
    return next(kinds, "highlight")


def is_table(text: str) -> bool:
    """Whether the first line names a column of quotes; a card may hold the same word."""
    return not _names(text).isdisjoint(COLUMNS["words"])


def _names(text: str) -> set[str]:
    first = text.lstrip("\ufeff").partition("\n")[0]
    return {name.strip(' "\r').lower() for name in first.split(_separator(first))}


def _separator(first: str) -> str:
    """Programs for tables write them again with semicolons or tabs in some countries."""
    return max(",;\t", key=first.count)


def table(text: str) -> Read:
    """The rows of a CSV with a column of quotes. Raises Unreadable."""
    text = text.lstrip("\ufeff")
    first = text.partition("\n")[0]
    names = _names(text)
    known = {"Readwise": "highlight", "Hypothesis": "group"}
    found = Read(program=next((name for name, sign in known.items() if sign in names), ""))
    csv.field_size_limit(LONGEST_FIELD)  # the module's limit is the whole process's
    separator = _separator(first)
    try:
        rows = csv.DictReader(StringIO(text, newline=""), delimiter=separator)
        for number, row in enumerate(rows):
            if number > MOST:
                break
            _add(found, {str(key).strip().lower(): value for key, value in row.items() if key})
    except csv.Error as error:
        raise Unreadable(_("The file cannot be read as a table.")) from error
    return found


def _add(found: Read, row: dict[str, str | None]) -> None:
    told = {
        part: next((row[name] or "" for name in names if row.get(name)), "").strip()
        for part, names in COLUMNS.items()
    }
    words, note, book = told["words"], told["note"], told["book"]
    place = " ".join(filter(None, (row.get("location type"), told["place"])))
    if words or note:
        found.notes.append(Note(words, note, book, place, _moment(told["made"])))
    else:
        found.leave_out(book, _("it has no words"))


def _moment(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, lambda said: datetime.strptime(said, _DATE)):
        try:
            moment = read(text)
        except ValueError:
            continue
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
