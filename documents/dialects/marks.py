"""Marks in running text: `==marked==`, `^^inserted^^`, `++ctrl+c++`, and those of editors:
`{++added++}`, `{--removed--}`, `{>>said<<}` (MkDocs, Obsidian, CriticMarkup), `{+added+}` and
`[-removed-]` (GitLab)."""

import re
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from .dialect import Dialect, parse_inside, reading_of, signs

# Letters of words with blanks around them.
_WORD = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
_PAIRS = (
    (re.compile(r"\{==(.{1,1000}?)==\}", re.DOTALL), "mark"),
    (re.compile(r"\{\+\+(.{1,1000}?)\+\+\}", re.DOTALL), "ins"),
    (re.compile(r"\{--(.{1,1000}?)--\}", re.DOTALL), "del"),
    (re.compile(r"(?<!\{)\{\+\s*([^\s{}+][^\n{}]{0,500}?)\s*\+\}(?!\})"), "ins"),
    (re.compile(r"\[\+\s*([^\s\[\]+][^\n\[\]]{0,500}?)\s*\+\](?![(\[])"), "ins"),
    (re.compile(r"(?<!\{)\{-\s*([^\s{}-][^\n{}]{0,500}?)\s*-\}(?!\})"), "del"),
    (re.compile(r"\[-\s*([^\s\[\]-][^\n\[\]]{0,500}?)\s*-\](?![(\[])"), "del"),
    (
        re.compile(
            rf"(?<!{_WORD})(?<!=)==(?=[^\s=])([^\n]{{1,500}}?)(?<=[^\s=])==(?!{_WORD})(?!=)"
        ),
        "mark",
    ),
    (re.compile(r"(?<![\w^])\^\^(?=[^\s^])([^\n^]{1,500}?)(?<=[^\s^])\^\^(?![\w^])"), "ins"),
)
_CHANGE = re.compile(r"\{~~([^~{}]{0,500})~>([^~{}]{0,500})~~\}")
# One tilde is strikethrough elsewhere.
_SCRIPTS = (
    (re.compile(r"~(?<!~~)(?!~)([^\s~]{1,60})~(?!~)"), "sub"),
    (re.compile(r"\^(?<!\^\^)(?!\^)([^\s^]{1,60})\^(?!\^)"), "sup"),
)
_WITH_SCRIPTS = ("mkdocs", "quarto")
_PROGRESS = re.compile(r"\[={1,3}[ ]?(\d{1,3}(?:\.\d{1,3})?)%(?:[ ]+\"([^\"\n]{0,80})\")?[ ]?\]")
_REMARK = re.compile(r"\{>>.{0,1000}?<<\}", re.DOTALL)
_KEYS = re.compile(
    r"(?<![\w+])\+\+([a-z0-9\"'-]{2,30}|[a-z0-9-]{1,30}(?:\+(?:[a-z0-9'-]{1,30}|\"[^\"+\n]{1,30}\")){1,5})\+\+(?![\w+])"
)


def _mark(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "={[^+":
        return False
    for pattern, tag in _PAIRS:
        if found := pattern.match(state.src, state.pos, state.posMax):
            if not silent:
                is_marked = found[0].startswith("^") and reading_of(state.env).tool == "logseq"
                _wrap(state, "mark" if is_marked else tag, found[1])
            state.pos = found.end()
            return True
    if found := _CHANGE.match(state.src, state.pos, state.posMax):
        if not silent:
            _wrap(state, "del", found[1])
            _wrap(state, "ins", found[2])
    elif found := _KEYS.match(state.src, state.pos, state.posMax):
        if not silent:
            keys = [f"<kbd>{escape(_key(key))}</kbd>" for key in found[1].split("+")]
            state.push("html_inline", "", 0).content = "+".join(keys)
    elif found := _PROGRESS.match(state.src, state.pos, state.posMax):
        if not silent:
            state.pending += (found[2] or "").strip() or f"{found[1]}%"
    elif not (found := _REMARK.match(state.src, state.pos, state.posMax)):
        return False
    state.pos = found.end()
    return True


def _script(state: StateInline, silent: bool) -> bool:
    """`H~2~O` and `a^2^`, as MkDocs and Pandoc have them."""
    if state.src[state.pos] not in "~^" or reading_of(state.env).tool not in _WITH_SCRIPTS:
        return False
    for pattern, tag in _SCRIPTS:
        if found := pattern.match(state.src, state.pos, state.posMax):
            if not silent:
                _wrap(state, tag, found[1])
            state.pos = found.end()
            return True
    return False


def _key(name: str) -> str:
    return name.strip("\"'") if name[0] in "\"'" else name.replace("-", " ").capitalize()


def _wrap(state: StateInline, tag: str, text: str) -> None:
    state.push("html_inline", "", 0).content = f"<{tag}>"
    parse_inside(state, text)
    state.push("html_inline", "", 0).content = f"</{tag}>"


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("escape", "mark", _mark)
    markdown.inline.ruler.before("strikethrough", "script", _script)


DIALECT = Dialect(
    signs=signs(
        rf"==(?<!{_WORD}==)(?<!===)[^\s=][^\n]*==",
        r"\^\^[^\s^][^\n]*\^\^",
        r"\+\+[a-z0-9\"'][a-z0-9\"'+-]+\+\+",
        r"\{\+\+",
        r"\{--",
        r"[{\[]\+\s*[^\s\[\]{}+][^\n\[\]{}]*\+[}\]]",
        r"[{\[]-\s*[^\s\[\]{}-][^\n\[\]{}]*-[}\]]",
        r"\{~~",
        r"\{==",
        r"\{>>",
        r"~(?<!~~)[^\s~]+~(?!~)",
        r"\^(?<!\^\^)[^\s^]+\^(?!\^)",
    ),
    rules=_rules,
    stops=r"==|\^|\+\+|\{(?=[+~=>-])",
    examples=(
        ("a ==b *c*== d", "<p>a <mark>b <em>c</em></mark> d</p>"),
        ("^^a^^", "<p><ins>a</ins></p>"),
        (
            "{+ a *b* +} {- c -} [+d+] [-e-]",
            "<p><ins>a <em>b</em></ins> <del>c</del> <ins>d</ins> <del>e</del></p>",
        ),
        (
            "{{- a -}} [-x] [-y] [+1] {-} [- -] [+1+](b) `{+ c +}`",
            '<p>{{- a -}} [-x] [-y] [+1] {-} [- -] <a href="b">+1+</a> <code>{+ c +}</code></p>',
        ),
        (
            "**a** ==b== *c ==**d** e== f*",
            "<p><strong>a</strong> <mark>b</mark> <em>c <mark><strong>d</strong> e</mark> f</em></p>",
        ),
        ("++ctrl+alt+del++", "<p><kbd>Ctrl</kbd>+<kbd>Alt</kbd>+<kbd>Del</kbd></p>"),
        (
            "{++a++} {--b--} {~~c~>d~~} {==e==}{>>f<<}",
            "<p><ins>a</ins> <del>b</del> <del>c</del><ins>d</ins> <mark>e</mark></p>",
        ),
        ("if a==b or c == d and e==f", "<p>if a==b or c == d and e==f</p>"),
        ("i++ and ++i, C++, a++b++c", "<p>i++ and ++i, C++, a++b++c</p>"),
        ("文字==高亮==文字", "<p>文字<mark>高亮</mark>文字</p>"),
        ("`==a==`", "<p><code>==a==</code></p>"),
    ),
)
