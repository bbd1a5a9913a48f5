"""Outlines: documents whose list items carry dotted numbers, each of which is a section.

A document is an outline when most of its list items are numbered so and at least FEWEST are, or
when its front matter says `kind: outline`. The text of an item is all that is below it, up to
the next item or heading.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from markdown_it.token import Token

from .values import Notice

FEWEST = 10

_ITEM = re.compile(
    r"(\*\*|__)?(\d{1,4}(?:\.\d{1,4}){1,9})\.?(\*\*|__)?(?=[\s:\u2013\u2014-]|$)(.*)$"
)
_GLUED = re.compile(r"(\S.{0,80}?)[ \t]*[-*+][ \t]+(?=\*\*\d+(?:\.\d+)+)(.*)$")
_GAP = re.compile(r"[\s:.\u2013\u2014-]*")
_LEADING = re.compile(r"(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*")
_CONTAINERS = frozenset(
    f"{name}_{end}"
    for name in ("blockquote", "note", "footnote_reference", "dl", "table")
    for end in ("open", "close")
)


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered item: its 0-based line, its column of text, its number and its title's source."""

    line: int
    offset: int
    number: str
    title: str
    unbalanced: bool = False
    stray: str = ""


@dataclass(slots=True)
class Outline:
    """The items of an outline by line, and the document's lines with their texts moved left."""

    items: dict[int, Item]
    lines: list[str]
    notices: list[Notice] = field(default_factory=list)


def find_outline(tokens: list[Token], lines: list[str], *, declared: bool) -> Outline | None:
    """The outline that a document is, or None. `declared` lowers the threshold to one item."""
    found: dict[int, Item] = {}
    others = 0
    prose: list[list[int]] = []
    around = 0  # quotes, boxes, notes and tables around
    for index, token in enumerate(tokens):
        if token.type in _CONTAINERS:
            around += token.nesting
        elif around or token.map is None:
            continue
        elif token.type == "paragraph_open":
            prose.append(token.map)
        elif token.type == "list_item_open":
            line, paragraph, item = token.map[0], tokens[index + 1], None
            if paragraph.type == "paragraph_open" and paragraph.map and paragraph.map[0] == line:
                item = _item(tokens[index + 2].content, lines[line], line)
            if item is None:
                others += 1
            else:
                found[item.line] = item
    if not found or not (declared or (len(found) >= FEWEST and len(found) > others)):
        return None
    for start, end in prose:
        for number in range(start, min(end, len(lines))):
            if number not in found and (glued := _read_glued(lines[number], number)):
                found[number] = glued
    items = dict(sorted(found.items()))
    return Outline(items, _move_left(lines, items), _oddities(items))


def _item(text: str, line: str, number: int) -> Item | None:
    """The item whose paragraph is `text`; its column is where that begins in its first line."""
    first = text.partition("\n")[0].rstrip()
    return read_item(first, number, len(_untab(line).rstrip()) - len(first))


def read_item(text: str, line: int, offset: int, stray: str = "") -> Item | None:
    """An item from the text after its bullet, or None when it carries no dotted number."""
    match = _ITEM.match(text.strip())
    if not match:
        return None
    title = match[4][_GAP.match(match[4]).end() :].rstrip()  # type: ignore[union-attr]
    unbalanced = text.count("**") % 2 == 1
    # The bold that opens before the number may close after the title, or close twice.
    if title.count("**") % 2 == 1:
        title = title.removesuffix("**").rstrip() if title.endswith("**") else title
        title = title.removeprefix("**").lstrip() if title.count("**") % 2 == 1 else title
    return Item(line, offset, match[2], title, unbalanced, stray)


def _read_glued(text: str, line: int) -> Item | None:
    """An item behind a stray prefix: `Thought for 3s- **6.1.1.2.2** Title`."""
    match = _GLUED.match(text.strip())
    return read_item(match[2], line, 2, stray=match[1]) if match else None


def _move_left(lines: list[str], items: dict[int, Item]) -> list[str]:
    """The texts of items, without the indentation that made them part of their list."""
    moved = list(lines)
    offset, below = 0, False
    for number, line in enumerate(lines):
        if number in items:
            offset, below = items[number].offset, True
        elif below and line.strip():
            # Without tabs, so that the text can be indented again without a change.
            text = _untab(line)
            if len(text) - len(text.lstrip(" ")) < offset:
                offset = 0
            moved[number] = text[offset:]
    return moved


def _untab(line: str) -> str:
    """The line with the tabs before its text turned into spaces, by tab stops of four."""
    if "\t" not in line:
        return line
    end = _LEADING.match(line).end()  # type: ignore[union-attr]
    return line[:end].expandtabs(4) + line[end:]


def _oddities(items: dict[int, Item]) -> list[Notice]:
    notices = [
        Notice(item.line + 1, f"left out {item.stray!r} before item {item.number}")
        for item in items.values()
        if item.stray
    ]
    unbalanced = [item.line for item in items.values() if item.unbalanced]
    if unbalanced:
        text = f"{len(unbalanced)} items have a bold mark without its partner"
        notices.append(Notice(unbalanced[0] + 1, text))
    holders = Counter(item.number for item in items.values())
    for number, count in holders.items():
        if count > 1:
            places = [str(item.line + 1) for item in items.values() if item.number == number]
            text = f"number {number} occurs {count} times: lines {', '.join(places)}"
            notices.append(Notice(int(places[0]), text))
    return notices
