"""Highlights of other programs: a Kindle's `My Clippings.txt`, and CSV as Readwise exports it."""

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
_DATES = ("%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S", "%B %d, %Y %I:%M:%S %p", "%Y-%m-%d")


def clippings(text: str) -> Read:
    """The clippings of a Kindle. A note joins the highlight at whose end it is."""
    found = Read(program="Kindle")
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
            found.notes.append(Note("", words, book, place))
        else:
            last[book, end] = len(found.notes)
            found.notes.append(Note(words, "", book, place))
    return found


def _kind(line: str) -> str:
    words = line.lower().split("|")[0]
    kinds = (kind for kind, names in KINDS.items() if any(name in words for name in names))
    return next(kinds, "highlight")


def readwise(text: str) -> Read:
    """The rows of a CSV with a column `Highlight`. Raises Unreadable.

    Programs for tables write it again with semicolons or tabs in some countries.
    """
    found = Read(program="Readwise")
    csv.field_size_limit(LONGEST_FIELD)  # the module's limit is the whole process's
    text = text.lstrip("\ufeff")
    separator = max(",;\t", key=text.partition("\n")[0].count)
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
    words, note = (row.get("highlight") or "").strip(), (row.get("note") or "").strip()
    book = (row.get("book title") or row.get("title") or "").strip()
    place = " ".join(filter(None, (row.get("location type"), row.get("location"))))
    if words or note:
        found.notes.append(Note(words, note, book, place, _moment(row.get("highlighted at"))))
    else:
        found.leave_out(book, _("it has no words"))


def _moment(text: str | None) -> datetime | None:
    for form in _DATES:
        try:
            moment = datetime.strptime((text or "").strip(), form)
        except ValueError:
            continue
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
