"""Maths, shown as the source that was written: what looks like emphasis in it is none."""

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath.index import math_block_dollar

# GitHub's rule for where maths begins and ends, by which `$5 and $6` is none.
_MATHS = re.compile(
    r"(?<![\\$\w])(?:\$\$[^$`]{1,2000}\$\$|\$(?=\S)[^$`\n]{1,300}(?<=\S)\$)(?![\w$])"
)
_FORMULA = re.compile(r"[\\^_=+]")
_dollar_block = math_block_dollar(allow_labels=False, allow_blank_lines=False)


def block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A formula between `$$` on lines of its own. The plugin's rule would look for its end beyond
    the list item or quote in which it stands, and takes money for a formula."""
    if not state.src.startswith("$$", state.bMarks[line] + state.tShift[line]):
        return False
    last = line + 1
    while last < end and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        last += 1
    if not _dollar_block(state, line, last, silent):
        return False
    if silent or _FORMULA.search(state.tokens[-1].content):
        return True
    state.tokens.pop()
    return False


def inline(state: StateInline, silent: bool) -> bool:
    """A formula in a sentence."""
    if state.src[state.pos] != "$":
        return False
    found = _MATHS.match(state.src, state.pos, state.posMax)
    if not found or "**" in found[0] or not _FORMULA.search(found[0]):
        return False
    if not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found.end()
    return True
