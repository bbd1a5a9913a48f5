"""Folds and quotes between lines of marks: `+++ Title` … `+++` (Outline, Wiki.js), `>>>` … `>>>`
(GitLab)."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from documents import boxes

from .dialect import INTERRUPTING, Dialect, signs
from .pairs import next_line

_FOLD = re.compile(r"\+\+\+[ \t]+(\S[^\n]{0,200})")
_END = re.compile(r"\+\+\+")
_QUOTE = re.compile(r">>>[ \t]*")
MOST_LINES = 2000


def _fold(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    found = _matches(state, line, _FOLD)
    last = _last(state, line, end, _END) if found else None
    if found is None or last is None:
        return False
    if not silent:
        state.tokens += boxes.opening(
            "note", found[1].strip(), state.level, [line, last + 1], fold=True
        )
        boxes.fill(state, line + 1, last, state.sCount[line], "container")
        boxes.close(state, "details")
        state.line = last + 1
    return True


def _quote(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    last = _last(state, line, end, _QUOTE) if _matches(state, line, _QUOTE) else None
    if last is None:
        return False
    if not silent:
        state.push("blockquote_open", "blockquote", 1).map = [line, last + 1]
        state.level -= 1  # `fill` counts it
        boxes.fill(state, line + 1, last, state.sCount[line], "container")
        state.level += 1
        state.push("blockquote_close", "blockquote", -1)
        state.line = last + 1
    return True


def _last(state: StateBlock, line: int, end: int, mark: re.Pattern[str]) -> int | None:
    """The line with the mark that ends what `line` opens."""
    last = next_line(state, line, mark)
    if last is None or last >= end or last - line > MOST_LINES:
        return None
    inside = range(line + 1, last + 1)
    leaves = any(state.sCount[n] < state.blkIndent and not state.isEmpty(n) for n in inside)
    return None if leaves else last


def _matches(state: StateBlock, line: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    start = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line):
        return None
    return pattern.fullmatch(state.src, start, state.eMarks[line])


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "fold", _fold, INTERRUPTING)
    markdown.block.ruler.before("blockquote", "long_quote", _quote, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"\+\+\+[ \t]+\S", r">>>[ \t]*\n"),
    rules=_rules,
    examples=(
        (
            "+++ More *of* it\na\n\n- b\n+++\nc",
            '<details class="note"><summary class="note-title">More <em>of</em> it</summary>'
            "<p>a</p><ul><li>b</li></ul></details><p>c</p>",
        ),
        (">>>\na\n\nb\n>>>\n\nc", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>"),
        ("+++ never ends\na", "<p>+++ never ends\na</p>"),
        (
            ">>> print(1)\n1",
            "<blockquote><blockquote><blockquote><p>print(1)\n1</p></blockquote></blockquote></blockquote>",
        ),
    ),
)
