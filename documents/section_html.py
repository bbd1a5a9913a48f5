"""Tokens to the HTML of each section. The whole document is parsed at once and then cut into its
pieces, so that link references and footnotes hold across sections."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from markdown_it.token import Token

from .code_blocks import put_back
from .markdown import Blocks, is_head, parse_inline, render
from .plain_text import plain
from .sanitizer import sanitise, sanitise_inline
from .values import Refused

MOST_NOTES = 5 * 1024 * 1024  # characters of HTML that all repeated footnotes may take
LONGEST_LATE = 1000

_NOT_IN_TITLES = {"footnote_ref", "value"}
_QUOTING = {f"{name}_{end}" for name in ("blockquote", "list_item") for end in ("open", "close")}

_ID = re.compile(r"<[a-zA-Z][^<>]{0,1000}?\s(?:id|name)\s*=\s*[\"']?([^\s\"'<>]{1,200})")
# Nothing but empty elements, or the beginning of those around the heading, at the end of a section.
_LATE = re.compile(
    r"(?:\A|(?<=[>\n]))(?:\s|</?p>|<(a|span|div)\b[^<>]*>\s*</\1>|<(?:div|section)\b[^<>]*>)+\Z"
)


@dataclass(slots=True)
class Piece:
    """What one section shows: its title and its HTML.

    `heading_html` is the heading before sanitising, from which its links are read; `ids` are the
    names that raw HTML in it declares, `late` those behind all else in it; `nested` are headings
    in it that start no section. `name` is what the title's slug is made of, where that is not the
    title: short names of emoji count as they were written.
    """

    title_html: str
    heading_html: str
    html: str
    ids: list[str]
    late: list[str]
    name: str | None = None
    nested: list["Nested"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Nested:
    """A heading within a block: what it is called, the id that it gives itself, and whether it is
    quoted or listed, so that it does not count among a document's own."""

    title: str
    pin: str
    is_quoted: bool


@dataclass(slots=True)
class _Part:
    """The tokens of a section: its heading's three, if it has one, and those below."""

    heading: list[Token]
    body: list[Token]
    first: int = 0  # 0-based line

    @property
    def marks(self) -> list[Token]:
        return _marks([*self.heading, *self.body])


@dataclass(slots=True)
class _Note:
    """A footnote's own tokens, and the line on which it was written."""

    line: int
    tokens: list[Token] = field(default_factory=list)


def render_sections(blocks: Blocks) -> list[Piece]:
    """The pieces of a document, cut at its heads; the first is the root's.

    Raises Refused when its footnotes, repeated below every section, become too long.
    """
    parse_inline(blocks)
    tokens, notes = _split_notes(blocks.tokens)
    parts = _parts(tokens)
    below = _Footer(notes, parts).below() if notes else [""] * len(parts)
    named = "wiki_links" in blocks.dialects
    pieces = [_piece(part, html, named) for part, html in zip(parts, below, strict=True)]
    _hand_on(pieces)
    return pieces


def _parts(tokens: list[Token]) -> list[_Part]:
    heads = [index for index, token in enumerate(tokens) if is_head(token)]
    parts = [_Part([], tokens[: heads[0]] if heads else tokens)]
    for index, end in zip(heads, [*heads[1:], len(tokens)], strict=False):
        heading, lines = tokens[index : index + 3], tokens[index].map
        parts.append(_Part(heading, tokens[index + 3 : end], lines[0] if lines else 0))
    return parts


def _piece(part: _Part, notes_html: str, named: bool) -> Piece:
    """`named` says that there may be blocks with names of their own."""
    heading = render(part.heading)
    title = _title_html(part.heading, heading)
    if not part.body and not notes_html:
        return Piece(title, heading, "", _ids(heading), [], _name(part.heading))
    code: list[str] = []
    html = render(part.body, code) + notes_html
    late = _LATE.search(html[-LONGEST_LATE:])
    names = _ids(late[0]) if late else []
    ids = _ids(heading + html)
    if named:
        ids += [token.meta["block"] for token in part.body if "block" in token.meta]
    name, nested = _name(part.heading), _nested(part.body) if "<h" in html else []
    shown = put_back(sanitise(html), code)
    if shown is None:  # raw HTML around it is not what it seems
        shown = sanitise(render(part.body) + notes_html)
    return Piece(title, heading, shown, ids, names, name, nested)


def _name(tokens: list[Token]) -> str | None:
    children = (tokens[1].children or []) if tokens else []
    if not any(child.type == "emoji" for child in children):
        return None
    written = [
        Token("text", "", 0, content=child.markup) if child.type == "emoji" else child
        for child in children
        if child.type not in _NOT_IN_TITLES
    ]
    return plain(sanitise_inline(render(written)))


def _nested(tokens: list[Token]) -> list[Nested]:
    """The headings within the blocks of a section."""
    found: list[Nested] = []
    quotes = 0
    for index, token in enumerate(tokens):
        if token.type in _QUOTING:
            quotes += token.nesting
        elif token.type == "heading_open":
            title = _name(tokens[index : index + 2])
            if title is None:
                title = plain(sanitise_inline(render(tokens[index + 1 : index + 2])))
            found.append(Nested(title, token.meta.get("pin", ""), quotes > 0))
    return found


def _hand_on(pieces: list[Piece]) -> None:
    """Names declared right above a heading are that heading's, as their links mean it."""
    for piece, following in pairwise(pieces):
        if piece.late:
            piece.ids = [name for name in piece.ids if name not in piece.late]
            following.ids = list(dict.fromkeys([*piece.late, *following.ids]))


def _ids(html: str) -> list[str]:
    """The names that raw HTML declares, each once, in order."""
    if " id=" not in html and " name=" not in html:
        return []
    names = dict.fromkeys(_ID.findall(html))
    return [name for name in names if not name.startswith(("fn--", "fnref--"))]


def _title_html(tokens: list[Token], heading: str) -> str:
    """What the title shows: the heading's HTML without the marks of footnotes."""
    if not tokens:
        return ""
    children = tokens[1].children or []
    if any(child.type in _NOT_IN_TITLES for child in children):
        shown = [child for child in children if child.type not in _NOT_IN_TITLES]
        inner = render(shown)
    else:
        inner = heading[heading.index(">") + 1 : heading.rindex("<")]
    return sanitise_inline(" ".join(inner.split())).strip()


def _split_notes(tokens: list[Token]) -> tuple[list[Token], dict[str, _Note]]:
    """The tokens outside footnotes, and all footnotes by label, in order; the first of a label
    holds, a second is shown where it was written."""
    notes: dict[str, _Note] = {}
    shown: list[Token] = []
    open_lists = [shown]
    for token in tokens:
        if token.type == "footnote_reference_open":
            label = token.meta["label"]
            if label in notes:
                open_lists.append(open_lists[-1])
            else:
                notes[label] = _Note(token.map[0] if token.map else 0)
                open_lists.append(notes[label].tokens)
        elif token.type == "footnote_reference_close":
            open_lists.pop()
        else:
            open_lists[-1].append(token)
    return shown, notes


def _marks(tokens: Iterable[Token]) -> list[Token]:
    """The references to footnotes in the text of these tokens."""
    return [
        child
        for token in tokens
        if token.type == "inline"
        for child in token.children or []
        if child.type == "footnote_ref"
    ]


class _Footer:
    """Footnotes, numbered by their first reference in the document.

    A note is shown below every section that refers to it, also by way of another note. One that
    nothing refers to is shown below the section in which it was written.
    """

    def __init__(self, notes: dict[str, _Note], parts: list[_Part]) -> None:
        self.notes = notes
        self.parts = parts
        self.marks = {label: _marks(note.tokens) for label, note in notes.items()}
        self.numbers: dict[str, int] = {}
        self.length = 0

    def below(self) -> list[str]:
        """For each part the HTML of the list of its notes, or ""; numbers all references."""
        wanted = [self._reached(_labels(part.marks)) for part in self.parts]
        reached = set().union(*wanted)
        ends = [*(part.first for part in self.parts[1:]), math.inf]
        for labels, part, end in zip(wanted, self.parts, ends, strict=True):
            orphans = [
                label
                for label, note in self.notes.items()
                if label not in reached and part.first <= note.line < end
            ]
            labels += [label for label in self._reached(orphans) if label not in labels]
        return [self._list(index, labels) for index, labels in enumerate(wanted)]

    def _reached(self, labels: list[str]) -> list[str]:
        """These labels and those of the notes that they refer to."""
        found = dict.fromkeys(labels)
        todo = list(found)
        for label in todo:
            new = [other for other in _labels(self.marks[label]) if other not in found]
            found.update(dict.fromkeys(new))
            todo += new
        return todo

    def _list(self, index: int, labels: list[str]) -> str:
        if not labels:
            return ""
        for label in labels:
            self.numbers.setdefault(label, len(self.numbers) + 1)
        labels = sorted(labels, key=self.numbers.__getitem__)
        seen: set[str] = set()
        for mark in [*self.parts[index].marks, *(m for name in labels for m in self.marks[name])]:
            label = mark.meta["label"]
            mark.meta = {
                "label": label,
                "place": f"{index}-{self.numbers[label]}",
                "first": label not in seen,
            }
            seen.add(label)
        items = []
        for label in labels:
            number = self.numbers[label]
            text = render(self.notes[label].tokens)
            if label in seen:
                back = f' <a href="#fnref--{index}-{number}">\u21a9</a>'
                text = f"{text[:-4]}{back}</p>" if text.endswith("</p>") else text + back
            items.append(f'<li id="fn--{index}-{number}" value="{number}">{text}</li>')
            self.length += len(text)
            if self.length > MOST_NOTES:
                raise Refused("repeats too much text in footnotes", self.notes[label].line + 1)
        return f'<ol class="footnotes">{"".join(items)}</ol>'


def _labels(marks: list[Token]) -> list[str]:
    return list(dict.fromkeys(mark.meta["label"] for mark in marks))
