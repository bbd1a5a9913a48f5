"""Maths between dollar signs: a formula, or where it cannot be read the source as it was written,
in which what looks like emphasis is none."""

import re
from typing import Any

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath.index import math_block_dollar

from . import formulas

# GitHub's rule for where maths begins and ends, by which `$5 and $6` is none.
_MATHS = re.compile(
    r"(?<![\\$\w])(?:\$\$[^$`]{1,2000}\$\$|\$(?=\S)[^$`\n]{1,300}(?<=\S)\$)(?![\w$])"
)
_QUOTED = re.compile(r"\$`([^`\n]{1,300})`\$(?!\w)")  # GitHub's other way
_FORMULA = re.compile(r"[\\^_=+]")
# One letter, or a term of single letters: `$n$`, `$O(n)$`, `$x < y$`.
_TERM = re.compile(r"\$(?=[^$]*[A-Za-z])(?:[A-Za-z](?![A-Za-z])|\d|[ ()<>,.*/!|-])+\$")
_dollar_block = math_block_dollar(allow_labels=False, allow_blank_lines=False)
# What MyST and Pandoc call an equation: `$$ … $$ (name)`, `$$ … $$ {#name}`.
_NAMED = re.compile(
    r"[ \t]*(?:\(([A-Za-z][\w:.-]{0,100})\)|\{#([A-Za-z][\w:.-]{0,100})[^{}\n]*\})[ \t]*"
)


def block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A formula between `$$` on lines of its own. The plugin's rule would look for its end beyond
    the list item or quote in which it is, and takes money for a formula."""
    if not state.src.startswith("$$", state.bMarks[line] + state.tShift[line]):
        return False
    last = line + 1
    while last < end and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        last += 1
    named, name, stop = _named(state, line, last)
    state.eMarks[named] = stop
    found = _dollar_block(state, line, last, silent)
    state.eMarks[named] = state.bMarks[named + 1] - 1 if name else stop
    if not found:
        return False
    if silent:
        return True
    token = state.tokens[-1]
    if _FORMULA.search(token.content) or _TERM.fullmatch(f"${token.content.strip()}$"):
        token.meta["html"] = html_of(token.content, state.env, is_block=True)
        if name:
            anchor = state.push("html_block", "", 0)
            anchor.content, anchor.map = f'<a id="{name}"></a>\n', [line, line + 1]
        return True
    state.tokens.pop()
    return False


def _named(state: StateBlock, line: int, last: int) -> tuple[int, str, int]:
    """The line with the name of a formula, that name, and where its text ends without it; the first
    line, as it is, of one without a name."""
    for number in range(line, last):
        start, end = state.bMarks[number] + state.tShift[number], state.eMarks[number]
        close = state.src.rfind("$$", start + (2 if number == line else 0), end)
        if close >= 0 and (name := _NAMED.fullmatch(state.src, close + 2, end)):
            return number, name[1] or name[2], close + 2
    return line, "", state.eMarks[line]


def inline(state: StateInline, silent: bool) -> bool:
    """A formula in a sentence."""
    if state.src[state.pos] != "$":
        return False
    found = _QUOTED.match(state.src, state.pos, state.posMax)
    if found is None:
        found = _MATHS.match(state.src, state.pos, state.posMax)
        if not found or "**" in found[0]:
            return False
        if not (_FORMULA.search(found[0]) or _TERM.fullmatch(found[0])):
            return False
    if not silent:
        put(state, found[0], found[0].strip("$`"))
    state.pos = found.end()
    return True


def put(state: StateInline, written: str, source: str) -> None:
    """Push the formula of a source, or what was `written` where it cannot be read."""
    is_read = not state.env.get("in heading")  # titles hold no formula
    html = html_of(source, state.env, is_block=written.startswith("$$")) if is_read else None
    token = state.push("formula" if html else "text", "", 0)
    token.content, token.meta = written, {"html": html}


def html_of(source: str, env: Any, *, is_block: bool) -> str | None:
    """The formula as HTML while the document has room for more; None where it cannot be read."""
    env["formulas"] = env.get("formulas", 0) + len(source)
    return None if env["formulas"] > formulas.MOST else formulas.mathml(source, is_block=is_block)
