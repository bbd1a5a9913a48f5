"""Abbreviations, `*[HTML]: HyperText Markup Language`, and tables of contents, `[TOC]`, which a page
here has anyway."""

import re
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from .dialect import INTERRUPTING, Dialect, Env, signs

MOST = 500

_DEFINITION = re.compile(r"\*\[([^\[\]\n]{1,60})\]:[ \t]*([^\n]{0,300})")
_CONTENTS = frozenset(
    ("[toc]", "[[toc]]", "[[_toc_]]", "[[__toc__]]", "{{toc}}", "{{ toc }}", "${toc}", "[[_tosp_]]")
)


def _definition(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("*[", start) or state.is_code_block(line):
        return False
    found = _DEFINITION.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    if not silent:
        known = state.env.setdefault("abbreviations", {})
        if len(known) < MOST:
            known.setdefault(found[1].strip(), found[2].strip())
        state.line = line + 1
    return True


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Leave out what stands for a table of contents."""
    result: list[Token] = []
    skip = 0
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        text = tokens[index + 1].content.lower() if token.type == "paragraph_open" else ""
        if text in _CONTENTS and text.strip("[]").upper() not in env["references"]:
            skip = 2
            continue
        result.append(token)
    if known := env.get("abbreviations"):
        names = sorted(known, key=len, reverse=True)
        env["abbreviation pattern"] = re.compile(
            rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)"
        )
    return result


def _inlines(children: list[Token], env: Env) -> list[Token]:
    pattern = env.get("abbreviation pattern")
    if pattern is None or env.get("in heading"):
        return children
    result: list[Token] = []
    for child in children:
        if child.type != "text" or not pattern.search(child.content):
            result.append(child)
            continue
        start = 0
        for found in pattern.finditer(child.content):
            title = escape(env["abbreviations"][found[0]])
            result.append(Token("text", "", 0, content=child.content[start : found.start()]))
            result.append(Token("html_inline", "", 0, content=f'<abbr title="{title}">'))
            result.append(Token("text", "", 0, content=found[0]))
            result.append(Token("html_inline", "", 0, content="</abbr>"))
            start = found.end()
        result.append(Token("text", "", 0, content=child.content[start:]))
    return result


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("list", "abbreviation", _definition, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(
        r"\*\[[^\[\]\n]+\]:", r"\[\[?_*[tT][oO][cC]_*\]", r"\{\{ ?[tT][oO][cC] ?\}\}", r"\$\{toc\}"
    ),
    rules=_rules,
    blocks=_blocks,
    inlines=_inlines,
    examples=(
        (
            'The HTML of `HTML`.\n\n*[HTML]: Hyper "Text"',
            '<p>The <abbr title="Hyper &quot;Text&quot;">HTML</abbr> of <code>HTML</code>.</p>',
        ),
        ("[TOC]\n\nText.", "<p>Text.</p>"),
        ("[[_TOC_]]", ""),
        ("[toc]\n\n[toc]: /a", '<p><a href="/a">toc</a></p>'),
    ),
)
