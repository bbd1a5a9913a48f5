"""Extensions of kramdown: `{::comment}` … `{:/comment}` hides a text, `{::nomarkdown}` and
`{::options … /}` only say how to read it."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from .dialect import INTERRUPTING, Dialect, signs

_COMMENT_END = re.compile(r"\{:/(?:comment)?\}")
_COMMENT = "{::comment}"
LONGEST = 20_000  # characters of a comment
_LINE = re.compile(r"\{(?:::(?:nomarkdown|options)[^{}\n]{0,200}|:/(?:nomarkdown)?)\}[ \t]*")


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(("{::", "{:/"), start) or state.is_code_block(line):
        return False
    below = line + 1
    if not _LINE.fullmatch(state.src, start, state.eMarks[line]):
        close = _end(state.src, start, state.eMarks[end - 1])
        if close < 0 or state.src[close : state.src.find("\n", close)].strip():
            return False
        below = line + state.src.count("\n", start, close) + 1
    state.line = line if silent else below
    return True


def _inline(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(("{::", "{:/"), state.pos):
        return False
    close = _end(state.src, state.pos, state.posMax)
    if close < 0:
        found = _LINE.match(state.src, state.pos, state.posMax)
        if not found:
            return False
        close = found.end()
    state.pos = close
    return True


def _end(src: str, start: int, stop: int) -> int:
    """Where the comment that begins at `start` ends, or -1."""
    if not src.startswith(_COMMENT, start):
        return -1
    found = _COMMENT_END.search(src, start, min(stop, start + LONGEST))
    return found.end() if found else -1


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
