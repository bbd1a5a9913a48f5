"""The rules that find tags in a text; each kind of tag has its own reader."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from documents import boxes

from . import tags
from .dialect import Env, parse_inside, reading_of
from .pairs import CODE
from .snippets import DEEPEST
from .tags import Tag

_AROUND = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*")
# What may hold something; the marks of other tags, of which nothing can be made, stay.
_HOLDING = frozenset(
    ("layout", "hidden", "box", "typed", "fold", "group", "tab", "headed", "quote")
)
# What has a look or a title, also where its text begins on its own line.
_ON_A_LINE = frozenset(
    ("box", "typed", "fold", "group", "tab", "headed", "entry", "unseen", "quote")
)
MOST_LINES = 60  # of one tag
LONGEST = 4_000  # characters of it
MOST_TAGS = 20  # within one whose text begins on its own line
LONGEST_IN_TEXT = 400  # characters of code between two tags in a line of text


@dataclass(frozen=True, slots=True)
class Syntax:
    """One kind of tag.

    name   what reports call it
    start  what a tag starts with
    tag    matches a whole tag from its start
    read   reads what was matched; None where it is no tag after all

    Tags that are not known stay as they are if `keeps_unknown`; with `dedents` they may be indented.
    """

    name: str
    start: tuple[str, ...]
    tag: re.Pattern[str]
    read: tags.Reader
    keeps_unknown: bool = True
    dedents: bool = False

    def find(self, src: str, start: int, end: int) -> tuple[Tag, int] | None:
        """The tag at `start`, and where it ends."""
        if not src.startswith(self.start, start):
            return None
        found = self.tag.match(src, start, end)
        tag = self.read(found[0]) if found else None
        return (tag, found.end()) if found and tag else None


@dataclass(slots=True)
class Lines:
    """The tags that are on lines of their own: by their first line the tag, the line below it,
    and the first and the last line of the tag that closes it."""

    tags: dict[int, tuple[Tag, int]]
    closing: dict[int, tuple[int, int]]
    closers: set[int]


def lines_of(syntax: Syntax, state: StateBlock) -> Lines:
    """Found once for a document, so that many tags which never close cost no more than one."""
    key = f"tags {syntax.name}"
    if key not in state.env:
        state.env[key] = _scan(syntax, state.src)
    lines: Lines = state.env[key]
    return lines


def _scan(syntax: Syntax, src: str) -> Lines:
    found = Lines({}, {}, set())
    opened: list[tuple[str, int]] = []
    counts: Counter[str] = Counter()
    below = 0
    for number, start in _starts(syntax, src):
        if number < below:
            continue
        hit = syntax.find(src, start, min(start + LONGEST, len(src)))
        if hit is None:
            continue
        tag, end = hit
        last = number + src.count("\n", start, end)
        if src[end : src.find("\n", end)].strip() or last - number >= MOST_LINES:
            continue
        below = last + 1
        found.tags[number] = (tag, below)
        if tag.closes:
            if (opener := _close(opened, counts, tag.name)) is not None:
                found.closing[opener] = (number, below)
                found.closers.add(number)
        elif not tag.stands_alone:
            opened.append((tag.name, number))
            counts[tag.name] += 1
    return found


def _close(opened: list[tuple[str, int]], counts: Counter[str], name: str) -> int | None:
    """The line that opened the last tag of this name, or the last of any name (`end` of Zola). What
    was opened in it and never closed holds nothing."""
    if name == "end" and opened:
        name = opened[-1][0]
    if not counts[name]:
        return None
    while True:
        other, line = opened.pop()
        counts[other] -= 1
        if other == name:
            return line


def _starts(syntax: Syntax, src: str) -> Iterator[tuple[int, int]]:
    """The lines outside code that begin with a tag, and where in the text it starts."""
    position, code = 0, ""
    for number, line in enumerate(src.split("\n")):
        start, position = position, position + len(line) + 1
        if fence := CODE.match(line):
            if not code:
                code = fence[1] if "`" not in fence[2] or fence[1][0] == "~" else ""
            elif fence[1].startswith(code) and not fence[2].strip():
                code = ""
        elif not code and syntax.start[0][0] in line:
            begin = start + _AROUND.match(line).end()  # type: ignore[union-attr]
            if src.startswith(syntax.start, begin):
                yield number, begin


def block(syntax: Syntax, state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A tag on lines of its own, with what it holds."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(syntax.start, start) or state.is_code_block(line):
        return False
    lines = lines_of(syntax, state)
    if line not in lines.tags:
        return _pair(syntax, state, line, end, silent)
    tag, below = lines.tags[line]
    closing = lines.closing.get(line)
    if closing and (closing[0] >= end or leaves(state, below, closing[0])):
        closing = None
    known = tag.name in tags.KNOWN
    if below > end or (not known and syntax.keeps_unknown):
        return False  # it is counted as part of its paragraph
    if silent:
        return True
    if closing:
        _open(syntax, state, [line, below, *closing], tag)
        state.line = closing[1]
        return True
    state.line = below
    if tag.closes or tags.stand_alone(state, line, below, tag) or not syntax.keeps_unknown:
        if not known and not tag.closes:
            count(state.env, syntax, tag)
        return True
    if tags.KNOWN[tag.name] != "include":
        count(state.env, syntax, tag)  # an include has counted itself
    state.line = line
    return False


def _open(syntax: Syntax, state: StateBlock, lines: list[int], tag: Tag) -> None:
    """A tag with what is between its lines and those of the tag that closes it."""
    first, below, last, end = lines
    if tags.KNOWN.get(tag.name) == "unseen":
        return
    indent = state.sCount[first]
    if tags.holds_code(state, tag, below, last):
        tags.put_code(state, [first, end], tag, state.getLines(below, last, indent, True))
        return
    inside = [state.sCount[line] for line in range(below, last) if not state.isEmpty(line)]
    least = max(state.blkIndent, min(inside, default=indent))
    # What is indented in it is no code; what is less so than the tag is in it all the same.
    indent = least if syntax.dedents else min(indent, least)
    tags.open_block(
        state, [first, end], tag, lambda: boxes.fill(state, below, last, indent, "container")
    )


def _pair(syntax: Syntax, state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A tag whose text begins on its own line, up to the tag that closes it and ends a line."""
    start = state.bMarks[line] + state.tShift[line]
    stop = min(start + LONGEST, state.eMarks[end - 1])
    hit = syntax.find(state.src, start, stop)
    if hit is None or hit[0].closes or hit[0].stands_alone or state.env.get("depth", 0) >= DEEPEST:
        return False
    tag, begin = hit
    if tags.KNOWN.get(tag.name) not in _ON_A_LINE:
        return False
    closing = closing_of(syntax, state.src, tag, begin, stop)
    if closing is None or state.src[closing[1] : state.src.find("\n", closing[1])].strip():
        return False
    below = line + state.src.count("\n", start, closing[1]) + 1
    if leaves(state, line, below - 1):
        return False
    if silent:
        return True
    state.line = below
    if tags.KNOWN[tag.name] == "unseen":
        return True
    text = state.src[begin : closing[0]]
    tags.open_block(state, [line, below], tag, lambda: fill(state, [line, below], text))
    return True


def closing_of(syntax: Syntax, src: str, tag: Tag, start: int, stop: int) -> tuple[int, int] | None:
    """Where the tag that closes this one begins and ends, those of its name within it apart."""
    if src.find("/", start, stop) < 0 and src.find("end", start, stop) < 0:
        return None
    depth = 1
    for found in islice(syntax.tag.finditer(src, start, stop), MOST_TAGS):
        other = syntax.read(found[0]) if src.startswith(syntax.start, found.start()) else None
        if other and other.name == tag.name and not other.stands_alone:
            depth += -1 if other.closes else 1
            if not depth:
                return found.start(), found.end()
    return None


def fill(state: StateBlock, lines: list[int], text: str) -> None:
    """Put in the blocks of a text that begins behind a tag."""
    first, _, rest = text.partition("\n")
    text = f"{first.strip()}\n{textwrap.dedent(rest)}".strip("\n")
    for token in state.env["parse"](text, {"depth": state.env.get("depth", 0) + 1}):
        token.map = list(lines) if token.map else None
        token.level += state.level + 1
        state.tokens.append(token)


def leaves(state: StateBlock, first: int, last: int) -> bool:
    """Whether one of these lines is no longer in the list or quote around them."""
    return any(
        state.sCount[line] < state.blkIndent and not state.isEmpty(line)
        for line in range(first, last + 1)
    )


def inline(syntax: Syntax, state: StateInline, silent: bool) -> bool:
    """A tag in running text."""
    if not state.src.startswith(syntax.start, state.pos):
        return False
    hit = syntax.find(state.src, state.pos, min(state.posMax, state.pos + 2000))
    if hit is None:
        return False
    tag, end = hit
    if not tag.closes and _with_text(syntax, state, tag, end, silent):
        return True
    what = tags.KNOWN.get(tag.name)
    source = "" if tag.closes and what else tags.inline_source(tag)
    if source is None and what not in _HOLDING:
        if not silent:
            # A title is known without it.
            if not state.env.get("in heading") or state.src.strip() == tag.source:
                state.pending += tag.source
            if not tag.closes and what is None:
                count(state.env, syntax, tag)
        state.pos = end
        return True
    if not silent and source:
        parse_inside(state, source)
    state.pos = end
    return True


def _with_text(syntax: Syntax, state: StateInline, tag: Tag, end: int, silent: bool) -> bool:
    """A tag of code, of a link or of a text that is not shown, with what it holds."""
    what, url = tags.KNOWN.get(tag.name), tags.url_around(tag)
    has_text = url or what in ("code", "unseen", "said")
    closing = _closing(syntax, state, tag, end) if has_text else None
    if closing is None:
        return False
    inside = state.src[end : closing[0]].strip()
    if what == "said":
        title = tag.get("title", "name")
        inside = f"{tags.escaped(title)} {inside}" if title else inside
        if not silent:
            parse_inside(state, inside)
        state.pos = closing[1]
        return True
    if url and (not inside or "](" in inside):
        return False
    if not silent and what == "code":
        state.push("code_inline", "code", 0).content = inside
    elif not silent and url:
        parse_inside(state, f"[{' '.join(inside.split())}]({tags.destination(url)})")
    state.pos = closing[1]
    return True


def _closing(syntax: Syntax, state: StateInline, tag: Tag, start: int) -> tuple[int, int] | None:
    """Where in the same text the tag begins and ends that closes one of code."""
    stop = min(state.posMax, start + LONGEST_IN_TEXT)
    if not any(state.src.find(mark + tag.name, start, stop) > 0 for mark in ("/", "end")):
        return None
    for found in syntax.tag.finditer(state.src, start, stop):
        other = syntax.read(found[0])
        if other and other.closes and other.name == tag.name:
            return found.start(), found.end()
    return None


def count(env: Env, syntax: Syntax, tag: Tag) -> None:
    """Count a tag that stays as it was written, or is left out."""
    what = "shown as written" if syntax.keeps_unknown else "left out"
    reading_of(env).unread[f"{syntax.name} {what}: {tag.name}"] += 1
