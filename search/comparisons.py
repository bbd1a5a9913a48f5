"""Searches such as "sessions vs JWT": a table of the results that has both sides."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from documents.plain_text import tree_of
from search.plain_words import sides_of
from search.words import title_key
from topics.models import Section

MOST_ROWS = 12
MOST_BESIDE = 2  # words of a name beside the side that it is of: "JWT access token"
_NUMBER = re.compile(r"\d+(?:\.\d+)*")

__all__ = ["Comparison", "comparison_in", "sides_of"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one section says of both: the cells of a table row by row as safe HTML, its head first.

    The first cell of a row says what is compared.
    """

    section_id: int
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def comparison_in(section_ids: Sequence[int], sides: tuple[str, str]) -> Comparison | None:
    """The first table of these sections, in their order, that compares the sides. One query."""
    tables = Section.objects.filter(pk__in=section_ids, html__contains="<table")
    found_in = {
        key: (title, html) for key, title, html in tables.values_list("pk", "title", "html")
    }
    words = [_words(side) for side in sides]
    for key in section_ids:
        title, html = found_in.get(key, ("", ""))
        is_about_both = set.union(*words) <= _words(title)
        for table in tree_of(html).iter("table"):
            if found := _compared(table, words, is_about_both):
                return Comparison(key, found[0], tuple(found[1 : MOST_ROWS + 1]))
    return None


def _compared(table: Element, sides: list[set[str]], is_about_both: bool) -> list[tuple[str, ...]]:
    """The column of names and the two of the sides, or that turned by a quarter; empty for none."""
    rows = [[cell for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
    if len(rows) < 2 or any(len(row) != len(rows[0]) for row in rows):
        return []
    if any(cell.get("colspan") or cell.get("rowspan") for row in rows for cell in row):
        return []
    for turned in (rows, [list(column) for column in zip(*rows, strict=True)]):
        places = _places(turned[0], sides, is_about_both)
        if places and len(turned) > 1:
            return [tuple(_inner(row[place]) for place in (0, *places)) for row in turned]
    return []


def _places(head: list[Element], sides: list[set[str]], is_about_both: bool) -> list[int]:
    """Where the sides are in a row, which is nowhere unless each has a cell of its own.

    "SQL injection" and "NoSQL injection" are not SQL and NoSQL, and "hash files, cache keys" is no
    hash, unless the section says that it is about these.
    """
    cells = [_words("".join(cell.itertext())) for cell in head]
    places = [next(_fitting(cells, side), 0) for side in sides]
    if not all(places) or places[0] == places[1]:
        return []
    left, right = (cells[place] - side for place, side in zip(places, sides, strict=True))
    are_names = left.isdisjoint(right) and max(len(left), len(right)) <= MOST_BESIDE
    return places if is_about_both or are_names else []


def _words(text: str) -> set[str]:
    """What a name is known by: words as titles are compared, numbers of versions in full."""
    return {*title_key(text).split(), *_NUMBER.findall(text)}


def _fitting(cells: list[set[str]], side: set[str]) -> Iterator[int]:
    """The cells after the first that name a side: it alone, then it among others."""
    for fits in (side.__eq__, side.__le__):
        for place, cell in enumerate(cells):
            if place and side and fits(cell) is True:
                yield place


def _inner(cell: Element) -> str:
    """What is in a cell, as HTML: it was sanitised when it was stored."""
    cell.tail = None
    html = tostring(cell, encoding="unicode", method="html")
    return html[html.index(">") + 1 : html.rindex("<")]
