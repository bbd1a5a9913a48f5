"""Elements of HTML as MDX reads them: what they hold is Markdown, without a blank line and indented
too. `<div>`, `*a*`, `</div>` on three lines are a paragraph in a `div`."""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_block import StateBlock

from documents.raw_html import HIDING_TAGS, HTML_TAGS

from . import snippets, tag_rules
from .components import BRACES
from .dialect import INTERRUPTING, Dialect, signs
from .mdx_expressions import is_mdx
from .tag_rules import Syntax
from .tags import Tag

_TAG = re.compile(
    r"<(/?)([a-z][a-z0-9]*)"
    rf"((?:\s+(?:{BRACES}|[A-Za-z_@:][\w:@.-]*(?:\s*=\s*"
    rf"(?:\"[^\"]*\"|'[^']*'|{BRACES}|[^\s\"'{{}}<>=`]+))?))*+)\s*(/?)>"
)
_VOID = "area base br col embed frame hr img input link meta param source track wbr"
_AS_WRITTEN = "pre samp listing h1 h2 h3 h4 h5 h6 html head body"
_ELEMENTS = HTML_TAGS - HIDING_TAGS - set(_VOID.split()) - set(_AS_WRITTEN.split())
DEEPEST = 50  # elements in each other
# What holds a line of text and no paragraphs.
_LINE_ELEMENTS = "p summary figcaption caption dt legend th"
_OF_A_LINE = frozenset(_LINE_ELEMENTS.split())
_BLOCK = re.compile(
    r"\n[ \t]*(?:\n|[-*+][ \t]|\d+[.)][ \t]|[`~]{3}|>|</?[A-Z]"
    rf"|</?(?:{'|'.join(block_names)})\b)"
)


def _read(source: str) -> Tag | None:
    found = _TAG.fullmatch(source)
    if not found or found[2] not in _ELEMENTS:
        return None
    return Tag(found[2], source, closes=bool(found[1]), stands_alone=bool(found[4]))


_SYNTAX = Syntax("element", ("<",), _TAG, _read, dedents=True)


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("<", start) or not is_mdx(state.env) or state.is_code_block(line):
        return False
    hit = _SYNTAX.find(state.src, start, min(start + tag_rules.LONGEST, len(state.src)))
    if hit is None or hit[0].closes or hit[0].stands_alone:
        return False
    tag, behind = hit
    if silent and tag.name not in block_names:  # it may be part of a paragraph
        return False
    if state.env.get("elements", 0) >= DEEPEST:
        return False
    lines = tag_rules.lines_of(_SYNTAX, state)
    if line in lines.closing:
        return _over_lines(state, line, end, silent, tag, lines)
    return tag.name in block_names and _from_its_line(state, line, end, silent, tag, behind)


def _over_lines(
    state: StateBlock, line: int, end: int, silent: bool, tag: Tag, lines: tag_rules.Lines
) -> bool:
    """A tag on lines of its own, up to the one that closes it on lines of its own."""
    below, (last, after) = lines.tags[line][1], lines.closing[line]
    if last >= end or tag_rules.leaves(state, below, last):
        return False
    if silent:
        return True
    indents = [state.sCount[at] for at in range(below, last) if not state.isEmpty(at)]
    indent = max(state.blkIndent, min(indents, default=state.blkIndent))
    inside = state.getLines(below, last, indent, False)
    if tag.name in _OF_A_LINE and not _BLOCK.search(f"\n{inside}"):
        _put_line(state, [line, after], f"{tag.source}{inside.strip()}</{tag.name}>")
        state.line = after
        return True

    def fill() -> None:
        # Headings in it start sections, as they do behind a blank line.
        outer = state.blkIndent, state.lineMax
        state.blkIndent, state.lineMax = indent, last
        state.md.block.tokenize(state, below, last)
        state.blkIndent, state.lineMax = outer

    _put(state, [line, after], tag, fill)
    state.line = after
    return True


def _from_its_line(
    state: StateBlock, line: int, end: int, silent: bool, tag: Tag, behind: int
) -> bool:
    """A tag whose content begins on its own line, up to the tag that closes it and ends a line."""
    stop = min(behind + tag_rules.LONGEST, state.eMarks[end - 1])
    closing = tag_rules.closing_of(_SYNTAX, state.src, tag, behind, stop)
    if state.env.get("depth", 0) >= snippets.DEEPEST:
        return False
    if closing is None or state.src[closing[1] : state.src.find("\n", closing[1])].strip():
        return False
    below = line + state.src.count("\n", behind - len(tag.source), closing[1]) + 1
    if tag_rules.leaves(state, line, below - 1):
        return False
    if silent:
        return True
    text = state.src[behind : closing[0]]
    if "\n" not in text or (tag.name in _OF_A_LINE and not _BLOCK.search(text)):
        _put_line(state, [line, below], f"{tag.source}{text.strip()}</{tag.name}>")
    else:
        _put(state, [line, below], tag, lambda: tag_rules.fill(state, [line, below], text))
    state.line = below
    return True


def _put_line(state: StateBlock, lines: list[int], source: str) -> None:
    """An element whose content is running text."""
    opening = state.push("paragraph_open", "p", 1)
    opening.hidden, opening.map = True, lines
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = source, lines, []
    state.push("paragraph_close", "p", -1).hidden = True


def _put(state: StateBlock, lines: list[int], tag: Tag, fill: Callable[[], None]) -> None:
    """An element with blocks; those of a paragraph stand for themselves."""
    for content in (tag.source, f"</{tag.name}>"):
        if tag.name not in _OF_A_LINE:
            token = state.push("html_block", "", 0)
            token.content, token.map = f"{content}\n", list(lines)
        if content is tag.source:
            state.env["elements"] = state.env.get("elements", 0) + 1
            fill()
            state.env["elements"] -= 1


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("html_block", "mdx_element", _block, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"<[a-z]"),
    rules=_rules,
    tools=frozenset({"docusaurus", "mintlify", "nextra", "starlight"}),
    examples=(
        # Only in MDX, which these are not: see the tests of MDX.
        ("<div>\n*a*\n</div>", "<div>\n*a*\n</div>"),
        ("<p>*a*</p>", "<p>*a*</p>"),
        ("<div>\n\n*a*\n\n</div>", "<div>\n<p><em>a</em></p></div>"),
    ),
)
