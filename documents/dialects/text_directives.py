"""Directives in running text, `:badge[New]{type="tip"}` (remark, MDC of Nuxt, Docusaurus' plugins):
the text counts; what only marks a heading does not reach its title."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from .dialect import Dialect, parse_inside, signs

_DIRECTIVE = re.compile(
    r":([a-z][\w-]{0,40})\[((?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\]){0,300})\](\{[^{}\n]{0,200}\})?"
)
_MARKS_HEADING = frozenset(("badge", "tag", "label", "status", "version", "icon", "chip", "pill"))
_ELEMENTS = {"kbd": "kbd", "mark": "mark", "u": "ins", "del": "del", "sub": "sub", "sup": "sup"}
_PLAIN = frozenset(("abbr", "tooltip", "span", "term", "button", "ui", "small"))
_BEFORE = frozenset(" \t\n([*_|")


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != ":" or (state.pos and state.src[state.pos - 1] not in _BEFORE):
        return False
    found = _DIRECTIVE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    name, text, said = found.groups()
    is_known = name in _MARKS_HEADING or name in _ELEMENTS or name in _PLAIN
    if not (is_known or said) or state.src.startswith("(", found.end()):
        return False
    if not silent and not (name in _MARKS_HEADING and state.env.get("in heading")):
        tag = _ELEMENTS.get(name)
        if tag:
            state.push("html_inline", "", 0).content = f"<{tag}>"
        parse_inside(state, text)
        if tag:
            state.push("html_inline", "", 0).content = f"</{tag}>"
    state.pos = found.end()
    return True


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("escape", "text_directive", _inline)


DIALECT = Dialect(
    signs=signs(r":(?=[a-z][\w-]*\[)"),
    rules=_rules,
    stops=r":(?=[a-z][\w-]*\[)",
    examples=(
        ('a :badge[New *b*]{type="tip"} :kbd[x]', "<p>a New <em>b</em> <kbd>x</kbd></p>"),
        ("# API :badge[New]{.x}", "<h1>API </h1>"),
        ("a :my[b c]{d=e} :my[b] std::a[b] x:kbd[y]", "<p>a b c :my[b] std::a[b] x:kbd[y]</p>"),
        ("`:kbd[x]` :kbd[x](/y)", '<p><code>:kbd[x]</code> :kbd<a href="/y">x</a></p>'),
    ),
)
