"""Boxes that are written as code: ```` ```ad-note ```` (Obsidian's Admonition),
```` ```admonish tip "Title" ```` (mdBook)."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from documents import boxes

from .dialect import INTERRUPTING, Dialect, signs

_OPENER = re.compile(
    r"(`{3,}|~{3,})[ \t]*(?:ad-([A-Za-z][\w-]{0,30})|admonish(?:[ \t]+([A-Za-z][\w-]{0,30}))?"
    r"((?:[ \t,.][^\n`]*)?))[ \t]*"
)
_TITLE = re.compile(r"(?:title[ \t]*=[ \t]*)?\"([^\"]*)\"")
_OPTION = re.compile(r"(title|collapse|icon|color):[ \t]*(.*?)[ \t]*")


def _box(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(("```", "~~~"), start) or state.is_code_block(line):
        return False
    found = _OPENER.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    if silent:
        return True
    last, below = boxes.fence_end(state, line, end, found[1])
    kind = (found[2] or found[3] or "note").lower()
    said = _TITLE.search(found[4] or "")
    title = said[1] if said else None
    fold: bool | None = None if "collapsible" not in (found[4] or "") else True
    first = line + 1
    while found[2] and first < last and (option := _option(state, first)):
        if option[1] == "title":
            title = option[2]
        elif option[1] == "collapse" and option[2] != "none":
            fold = option[2] != "open"
        first += 1
    title = boxes.title_of(kind) if title is None else title
    state.tokens += boxes.opening(kind, title, state.level, [line, below], fold=fold)
    boxes.fill(state, first, last, state.sCount[line], "container")
    boxes.close(state, "div" if fold is None else "details")
    state.line = below
    return True


def _option(state: StateBlock, line: int) -> re.Match[str] | None:
    start = state.bMarks[line] + state.tShift[line]
    return _OPTION.fullmatch(state.src, start, state.eMarks[line])


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "box_fence", _box, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"```+[ \t]*ad(?:-|monish)", r"~~~+[ \t]*ad(?:-|monish)"),
    rules=_rules,
    examples=(
        (
            "```ad-warning\ntitle: Mind *it*\ncollapse: open\nText.\n```\nBelow.",
            '<details class="note note-warning" open=""><summary class="note-title">Mind <em>it</em></summary>'
            "<p>Text.</p></details><p>Below.</p>",
        ),
        (
            '~~~admonish tip "T"\n```\na\n```\n~~~',
            '<div class="note note-tip"><p class="note-title">T</p><pre class="code" tabindex="0"><code>a\n</code></pre></div>',
        ),
        (
            '```admonish title="T", collapsible=true\na\n```',
            '<details class="note"><summary class="note-title">T</summary><p>a</p></details>',
        ),
        (
            "```ada\na\n```",
            '<pre class="code" tabindex="0" data-language="ada"><code><span class="n">a</span>\n</code></pre>',
        ),
    ),
)
