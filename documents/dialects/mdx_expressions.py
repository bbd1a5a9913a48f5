"""Expressions of MDX: `{props.x}`, `{'text'}`, and those over lines, `{items.map(…)}`. A text and a
value of the front matter count as what they say; all else is shown as it was written."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from . import mdx_values
from .dialect import INTERRUPTING, Dialect, Env, reading_of, signs

_EXPRESSION = re.compile(
    r"\{(?![{#%:/*])((?:\"[^\"\n]*\"|'[^'\n]*'|[^{}\n\"']|\{[^{}\n]*\}){0,300})\}"
)
_VALUE = re.compile(r"(?:props\.)?(?:front[mM]atter|metadata|meta)\.([\w-]+)")
_TEXT = re.compile(r"\"([^\"\\]*)\"|'([^'\\]*)'|`([^`\\$]*)`")
_COMMENT = re.compile(r"\{\s*(?:/\*(?:(?!\*/).)*\*/\s*|//[^\n]*\n\s*)+\}", re.DOTALL)
_COUNTED = "MDX expression shown as written"
MOST_LINES = 60


def is_mdx(env: Env) -> bool:
    """Whether a document is MDX."""
    reading = reading_of(env)
    return reading.path.endswith(".mdx") or reading.tool in ("docusaurus", "nextra")


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """An expression over several lines, as code."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("{", start) or state.is_code_block(line):
        return False
    if state.src[start + 1 : start + 2] in "{#%:/*" or not is_mdx(state.env):
        return False
    depth = 0
    for below in range(line, min(end, line + MOST_LINES)):
        text = state.src[state.bMarks[below] : state.eMarks[below]]
        depth += text.count("{") - text.count("}")
        if depth <= 0:
            break
    else:
        return False
    if below == line or depth < 0 or not text.rstrip().endswith("}"):
        return False
    if silent:
        return True
    content = state.getLines(line, below + 1, state.blkIndent, True)
    if not _COMMENT.fullmatch(content.strip()):
        token = state.push("fence", "code", 0)
        token.info, token.map = "jsx", [line, below + 1]
        token.content = content
        reading_of(state.env).unread[_COUNTED] += 1
    state.line = below + 1
    return True


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{" or not is_mdx(state.env):
        return False
    found = _EXPRESSION.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    source = found[1].strip()
    if not silent:
        value = _said(source, state.env)
        if value is None:
            reading_of(state.env).unread[_COUNTED] += 1
        token = state.push("value", "", 0)
        token.content = found[0] if value is None else value
    state.pos = found.end()
    return True


def _said(source: str, env: Env) -> str | None:
    """The text that an expression stands for; None where nothing says so."""
    if not source:
        return ""
    if text := _TEXT.fullmatch(source):
        return text[1] or text[2] or text[3] or ""
    known = _VALUE.fullmatch(source)
    said = reading_of(env).front.get(known[1]) if known else None
    return said or mdx_values.value_of(source, env)


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "mdx_expression", _block, INTERRUPTING)
    markdown.inline.ruler.before("escape", "mdx_expression", _inline)


DIALECT = Dialect(
    signs=signs(r"\{[\w'\"`( ]", r"\{\n"),
    rules=_rules,
    stops=r"\{",
    examples=(
        ("{props.x} in a file that is not MDX", "<p>{props.x} in a file that is not MDX</p>"),
        ("`{x}` and {y", "<p><code>{x}</code> and {y</p>"),
    ),
)
