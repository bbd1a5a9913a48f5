"""Extensions of kramdown: `{::comment}` … `{:/comment}` hides a text, `{::nomarkdown}`,
`{::options … /}`, `{:name: .class}` and `^` only say how to read it; tables have lines between rows."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .dialect import INTERRUPTING, Dialect, Env, signs

_COMMENT_END = re.compile(r"\{:/(?:comment)?\}")
# What a name of attributes stands for, and the mark that ends a block.
_BORDER = re.compile(r"[ \t]*\|[-=:+| ]*[-=]\+[-=:+| ]*\|?[ \t]*")
_RULE = re.compile(r"[-=:+]*")
_SAYS_HOW = re.compile(r"(?:\{:[\w-]{1,60}:[^{}\n]{0,300}\}|\^)[ \t]*")
_COMMENT = "{::comment}"
LONGEST = 20_000  # characters of a comment
_LINE = re.compile(r"\{(?:::(?:nomarkdown|options)[^{}\n]{0,200}|:/(?:nomarkdown)?)\}[ \t]*")


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if state.src[start : start + 1] not in ("{", "^") or state.is_code_block(line):
        return False
    if _SAYS_HOW.fullmatch(state.src, start, state.eMarks[line]):
        state.line = line if silent else line + 1
        return True
    if not state.src.startswith(("{::", "{:/"), start):
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


def _lines(lines: Sequence[str]) -> list[str]:
    """The line above a table is none of it; the one below its head divides its columns."""
    result = list(lines)
    for number, line in enumerate(lines):
        if "+" not in line or not _BORDER.fullmatch(line):
            continue
        above = result[number - 1].strip() if number else ""
        before = result[number - 2].strip() if number > 1 else ""
        if not above or above.startswith("{:"):
            result[number] = ""
        elif "|" not in before:
            columns = line.replace("+", "|").replace("=", "-")
            if columns.count("|") == above.count("|"):
                result[number] = columns
    return result


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Leave out the rows of a table that are only lines between others."""
    result: list[Token] = []
    start = 0
    for token in tokens:
        if token.type == "tr_open":
            start = len(result)
        result.append(token)
        if token.type == "tr_close":
            cells = [cell.content for cell in result[start:] if cell.type == "inline"]
            if all(map(_RULE.fullmatch, cells)) and any(cell[:2] in ("--", "==") for cell in cells):
                del result[start:]
    return result


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "kramdown", _block, INTERRUPTING)
    markdown.inline.ruler.before("escape", "kramdown", _inline)


DIALECT = Dialect(
    signs=signs(r"\{::", r"\{:[\w-]+: ", r"\n\^\n", r"-\+-", r"=\+="),
    rules=_rules,
    lines=_lines,
    blocks=_blocks,
    stops=r"\{",
    examples=(
        ("a\n\n{::comment}\n# no\n\nno\n{:/comment}\n\nb", "<p>a</p><p>b</p>"),
        ("a {::comment}no{:/} b", "<p>a  b</p>"),
        ("{::nomarkdown}\n<b>a</b>\n{:/nomarkdown}", "<p><b>a</b></p>"),
        ('{::options toc_levels="1..3" /}\n\na', "<p>a</p>"),
        ("a\n\n{:b: .c #d}\n\n- e\n^\n- f", "<p>a</p><ul><li>e</li></ul><ul><li>f</li></ul>"),
        (
            "|---+---|\n| A | B |\n|---+---|\n| a | b |\n|===+===|\n| c | |\n|---+---|\n",
            '<div class="table" tabindex="0"><table><thead><tr><th>A</th><th>B</th></tr></thead>'
            "<tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td></tr></tbody></table></div>",
        ),
        ("{::comment}\nnever ends", "<p>{::comment}\nnever ends</p>"),
    ),
)
