"""Folds and quotes between lines of marks: `+++ Title` … `+++` (Outline, Wiki.js), `>>>` … `>>>`
(GitLab)."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from documents import boxes

from . import tabs
from .dialect import INTERRUPTING, Dialect, signs
from .pairs import CODE, next_line

_FOLD = re.compile(r"\+\+\+[ \t]+(\S[^\n]{0,200})")
_END = re.compile(r"\+\+\+")
_QUOTE = re.compile(r">>>[ \t]*")
_ALERT = re.compile(r">>>[ \t]*\[!([A-Za-z]{1,30})\][ \t]*([^\n]{0,200})")
MOST_LINES = 2000


def _fold(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    found = _matches(state, line, _FOLD)
    last = _last(state, line, end, _END) if found else None
    if found is None or last is None:
        return False
    titles = _tab_lines(state, line, last) if not silent else []
    is_nested = len(titles) > 1 and _last(state, last, end, _END) in range(last, _next(state, last))
    if is_nested:
        last = _end_around(state, line, end) or last
    if len(titles) > 1 and not is_nested:
        group = tabs.open_group(state, line)
        group.map = [line, last + 1]
        for start, below in zip(titles, [*titles[1:], last], strict=True):
            name = _matches(state, start, _FOLD)
            tabs.open_tab(state, name[1].strip() if name else "", start)
            boxes.fill(state, start + 1, below, state.sCount[line], "container")
            tabs.close_tab(state)
        tabs.close_group(state)
        state.line = last + 1
    elif not silent:
        state.tokens += boxes.opening(
            "note", found[1].strip(), state.level, [line, last + 1], fold=True
        )
        boxes.fill(state, line + 1, last, state.sCount[line], "container")
        boxes.close(state, "details")
        state.line = last + 1
    return True


def _tab_lines(state: StateBlock, line: int, last: int) -> list[int]:
    """The lines that begin a tab of Retype: several follow each other and one line ends them all."""
    found, code = [], False
    for number in range(line, last):
        code ^= CODE.match(state.src, state.bMarks[number], state.eMarks[number]) is not None
        if not code and _matches(state, number, _FOLD):
            found.append(number)
    return found


def _end_around(state: StateBlock, line: int, end: int) -> int | None:
    """The line that ends a fold which holds others."""
    depth = 0
    for number in range(line, min(end, line + MOST_LINES)):
        depth += bool(_matches(state, number, _FOLD)) - bool(_matches(state, number, _END))
        if not depth:
            return number
    return None


def _next(state: StateBlock, line: int) -> int:
    """The next line that begins a fold, or the last one."""
    lines = range(line + 1, state.lineMax)
    return next((number for number in lines if _matches(state, number, _FOLD)), state.lineMax)


def _quote(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    alert = _matches(state, line, _ALERT)
    last = _last(state, line, end, _QUOTE) if alert or _matches(state, line, _QUOTE) else None
    if last is None:
        return False
    if alert and not silent:
        kind = alert[1].lower()
        title = alert[2].strip() or boxes.title_of(kind)
        state.tokens += boxes.opening(kind, title, state.level, [line, last + 1])
        boxes.fill(state, line + 1, last, state.sCount[line], "container")
        boxes.close(state, "div")
        state.line = last + 1
        return True
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
    signs=signs(r"\+\+\+[ \t]+\S", r">>>[ \t]*(?:\n|\[!)"),
    rules=_rules,
    examples=(
        (
            "+++ More *of* it\na\n\n- b\n+++\nc",
            '<details class="note"><summary class="note-title">More <em>of</em> it</summary>'
            "<p>a</p><ul><li>b</li></ul></details><p>c</p>",
        ),
        (">>>\na\n\nb\n>>>\n\nc", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>"),
        (
            ">>> [!note] A\nb\n\nc\n>>>\n",
            '<div class="note"><p class="note-title">A</p><p>b</p><p>c</p></div>',
        ),
        (
            "+++ A\n+++ B\nb\n+++\n\na\n+++\nc",
            '<details class="note"><summary class="note-title">A</summary><details class="note">'
            '<summary class="note-title">B</summary><p>b</p></details><p>a</p></details><p>c</p>',
        ),
        (
            "+++ A\na\n+++ B\nb\n+++\n",
            '<div class="tabs"><details class="tab" name="tabs-0-20" open=""><summary class="tab-title">'
            'A</summary><p>a</p></details><details class="tab" name="tabs-0-20">'
            '<summary class="tab-title">B</summary><p>b</p></details></div>',
        ),
        ("+++ never ends\na", "<p>+++ never ends\na</p>"),
        (
            ">>> print(1)\n1",
            "<blockquote><blockquote><blockquote><p>print(1)\n1</p></blockquote></blockquote></blockquote>",
        ),
    ),
)
