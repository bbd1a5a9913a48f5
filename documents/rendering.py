"""Blocks to HTML. The whole document is rendered at once and then cut into its pieces, so that
link references and footnotes hold across sections."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from .highlighting import code_html
from .inline import RAW, Inline, inline_text
from .sanitising import sanitise, sanitise_inline
from .syntax import HIDING_TAGS, cells
from .tree import Block, Parsed

_ALERT = re.compile(r"\[!([A-Za-z]{1,20})\]\s*$")
_ID = re.compile(r"<[a-zA-Z][^<>]{0,1000}?\s(?:id|name)\s*=\s*[\"']?([^\s\"'<>]{1,200})")
# Nothing but empty elements, at the end of a section.
_LATE = re.compile(r"(?:\A|(?<=[>\n]))(?:\s|</?p>|<(a|span|div)\b[^<>]*>\s*</\1>)+\Z")
LONGEST_LATE = 1000
_NOTE_MARK = re.compile(r'<sup class="footnote"><a [^<>]*>\d+</a></sup>')
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_NOTES = {
    "note": "note",
    "info": "note",
    "abstract": "note",
    "example": "note",
    "tip": "note-tip",
    "hint": "note-tip",
    "success": "note-tip",
    "important": "note-important",
    "question": "note-important",
    "warning": "note-warning",
    "attention": "note-warning",
    "caution": "note-caution",
    "danger": "note-caution",
    "error": "note-caution",
    "failure": "note-caution",
    "bug": "note-caution",
}


@dataclass(slots=True)
class Piece:
    """What one section shows: the block that opens it (None for the root), its title, its HTML.

    `heading_html` is the heading before sanitising, from which its links are read; `ids` are the
    names that raw HTML in it declares, `late` those behind all else in it.
    """

    start: Block | None
    title_html: str
    heading_html: str
    html: str
    ids: list[str]
    late: list[str]


@lru_cache(maxsize=1)
def _inline() -> Inline:
    return Inline()


def render(parsed: Parsed) -> list[Piece]:
    """The pieces of a document, cut at its top-level headings and cuts; the first is the root's."""
    notes = _footnotes(parsed.root)
    inline = _inline()
    inline.begin(parsed.references, set(notes))
    builder = _Builder(inline, {id(note) for note in notes.values()})
    root = Element("div")
    starts: list[tuple[Block | None, int]] = [(None, 0)]
    for block in parsed.root.children:
        if block.kind in ("heading", "cut"):
            starts.append((block, len(root)))
        builder.add(root, block)
    shown = len(root)
    for note in notes.values():
        builder.children(SubElement(root, "li"), note)
    inline.run(root)
    elements = list(root)
    footer = _Footer(notes, elements[shown:], elements[:shown] if notes else [])
    pieces = []
    ends = [first for _, first in starts[1:]] + [shown]
    lines = [block.line for block, _ in starts if block is not None] + [None]
    for index, ((start, first), end) in enumerate(zip(starts, ends, strict=True)):
        own = elements[first:end]
        title = own.pop(0) if start is not None else None
        marked = own if title is None else [title, *own]
        own += footer.below(marked, index, start.line if start else 0, lines[index])
        pieces.append(_piece(inline, start, title, own))
    _hand_on(pieces)
    return pieces


def _hand_on(pieces: list[Piece]) -> None:
    """Names declared right above a heading are that heading's, as their links mean it."""
    for piece, following in pairwise(pieces):
        if piece.late:
            piece.ids = [name for name in piece.ids if name not in piece.late]
            following.ids = list(dict.fromkeys([*piece.late, *following.ids]))


def _piece(inline: Inline, start: Block | None, title: Element | None, own: list[Element]) -> Piece:
    heading = inline.html_of(title) if title is not None else ""
    html = "".join(map(inline.html_of, own))
    late = _LATE.search(html[-LONGEST_LATE:])
    return Piece(
        start,
        _title_html(heading),
        heading,
        sanitise(html),
        _ids(heading + html),
        _ids(late[0]) if late else [],
    )


def _ids(html: str) -> list[str]:
    """The names that raw HTML declares, each once, in order."""
    if " id=" not in html and " name=" not in html:
        return []
    names = dict.fromkeys(_ID.findall(html))
    return [name for name in names if not name.startswith(("fn--", "fnref--"))]


def _title_html(heading: str) -> str:
    if not heading:
        return ""
    inner = heading[heading.index(">") + 1 : heading.rindex("<")]
    inner = _NOTE_MARK.sub("", inner)
    return sanitise_inline(" ".join(inner.split())).strip()


def _footnotes(root: Block) -> dict[str, Block]:
    """All footnotes by label, in order; the first of a label holds."""
    notes: dict[str, Block] = {}
    todo = [root]
    while todo:
        block = todo.pop()
        if block.kind == "footnote":
            notes.setdefault(block.info, block)
        todo += reversed(block.children)
    return notes


class _Footer:
    """Footnotes, numbered by their first reference in the document.

    A note stands below every section that refers to it. One that nothing refers to stands below
    the section in which it was written.
    """

    def __init__(
        self, notes: dict[str, Block], elements: list[Element], body: list[Element]
    ) -> None:
        shown = [mark.get("data-note") for element in body for mark in element.iter("sup")]
        self.lines = {label: note.line for label, note in notes.items() if label not in shown}
        self.elements = dict(zip(notes, elements, strict=True))
        self.numbers: dict[str, int] = {}

    def below(self, own: list[Element], index: int, first: int, end: int | None) -> list[Element]:
        """Number the references in the piece `index`, which has the lines from `first` to `end`,
        and return the list of the notes that belong below it, if any."""
        if not self.elements:
            return []
        wanted: dict[str, int] = {}
        for element in own:
            for mark in element.iter("sup"):
                label = mark.attrib.pop("data-note", None)
                if label is not None:
                    number = self._link(mark, label, index, first=label not in wanted)
                    wanted[label] = number
        for label, line in self.lines.items():
            if line >= first and (end is None or line < end):
                wanted[label] = self._number(label)
        if not wanted:
            return []
        result = Element("ol", {"class": "footnotes"})
        for label, number in sorted(wanted.items(), key=lambda pair: pair[1]):
            attributes = {"value": str(number), "id": f"fn--{index}-{number}"}
            SubElement(result, "li", attributes).extend(self.elements[label])
        return [result]

    def _number(self, label: str) -> int:
        return self.numbers.setdefault(label, len(self.numbers) + 1)

    def _link(self, mark: Element, label: str, index: int, *, first: bool) -> int:
        number = self._number(label)
        link = SubElement(mark, "a", {"href": f"#fn--{index}-{number}"})
        if first:
            link.set("id", f"fnref--{index}-{number}")
        link.text = str(number)
        return number


class _Builder:
    """Blocks to elements whose text is still Markdown. `notes` are the footnotes to leave out."""

    def __init__(self, inline: Inline, notes: set[int]) -> None:
        self.inline = inline
        self.notes = notes

    def add(self, parent: Element, block: Block) -> None:
        kind = block.kind
        if kind == "paragraph":
            SubElement(parent, "p").text = _text(block)
        elif kind == "heading":
            SubElement(parent, f"h{block.level}").text = _text(block)
        elif kind == "cut":
            SubElement(parent, "h6").text = _text(block)
        elif kind == "fence":
            self._raw(parent, code_html(_lines(block), block.info))
        elif kind == "code":
            self._raw(parent, code_html(_lines(block)))
        elif kind == "html":
            self._raw(parent, _closed("\n".join(block.lines)) + "\n")
        elif kind == "rule":
            SubElement(parent, "hr")
        elif kind == "list":
            self._list(parent, block)
        elif kind == "quote":
            self._quote(parent, block)
        elif kind == "table":
            self._table(parent, block)
        elif kind == "admonition":
            self.children(self._note(parent, block.info, block.title), block)
        elif kind == "terms":
            self._terms(parent, block)
        elif kind == "footnote" and id(block) not in self.notes:
            # A label that stands twice: the second note is shown where it was written.
            self.children(parent, block)

    def children(self, parent: Element, block: Block) -> None:
        for child in block.children:
            self.add(parent, child)

    def _raw(self, parent: Element, html: str) -> None:
        SubElement(parent, RAW).text = AtomicString(self.inline.store(html))

    def _list(self, parent: Element, block: Block) -> None:
        element = SubElement(parent, "ol" if block.ordered else "ul")
        if block.ordered and block.start != 1:
            element.set("start", str(block.start))
        for item in block.children:
            entry = SubElement(element, "li")
            self._task(entry, item)
            for child in item.children:
                if child.kind == "paragraph" and not block.loose:
                    _append_text(entry, _text(child))
                else:
                    self.add(entry, child)

    def _task(self, entry: Element, item: Block) -> None:
        """A list item that starts with `[ ]` or `[x]` gets a box instead."""
        first = item.children[0] if item.children else None
        if first is None or first.kind != "paragraph":
            return
        found = _TASK.match(first.lines[0])
        if not found:
            return
        done = found[1] != " "
        entry.set("class", "task task-done" if done else "task")
        name, box = ("done", "\u2611") if done else ("to do", "\u2610")
        mark = f'<span class="task-mark" role="img" aria-label="{name}">{box}</span> '
        first.lines[0] = self.inline.store(mark) + first.lines[0][found.end() :]

    def _quote(self, parent: Element, block: Block) -> None:
        first = block.children[0] if block.children else None
        alert = _ALERT.match(first.lines[0]) if first and first.kind == "paragraph" else None
        if first and alert and alert[1].lower() in _NOTES:
            note = self._note(parent, alert[1].lower(), alert[1].capitalize())
            del first.lines[0]
            for child in block.children if first.lines else block.children[1:]:
                self.add(note, child)
            return
        self.children(SubElement(parent, "blockquote"), block)

    def _note(self, parent: Element, kind: str, title: str) -> Element:
        name = _NOTES.get(kind, "note")
        box = SubElement(parent, "div", {"class": "note" if name == "note" else f"note {name}"})
        if title:
            SubElement(box, "p", {"class": "note-title"}).text = title
        return box

    def _table(self, parent: Element, block: Block) -> None:
        wrapper = SubElement(parent, "div", {"class": "table", "tabindex": "0"})
        table = SubElement(wrapper, "table")
        _row(SubElement(table, "thead"), "th", block.lines[0], block.aligns)
        if len(block.lines) > 2:
            body = SubElement(table, "tbody")
            for line in block.lines[2:]:
                _row(body, "td", line, block.aligns)

    def _terms(self, parent: Element, block: Block) -> None:
        element = SubElement(parent, "dl")
        for child in block.children:
            if child.kind == "term":
                SubElement(element, "dt").text = _text(child)
            else:
                entry = SubElement(element, "dd")
                if len(child.children) == 1 and child.children[0].kind == "paragraph":
                    entry.text = _text(child.children[0])
                else:
                    self.children(entry, child)


def _row(parent: Element, tag: str, line: str, aligns: list[str]) -> None:
    """As many cells as the table has columns; further cells are dropped, as in GFM."""
    row = SubElement(parent, "tr")
    values = cells(line)
    for index, align in enumerate(aligns):
        attributes = {"class": f"align-{align}"} if align else {}
        cell = SubElement(row, tag, attributes)
        cell.text = inline_text(values[index]) if index < len(values) else ""


def _closed(html: str) -> str:
    """Raw HTML that hides nothing below it: an open comment is closed, the tag of an element
    that would swallow what follows becomes text."""
    if html.rfind("<!--") > html.rfind("-->"):
        html += "-->"
    lower = html.lower()
    for name in HIDING_TAGS:
        if lower.count(f"<{name}") > lower.count(f"</{name}"):
            html = re.sub(f"<(?={name})", "&lt;", html, flags=re.IGNORECASE)
    return html


def _text(block: Block) -> str:
    return inline_text("\n".join(block.lines).rstrip())


def _lines(block: Block) -> str:
    return "".join(f"{line}\n" for line in block.lines)


def _append_text(element: Element, text: str) -> None:
    """Text after what `element` holds already."""
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}\n{text}"
    else:
        element.text = f"{element.text}{text}" if element.text else text
