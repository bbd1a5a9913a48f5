"""A file's bytes to a Document: the one entry for text that comes in."""

import re
from dataclasses import dataclass
from html import escape

from . import encoding, frontmatter
from .blocks import parse_blocks
from .extracting import count_words, extract, first_heading, links_in, plain, tree_of
from .headings import assign_anchors, slug, split_pin, unwrap
from .kinds import kind_of_document
from .links import find_lines
from .naming import title_of
from .numbering import Prefix, confirm, find_prefix
from .outline import Item, Outline, find_outline
from .paths import find_steps
from .rendering import Piece, render
from .sanitising import sanitise
from .tree import Block, Parsed
from .values import Document, FrontMatter, Notice, ParsedSection, Question, Refused

LIMIT_BYTES = 5 * 1024 * 1024
LONGEST_LINE = 500_000
MOST_SECTIONS = 20_000
UNTITLED = "Untitled"

_TAG = re.compile(r"<[^<>]*>")


@dataclass(slots=True)
class _Head:
    """A heading or item while its place is worked out."""

    position: int
    block: Block
    source: str
    pin: str
    item: Item | None
    prefix: Prefix | None = None
    parent: int = 0
    level: int = 0
    number: str = ""


def parse(data: bytes, *, path: str, limit_bytes: int = LIMIT_BYTES) -> Document:
    """Parse one file. `path` is only used for a title of last resort.

    Raises Refused when the file cannot be taken in as a whole.
    """
    if len(data) > limit_bytes:
        size, limit = len(data) / 1024 / 1024, limit_bytes / 1024 / 1024
        raise Refused(f"is {size:.1f} MB; the limit is {limit:.1f} MB")
    decoded = _decode(data)
    front, taken, odd = frontmatter.split(decoded.text)
    notices = decoded.notices + odd
    lines = decoded.text.removesuffix("\n").split("\n")
    # Blank lines in its place keep every line number right.
    lines[:taken] = [""] * taken
    lines, parsed, outline = _structure(lines, front)
    notices += parsed.notices + (outline.notices if outline else [])
    heads = _heads(parsed.root, outline)
    titled = _opens_with_title(heads)
    _place(heads, titled, notices)
    pieces = render(parsed)
    sections, title_anchor = _sections(heads, pieces, lines, titled)
    title = front.title or sections[0].title or first_heading(sections[0].html)
    if not title:
        title = sections[1].title if len(sections) > 1 else title_of(path)
    steps = find_steps(sections, title, is_path=front.kind == "path")
    return Document(
        title=title,
        title_anchor=title_anchor,
        kind=front.kind or kind_of_document(title, sections, steps),
        front=front,
        sections=sections,
        notices=sorted(notices, key=lambda notice: notice.line or 0),
        repaired=decoded.repaired,
        steps=steps,
    )


def _decode(data: bytes) -> encoding.Decoded:
    decoded = encoding.decode(data)
    if decoded.repaired and frontmatter.forbids_repair(decoded.text):
        return encoding.decode(data, as_is=True)
    return decoded


def _structure(lines: list[str], front: FrontMatter) -> tuple[list[str], Parsed, Outline | None]:
    """The blocks of a document; in an outline, with the lines and cuts of its items."""
    for number, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            raise Refused(f"the line has more than {LONGEST_LINE:,} characters", number + 1)
    parsed = parse_blocks(lines)
    outline = find_outline(parsed.root, lines, declared=front.kind == "outline")
    if outline is None:
        return lines, parsed, None
    return outline.lines, parse_blocks(outline.lines, frozenset(outline.items)), outline


def _heads(root: Block, outline: Outline | None) -> list[_Head]:
    heads: list[_Head] = []
    for block in root.children:
        if block.kind == "heading":
            source, pin = split_pin(" ".join(line.strip() for line in block.lines))
            heads.append(_Head(len(heads), block, source, pin, None, level=block.level))
        elif block.kind == "cut" and outline is not None:
            item = outline.items[block.line]
            source, pin = split_pin(item.title)
            heads.append(_Head(len(heads), block, source, pin, item, number=item.number))
        if len(heads) > MOST_SECTIONS:
            raise Refused(f"has more than {MOST_SECTIONS:,} headings", block.line + 1)
    return heads


def _opens_with_title(heads: list[_Head]) -> bool:
    """Whether the first heading is the only H1 and so the title."""
    return bool(heads) and heads[0].level == 1 and sum(head.level == 1 for head in heads) == 1


def _place(heads: list[_Head], titled: bool, notices: list[Notice]) -> None:
    """Set parent, level and number of every head, and what is left of its source as its text.

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
    for head in heads:
        if head.item is not None:
            parent = heads[head.parent - first] if head.parent >= first else None
            head.level = (parent.level if parent else 0) + 1
            _check_number(head, parent, notices)


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
            head.block.lines = [head.source or head.number]
    for siblings in families.values():
        parts = [below.get(head.position, set()) for head in siblings]
        numbered = confirm([head.prefix for head in siblings], parts)
        for head, is_number in zip(siblings, numbered, strict=True):
            source = unwrap(head.source)
            if is_number and head.prefix is not None:
                head.number = head.prefix.number
                head.block.lines = [source[head.prefix.length :].strip()]
            else:
                head.prefix = None
                head.block.lines = [source]


def _check_number(head: _Head, parent: _Head | None, notices: list[Notice]) -> None:
    if parent is None or not parent.number:
        return
    if head.number.rpartition(".")[0] != parent.number:
        message = f"number {head.number} stands below {parent.number}"
        notices.append(Notice(head.block.line + 1, message))


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
            wanted.append((_beside_images(piece.heading_html, slug(prefix + title)), head.pin))
    anchors = assign_anchors(wanted)
    ends = [head.block.line for head in heads] + [len(lines)]
    root = _root(lines[: ends[0]], pieces[0])
    sections = [root]
    for index, (head, piece) in enumerate(_pairs(heads, pieces)):
        start = max(head.block.last, head.block.line) + 1
        own = lines[start : ends[index + 1]]
        section = ParsedSection(
            parent=head.parent,
            anchor=anchors[index],
            number=head.number,
            title=titles[index],
            title_html=piece.title_html or escape(titles[index], quote=False),
            heading=head.source,
            level=head.level,
            is_item=head.item is not None,
            markdown=_trim(own),
            html=piece.html,
            text="",
            code="",
            words=0,
            line=head.block.line + 1,
            anchors=piece.ids,
        )
        if titled and index == 0:
            section = _merge_title(root, section)
            sections = [section]
        else:
            sections.append(section)
        _read(section, piece, own, start + 1)
    if not titled:
        _read(root, pieces[0], lines[: ends[0]], 1)
    return sections, anchors[0] if titled else ""


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


def _root(own: list[str], piece: Piece) -> ParsedSection:
    return ParsedSection(
        parent=None,
        anchor="",
        number="",
        title="",
        title_html="",
        heading="",
        level=0,
        is_item=False,
        markdown=_trim(own),
        html=piece.html,
        text="",
        code="",
        words=0,
        line=1,
        anchors=piece.ids,
    )


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
