"""Extensions of kramdown: `{::comment}` … `{:/comment}` hides a text, `{::nomarkdown}` and
`{::options … /}` only say how to read it."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from .dialect import INTERRUPTING, Dialect, signs

_COMMENT = re.compile(r"\{::comment\}.{0,20000}?\{:/(?:comment)?\}", re.DOTALL)
_LINE = re.compile(r"\{(?:::(?:nomarkdown|options)[^{}\n]{0,200}|:/(?:nomarkdown)?)\}[ \t]*")


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(("{::", "{:/"), start) or state.is_code_block(line):
        return False
    below = line + 1
    if not _LINE.fullmatch(state.src, start, state.eMarks[line]):
        found = _COMMENT.match(state.src, start, state.eMarks[end - 1])
        if not found or state.src[found.end() : state.src.find("\n", found.end())].strip():
            return False
        below = line + found[0].count("\n") + 1
    state.line = line if silent else below
    return True


def _inline(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(("{::", "{:/"), state.pos):
        return False
    found = _COMMENT.match(state.src, state.pos, state.posMax)
    found = found or _LINE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    state.pos = found.end()
    return True


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "kramdown", _block, INTERRUPTING)
    markdown.inline.ruler.before("escape", "kramdown", _inline)


DIALECT = Dialect(
    signs=signs(r"\{::"),
    rules=_rules,
    stops=r"\{",
    examples=(
        ("a\n\n{::comment}\n# no\n\nno\n{:/comment}\n\nb", "<p>a</p><p>b</p>"),
        ("a {::comment}no{:/} b", "<p>a  b</p>"),
        ("{::nomarkdown}\n<b>a</b>\n{:/nomarkdown}", "<p><b>a</b></p>"),
        ('{::options toc_levels="1..3" /}\n\na', "<p>a</p>"),
        ("{::comment}\nnever ends", "<p>{::comment}\nnever ends</p>"),
    ),
)
