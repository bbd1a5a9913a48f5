"""Names of rules above what they say, `r[items.const.intro]` (mdbook-spec): links may lead to them."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from .dialect import INTERRUPTING, Dialect, signs

_NAME = re.compile(r"r\[([A-Za-z][\w-]*(?:\.[\w-]+)+|[a-z][\w-]{2,})\][ \t]*")


def _rule(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("r[", start) or state.is_code_block(line):
        return False
    found = _NAME.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.content, token.map = f'<a id="r-{found[1]}"></a>\n', [line, line + 1]
        state.line = line + 1
    return True


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "rule_name", _rule, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"r\[[a-z][\w.-]*\]\n"),
    rules=_rules,
    tools=frozenset({"mdbook"}),
    examples=(
        ("r[items.const]\nA constant.", "<a></a>\n<p>A constant.</p>"),  # the section's name
        ("A text\nr[items.const]\nof two.", "<p>A text</p><a></a>\n<p>of two.</p>"),
        (
            "Of r[items.const] and r[0]\n\nr[i] = 1",
            "<p>Of r[items.const] and r[0]</p><p>r[i] = 1</p>",
        ),
    ),
)
