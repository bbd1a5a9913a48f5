"""Blanks in the address of a link or picture, as editors and people write them: `![a](my pic.png)`,
`[b](my notes.md#part)`. CommonMark asks for angle brackets around such an address."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from .dialect import Dialect, parse_inside, signs

_FILE = r"\.(?:md|markdown|mdx|png|jpe?g|gif|svg|webp|pdf|csv|mp4)"
_LINK = re.compile(
    rf"(!?\[(?:[^\[\]\n]|\\.){{0,300}}\])\(([^\s()<>\"'|=][^()<>\"'|=\n]{{0,300}}?{_FILE}(?:#[^()<>\"'\n]{{0,200}})?)\)",
    re.IGNORECASE,
)


def _link(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(("[", "!["), state.pos):
        return False
    found = _LINK.match(state.src, state.pos, state.posMax)
    if not found or " " not in found[2]:
        return False
    if not silent:
        parse_inside(state, f"{found[1]}(<{found[2]}>)")
    state.pos = found.end()
    return True


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("link", "blank_address", _link)


DIALECT = Dialect(
    signs=signs(rf"\]\([^()<>\"'\n]{{1,200}} [^()<>\"'\n]{{0,200}}{_FILE}"),
    rules=_rules,
    examples=(
        (
            "![a](my pic.png) [*b*](../my notes/c d.md#e f)",
            '<p><img src="my%20pic.png" alt="a"> <a href="../my%20notes/c%20d.md#e%20f"><em>b</em></a></p>',
        ),
        ("[a](b c) `[a](b c.md)`", "<p>[a](b c) <code>[a](b c.md)</code></p>"),
    ),
)
