"""Where the containers between marks such as `:::` end. Found once for a whole document, so that
many that never end cost no more than one."""

import re
from bisect import bisect_right

from markdown_it.rules_block import StateBlock

# A line that opens or closes a code fence: its marks, and what is behind them.
CODE = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(`{3,}|~{3,})([^\n]*)")


def ending(
    state: StateBlock, line: int, end: int, opener: re.Pattern[str]
) -> tuple[int, int] | None:
    """Where the container which `line` opens ends: the line behind its last one, and the line
    below it. None where that is beyond `end` or the block around.

    `opener` matches a line from its start; its first group is the mark, its second what follows,
    which a closing line does not have. A mark closes the last container of at most its length.
    One that is never closed ends at the next heading, the next that is never closed, or `end`; then
    both lines are the same.
    """
    key = f"pairs {opener.pattern}"
    if key not in state.env:
        state.env[key] = _pairs(state.src.split("\n"), opener)
    if line not in state.env[key]:
        return None
    last, below = state.env[key][line]
    if last == below:
        last = below = min(last, end)
    if below > end or below <= line:
        return None
    # What is indented less ends the list item around, and with it all that is in it.
    for inside in range(line + 1, below):
        if state.sCount[inside] < state.blkIndent and not state.isEmpty(inside):
            return None if last < below else (inside, inside)
    return last, below


def _pairs(lines: list[str], opener: re.Pattern[str]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    opened: list[tuple[int, int]] = []
    headings: list[int] = []
    code = ""
    for number, line in enumerate(lines):
        if fence := CODE.match(line):
            mark, info = fence[1], fence[2]
            if not code:
                code = mark if "`" not in info or mark[0] == "~" else ""
            elif mark.startswith(code) and not info.strip():
                code = ""
            continue
        if code:
            continue
        if line.startswith("#"):
            headings.append(number)
        match = opener.match(line)
        if not match:
            continue
        if match[2].strip():
            opened.append((len(match[1]), number))
        elif opened and opened[-1][0] <= len(match[1]):
            found[opened.pop()[1]] = number, number + 1
    stop = len(lines)
    for _, number in reversed(opened):
        while headings and headings[-1] > number:
            stop = headings.pop()
        found[number] = stop, stop
        stop = number
    return found


def next_line(state: StateBlock, line: int, mark: re.Pattern[str]) -> int | None:
    """The first line below `line` which is `mark` as a whole, but for what it is indented by, or
    the marks of quotes. They are found once for a whole document."""
    key = f"lines {mark.pattern}"
    if key not in state.env:
        lines = state.src.split("\n")
        state.env[key] = [
            number
            for number, text in enumerate(lines)
            if mark.fullmatch(text.strip()) or mark.fullmatch(text.strip().lstrip(" \t>"))
        ]
    found: list[int] = state.env[key]
    index = bisect_right(found, line)
    return found[index] if index < len(found) else None
