"""What is left of AsciiDoc: blocks between lines of dashes or equals signs below `[source,java]` or
`[NOTE]`, which would be read as headings."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from documents import boxes

from .dialect import INTERRUPTING, Dialect, signs

_NAME = re.compile(
    r"\[(source|listing|NOTE|TIP|IMPORTANT|WARNING|CAUTION)(?:,[ \t]*([\w+#-]*)[^\]\n]*)?\][ \t]*"
)
_TITLE = re.compile(r"\.([^\s.][^\n]{0,200})")
MOST_LINES = 1000
_MARK = re.compile(r"(-{4,}|={4,}|\.{4,})[ \t]*")


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("[", start) or state.is_code_block(line):
        return False
    found = _NAME.fullmatch(state.src, start, state.eMarks[line])
    if not found or line + 2 >= end:
        return False
    first = line + 1
    title = _TITLE.fullmatch(_line(state, first))
    first += 1 if title else 0
    mark = _MARK.fullmatch(_line(state, first)) if first < end else None
    if not mark:
        return False
    last = first + 1
    end = min(end, line + MOST_LINES)
    while last < end and _line(state, last).rstrip() != mark[1]:
        last += 1
    if last >= end:
        return False
    if silent:
        return True
    name = title[1] if title else ""
    if found[1] in ("source", "listing"):
        token = state.push("fence", "code", 0)
        plain = name.replace('"', "'")
        token.info = (found[2] or "text") + (f' title="{plain}"' if plain else "")
        token.content = state.getLines(first + 1, last, state.sCount[line], True)
        token.map = [line, last + 1]
    else:
        kind = found[1].lower()
        lines = [line, last + 1]
        state.tokens += boxes.opening(kind, name or boxes.title_of(kind), state.level, lines)
        boxes.fill(state, first + 1, last, state.sCount[line], "container")
        boxes.close(state, "div")
    state.line = last + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "asciidoc_block", _block, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"\[source", r"\[listing", r"\[(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n"),
    rules=_rules,
    examples=(
        (
            "[source,text]\n.a.txt\n----\na\n----\nBelow.",
            '<pre class="code" tabindex="0" data-language="text" data-title="a.txt"><code>a\n</code></pre><p>Below.</p>',
        ),
        (
            "[NOTE]\n====\nText *b*.\n====",
            '<div class="note"><p class="note-title">Note</p><p>Text <em>b</em>.</p></div>',
        ),
        ("[source]\n----\n\nText.", "<h2>[source]</h2><p>Text.</p>"),
        ("[TIP] of the day\n", "<p>[TIP] of the day</p>"),
    ),
)
