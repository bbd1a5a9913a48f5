"""Definition lists whose first definition may be below several terms, or below a comment that is
a tool's word for one."""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin

MOST_TERMS = 3
_COMMENT = re.compile(r"<!--(?:(?!-->).){1,300}-->[ \t]*")


def terms(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A definition list, whose first definition may be below up to MOST_TERMS lines of terms."""
    if silent or state.is_code_block(line):
        return bool(_definition_list(state, line, end, silent))
    last = line
    while last - line < MOST_TERMS and last + 1 < end and not state.isEmpty(last + 1):
        if state.src[state.bMarks[last + 1] + state.tShift[last + 1]] in ":~":
            break
        last += 1
    if last == line or last - line >= MOST_TERMS or last + 1 >= end or state.isEmpty(last + 1):
        return bool(_definition_list(state, line, end, silent))
    starts = state.md.block.ruler.getRules("paragraph")
    outer, state.parentType = state.parentType, "paragraph"
    interrupted = any(
        rule(state, term, end, True) for term in range(line + 1, last + 1) for rule in starts
    )
    state.parentType = outer
    first = len(state.tokens)
    if interrupted or not _definition_list(state, last, end, silent):
        return False
    above = [_term(state, term, state.tokens[first + 1].level) for term in range(line, last)]
    state.tokens[first].map = [line, state.line]
    state.tokens[first + 1 : first + 1] = [token for term in above for token in term]
    return True


def without_term(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A definition list below a comment on a line of its own, which nobody sees."""
    start = state.bMarks[line] + state.tShift[line]
    if silent or not state.src.startswith("<!--", start) or state.is_code_block(line):
        return False
    below = line + 1 if line + 1 < end and not state.isEmpty(line + 1) else line + 2
    if below >= end or state.src[state.bMarks[below] + state.tShift[below]] not in ":~":
        return False
    if not _COMMENT.fullmatch(state.src, start, state.eMarks[line]):
        return False
    first = len(state.tokens)
    if not _definition_list(state, line, end, silent):
        return False
    del state.tokens[first + 1 : first + 4]
    return True


def _term(state: StateBlock, line: int, level: int) -> list[Token]:
    text = state.getLines(line, line + 1, state.blkIndent, False).strip()
    lines = [line, line + 1]
    return [
        Token("dt_open", "dt", 1, map=lines, level=level, block=True),
        Token("inline", "", 0, map=lines, level=level + 1, children=[], content=text, block=True),
        Token("dt_close", "dt", -1, level=level, block=True),
    ]


def _rule_of_plugin() -> Any:
    """The plugin's block rule itself, to be called from the rule above."""
    markdown = MarkdownIt("zero").use(deflist_plugin).enable("deflist")
    markdown.block.ruler.enableOnly(["deflist"])
    return markdown.block.ruler.getRules("")[0]


_definition_list = _rule_of_plugin()
