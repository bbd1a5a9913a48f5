"""Where the containers between marks such as `:::` end. Found once for a whole document, so that
many that never end cost no more than one."""

import re

from markdown_it.rules_block import StateBlock

_CODE = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(`{3,}|~{3,})([^\n]*)")


def closing_line(state: StateBlock, line: int, end: int, opener: re.Pattern[str]) -> int | None:
    """The line that closes the container which `line` opens, or None where that is not before
    `end` or not in the block around.

    `opener` matches a line from its start; its first group is the mark, its second what follows,
    which a closing line does not have. A mark closes the last container of at most its length.
    """
    key = f"pairs {opener.pattern}"
    if key not in state.env:
        state.env[key] = _pairs(state.src.split("\n"), opener)
    last: int | None = state.env[key].get(line)
    if last is None or last >= end:
        return None
    # What is indented less ends the list item around, and with it all that stands in it.
    for inside in range(line + 1, last + 1):
        if state.sCount[inside] < state.blkIndent and not state.isEmpty(inside):
            return None
    return last


def _pairs(lines: list[str], opener: re.Pattern[str]) -> dict[int, int]:
    found: dict[int, int] = {}
    opened: list[tuple[int, int]] = []
    code = ""
    for number, line in enumerate(lines):
        if fence := _CODE.match(line):
            mark, info = fence[1], fence[2]
            if not code:
                code = mark if "`" not in info or mark[0] == "~" else ""
            elif mark.startswith(code) and not info.strip():
                code = ""
            continue
        match = None if code else opener.match(line)
        if not match:
            continue
        if match[2].strip():
            opened.append((len(match[1]), number))
        elif opened and opened[-1][0] <= len(match[1]):
            found[opened.pop()[1]] = number
    return found
