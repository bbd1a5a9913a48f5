"""Sections: a document's headings and items with their places, numbers, anchors and texts."""

import math
import re
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from markdown_it.token import Token

from .attributes import split, without_id
from .links import find_lines
from .markdown import Blocks, is_head
from .numbering import Prefix, confirm, find_prefix
from .outline import Item, Outline
from .plain_text import count_words, extract, links_in, plain, tree_of
from .sanitizer import sanitise
from .section_html import Piece, render_sections
from .slugs import assign_anchors, slug, unwrap
from .values import Notice, ParsedSection, Question, Refused

MOST_SECTIONS = 20_000
UNTITLED = "Untitled"

_TAG = re.compile(r"<[^<>]*>")


@dataclass(slots=True)
class _Head:
    """A heading or item while its place is worked out. `below` is the first line of its text;
    `source` is what it says, `written` the same with its attributes but for its id."""

    position: int
    line: int
    below: int
    text: Token
    source: str
    written: str
    pin: str
    item: Item | None
    prefix: Prefix | None = None
    parent: int = 0
    level: int = 0
    number: str = ""


def find_sections(
    blocks: Blocks, outline: Outline | None, lines: list[str]
) -> tuple[list[ParsedSection], str, list[Notice]]:
    """All sections, the root first; the anchor of the title heading, which is the root's, or "";
    and what was odd about numbers. `lines` are those that `blocks` were parsed from.

    Raises Refused for more than MOST_SECTIONS headings.
    """
    heads = _heads(blocks, outline)
    titled = _opens_with_title(heads)
    notices = _place(heads, titled)
    pieces = render_sections(blocks)
    sections, anchor = _sections(heads, pieces, lines, titled)
    return sections, anchor, notices


def _heads(blocks: Blocks, outline: Outline | None) -> list[_Head]:
    heads: list[_Head] = []
    for token, text in pairwise(blocks.tokens):
        if not is_head(token) or token.map is None:
            continue
        line, below = token.map
        item = outline.items[line] if outline and token.markup == "cut" else None
        written = item.title if item else " ".join(map(str.strip, text.content.split("\n")))
        source, attributes = split(written)
        pin = attributes.name if attributes else ""
        head = _Head(len(heads), line, below, text, source, without_id(written), pin, item)
        if item:
            head.number = item.number
        else:
            head.level = int(token.tag[1])
        heads.append(head)
        if len(heads) > MOST_SECTIONS:
            raise Refused(f"has more than {MOST_SECTIONS:,} headings", line + 1)
    return heads


def _opens_with_title(heads: list[_Head]) -> bool:
    """Whether the first heading is the only H1 and so the title."""
    return bool(heads) and heads[0].level == 1 and sum(head.level == 1 for head in heads) == 1


def _place(heads: list[_Head], titled: bool) -> list[Notice]:
    """Set parent, level and number of every head, and what is left of its source as its text;
    what is odd about the numbers.

    Indices are those of the sections: head `i` is section `i + 1`, or `i` under a title heading.
    """
    first = 0 if titled else 1
    above: list[tuple[int, int]] = []  # level and index of the headings around
    items: list[tuple[int, int]] = []  # parts and index of the items around, below that heading
    for position, head in enumerate(heads):
        index = position + first
        if head.item is None:
            while above and above[-1][0] >= head.level:
                above.pop()
            head.parent = above[-1][1] if above else 0
            above.append((head.level, index))
            items = []
            head.prefix = find_prefix(unwrap(head.source))
            continue
        parts = head.item.number.count(".") + 1
        while items and items[-1][0] >= parts:
            items.pop()
        head.parent = items[-1][1] if items else above[-1][1] if above else 0
        items.append((parts, index))
    _number(heads, first)
    notices = []
    for head in heads:
        if head.item is not None:
            parent = heads[head.parent - first] if head.parent >= first else None
            head.level = (parent.level if parent else 0) + 1
            above_number = parent.number if parent else ""
            if above_number and head.number.rpartition(".")[0] != above_number:
                message = f"number {head.number} is below {above_number}"
                notices.append(Notice(head.line + 1, message))
    return notices


def _number(heads: list[_Head], first: int) -> None:
    """Decide, sibling by sibling, which prefixes are numbers, and cut them off the titles."""
    families: dict[int, list[_Head]] = {}
    below: dict[int, set[str]] = {}
    for position, head in enumerate(heads):
        if head.prefix is not None and head.prefix.certain:
            below.setdefault(head.parent - first, set()).add(head.prefix.number.split(".")[0])
        if head.item is None:
            # A title heading is section 0 and its own family, not a sibling of its children.
            family = -1 if position + first == 0 else head.parent
            families.setdefault(family, []).append(head)
        else:
            head.text.content = head.source or head.number
    for siblings in families.values():
        parts = [below.get(head.position, set()) for head in siblings]
        numbered = confirm([head.prefix for head in siblings], parts)
        for head, is_number in zip(siblings, numbered, strict=True):
            source = unwrap(head.source)
            if is_number and head.prefix is not None:
                head.number = head.prefix.number
                head.text.content = source[head.prefix.length :].strip()
            else:
                head.prefix = None
                head.text.content = source


def _sections(
    heads: list[_Head], pieces: list[Piece], lines: list[str], titled: bool
) -> tuple[list[ParsedSection], str]:
    """All sections, the root first, and the anchor of the title heading, which is the root's."""
    titles = [
        plain(piece.title_html) or plain(sanitise(piece.heading_html)) or head.number or UNTITLED
        for head, piece in _pairs(heads, pieces)
    ]
    wanted = []
    for (head, piece), title in zip(_pairs(heads, pieces), titles, strict=True):
        if head.item is not None:
            wanted.append((head.number.replace(".", "-"), head.pin))
        else:
            prefix = head.prefix.text if head.prefix else ""
            name = slug(prefix + (title if piece.name is None else piece.name))
            wanted.append((_beside_images(piece.heading_html, name), head.pin))
    anchors = _anchors(wanted, pieces)
    ends = [head.line for head in heads] + [len(lines)]
    top = lines[: ends[0]]
    root = ParsedSection(markdown=_trim(top), html=pieces[0].html, anchors=pieces[0].ids)
    sections = [root]
    for index, (head, piece) in enumerate(_pairs(heads, pieces)):
        own = lines[head.below : ends[index + 1]]
        section = ParsedSection(
            parent=head.parent,
            anchor=anchors[index],
            number=head.number,
            title=titles[index],
            title_html=piece.title_html or escape(titles[index], quote=False),
            heading=head.written,
            level=head.level,
            is_item=head.item is not None,
            markdown=_trim(own),
            html=piece.html,
            line=head.line + 1,
            anchors=piece.ids,
        )
        if titled and index == 0:
            section = _merge_title(root, section)
            sections = [section]
        else:
            sections.append(section)
        _read(section, piece, own, head.below + 1)
    if not titled:
        _read(root, pieces[0], top, 1)
    return sections, anchors[0] if titled else ""


def _anchors(wanted: list[tuple[str, str]], pieces: list[Piece]) -> list[str]:
    """The anchors of the heads. Headings within blocks get one too, which is a further name of the
    section around; as on GitHub they count among those of their slug, but for quoted ones."""
    places = [
        (index, heading)
        for is_quoted in (False, True)
        for index, piece in enumerate(pieces)
        for heading in piece.nested
        if heading.is_quoted == is_quoted
    ]
    if not places:
        return assign_anchors(wanted)
    ordered: list[tuple[float, tuple[str, str]]] = list(enumerate(wanted, start=1))
    for index, heading in places:
        place = math.inf if heading.is_quoted else index + 0.5
        ordered.append((place, (slug(heading.title), heading.pin)))
    order = sorted(range(len(ordered)), key=lambda index: ordered[index][0])
    assigned = assign_anchors([ordered[index][1] for index in order])
    anchors = [""] * len(ordered)
    for index, anchor in zip(order, assigned, strict=True):
        anchors[index] = anchor
    for (index, _), anchor in zip(places, anchors[len(wanted) :], strict=True):
        pieces[index].ids.append(anchor)
    return anchors[: len(wanted)]


def _beside_images(heading_html: str, name: str) -> str:
    """GitHub's slug of a heading with images: blanks between them and the text become dashes."""
    if "<img" not in heading_html:
        return name
    text = _TAG.sub("", heading_html)
    if not text.strip():
        return name
    before, after = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    return "-" * before + name + "-" * after


def _pairs(heads: list[_Head], pieces: list[Piece]) -> list[tuple[_Head, Piece]]:
    return list(zip(heads, pieces[1:], strict=True))


def _merge_title(root: ParsedSection, section: ParsedSection) -> ParsedSection:
    """The title heading becomes the root's; what stood above it comes first in the root's text."""
    section.parent, section.level = None, 0
    section.anchors = [section.anchor, *root.anchors, *section.anchors]
    section.anchor = ""
    section.markdown = "\n\n".join(filter(None, (root.markdown, section.markdown)))
    section.html = root.html + section.html
    return section


def _read(section: ParsedSection, piece: Piece, own: list[str], first: int) -> None:
    """Fill in what a section's HTML says."""
    found = extract(section.html, section.title)
    section.text, section.code = found.text, found.code
    section.definitions, section.questions = found.definitions, found.questions
    if section.title.endswith("?"):
        section.questions.insert(0, Question(section.title))
    section.links = found.links
    if "<a " in piece.heading_html or "<img" in piece.heading_html:
        section.links[:0] = links_in(tree_of(sanitise(piece.heading_html)))
    find_lines(section.links, [section.heading, *own], first - 1)
    section.words = count_words(section.text)


def _trim(lines: list[str]) -> str:
    """Lines as one text without the blank lines around it."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(lines[start:end])
