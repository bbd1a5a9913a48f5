"""Slides: what says how the next one looks, `---`, lines with keys, `---`, is no heading (Slidev)."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from .dialect import INTERRUPTING, Dialect, signs

_KEY = re.compile(r"(?:[a-z][\w-]{0,30}:(?:[ \t].*)?|[ \t]{2,}\S.*)")
MOST_LINES = 20


def _head(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    if state.level or not _is_rule(state, line):
        return False
    last = line + 1
    while last < min(end, line + MOST_LINES) and _KEY.fullmatch(_line(state, last)):
        last += 1
    if last == line + 1 or last >= end or not _is_rule(state, last):
        return False
    if not silent:
        state.push("hr", "hr", 0).map = [line, last + 1]
        state.line = last + 1
    return True


def _is_rule(state: StateBlock, line: int) -> bool:
    return _line(state, line).rstrip() == "---"


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] : state.eMarks[line]]


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("hr", "slide_head", _head, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"---\n[a-z][\w-]*:"),
    rules=_rules,
    examples=(
        ("# A\n\n---\nlayout: two-cols\nclass: x\n---\n\n# B", "<h1>A</h1><hr><h1>B</h1>"),
        ("---\n\nlayout: a\n---", "<hr><h2>layout: a</h2>"),
        ("---\nA text: more\n---", "<hr><h2>A text: more</h2>"),
    ),
)
