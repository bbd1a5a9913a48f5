"""Quarto's references to what has a name: `@sec-pools`, `@fig-a`, `[-@tbl-b]`. Those to sections are
links; others say what they mean."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .dialect import Dialect, Env, reading_of, signs

_KINDS = {
    "sec": "Section",
    "fig": "Figure",
    "tbl": "Table",
    "eq": "Equation",
    "lst": "Listing",
    "thm": "Theorem",
    "lem": "Lemma",
    "cor": "Corollary",
    "prp": "Proposition",
    "cnj": "Conjecture",
    "def": "Definition",
    "exm": "Example",
    "exr": "Exercise",
    "alg": "Algorithm",
    "rem": "Remark",
}
_NAMES = "|".join(_KINDS)
_REFERENCE = re.compile(rf"(\[-)?@((?i:{_NAMES}))-([\w-]*\w)(?(1)\])")
_NAMED = re.compile(r"(\$\$|\A(?:Table)?:[^\n]{1,500}?)[ \t]*\{#(?:tbl|eq)-[^{}\n]{1,200}\}")


def _reference(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "@[" or reading_of(state.env).tool != "quarto":
        return False
    found = _REFERENCE.match(state.src, state.pos, state.posMax)
    before = state.src[state.pos - 1] if state.pos else " "
    if not found or before.isalnum() or before in "._@/":
        return False
    if not silent:
        kind, name = found[2].lower(), re.sub(r"[-_]+", " ", found[3])
        text = name if found[1] else f"{_KINDS[kind]} {name}"
        if kind == "sec" and not state.linkLevel:
            state.push("link_open", "a", 1).attrs = {"href": f"#{kind}-{found[3]}"}
            state.push("text", "", 0).content = text
            state.push("link_close", "a", -1)
        else:
            state.pending += text
    state.pos = found.end()
    return True


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Captions of tables and formulas without the names that references have for them."""
    for token in tokens:
        if token.type == "inline" and "{#" in token.content:
            token.content = _NAMED.sub(r"\1", token.content)
    return tokens


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("link", "cross_reference", _reference)


DIALECT = Dialect(
    signs=signs(rf"@(?i:{_NAMES})-\w", r"\{#(?:tbl|eq)-"),
    rules=_rules,
    blocks=_blocks,
    stops=r"@",
    tools=frozenset({"quarto"}),
    examples=(
        # Only where Quarto is known to be the tool: see the tests of what sites hold.
        (
            "x@fig-b and `@fig-a` of [@knuth84]",
            "<p>x@fig-b and <code>@fig-a</code> of [@knuth84]</p>",
        ),
    ),
)
