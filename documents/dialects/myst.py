"""MyST, Markdown of Sphinx and Jupyter Book: directives as fences, ```` ```{note} ````, roles in
running text, `` {ref}`x` ``, comments `% …` and breaks `+++`."""

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from documents import boxes
from documents.slugs import title_of

from . import directives, roles
from .dialect import INTERRUPTING, Dialect, Env, reading_of, signs
from .directive import known_name, line_of, read

_OPENER = re.compile(r"(`{3,}|~{3,})[ \t]*\{([A-Za-z][\w:.-]{0,60})\}[ \t]*([^\n`]*)")
_OF_MYST = re.compile(r"(?:```|~~~|:::)[ \t]*\{[A-Za-z]|\{[A-Za-z][\w:+.-]*\}`")
_OWN = re.compile(r"(?:project|path):")
_NUMBER = re.compile(r"\s*(?:%s|\{number\})")  # filled in by the tool that counts
_OPTIONS = re.compile(r":[A-Za-z][\w-]*:(?:\s|$)")


def _directive(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(("```", "~~~"), start) or state.is_code_block(line):
        return False
    found = _OPENER.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    name = known_name(found[2])
    if not directives.is_known(name):
        if not silent and line + 1 < end and _is_directive(state, name, line + 1):
            reading_of(state.env).unread[f"directive shown as written: {name}"] += 1
        return False
    if silent:
        return True
    last, below = boxes.fence_end(state, line, end, found[1])
    directive = read(state, name, found[3], line + 1, last)
    if not directives.put(state, line, below, directive):
        return False
    state.line = below
    return True


def _is_directive(state: StateBlock, name: str, below: int) -> bool:
    """Not a language, `{python}`, as others write it."""
    return "-" in name or ":" in name or bool(_OPTIONS.match(line_of(state, below)))


def _aside(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Comments and breaks between blocks, which show nothing."""
    start = state.bMarks[line] + state.tShift[line]
    if state.src[start : start + 1] not in ("%", "+") or state.is_code_block(line):
        return False
    text = line_of(state, line)
    if text[0] == "%" and reading_of(state.env).tool != "sphinx" and not _OF_MYST.search(state.src):
        return False
    if not (text.startswith("% ") or text.rstrip() == "%" or re.match(r"\+\+\+(?:\s|$)", text)):
        return False
    state.line = line if silent else line + 1
    return True


def _inlines(children: list[Token], env: Env) -> list[Token]:
    """Links that say of themselves that they lead to a file or name of the project."""
    for child, text in zip(children, [*children[1:], None], strict=True):
        href = child.attrs.get("href", "")
        if child.type == "link_open" and isinstance(href, str) and _OWN.match(href):
            child.attrs["href"] = place = _OWN.sub("", href)
            if text is not None and text.content == href:
                text.content = title_of(re.split("[#/]", place.rstrip("/"))[-1])
    for before, text in pairwise(children):
        if before.type == "link_open" and text.type == "text" and _NUMBER.search(text.content):
            text.content = _NUMBER.sub("", text.content).strip() or text.content
    return children


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "directive", _directive, INTERRUPTING)
    markdown.block.ruler.before("fence", "aside", _aside)
    markdown.inline.ruler.before("escape", "role", roles.inline)


DIALECT = Dialect(
    signs=signs(
        r"%s[^\]\n]*\]\(",
        r"\{number\}[^\]\n]*\]\(",
        r"\n%[ \n]",
        r"\(project:",
        r"<project:",
        r"\(path:",
        r"<path:",
        r"```+[ \t]*\{[A-Za-z]",
        r"~~~+[ \t]*\{[A-Za-z]",
        r"\{[A-Za-z][\w:+.-]*\}`[^`\n]",
    ),
    rules=_rules,
    inlines=_inlines,
    stops=r"\{",
    examples=(
        (
            "[a](project:b.md#c) <project:#the-pool> [d](path:e.pdf) <path:f>",
            '<p><a href="b.md#c">a</a> <a href="#the-pool">The pool</a> <a href="e.pdf">d</a> <a href="f">F</a></p>',
        ),
        (
            "```{card} A\nHead\n^^^\nText\n+++\nFoot\n```",
            '<div class="note"><p class="note-title">A</p><p>Head</p><p>Text</p><p>Foot</p></div>',
        ),
        (
            "```{prf:theorem} Two\n:label: x\na\n```",
            '<a></a>\n<div class="note"><p class="note-title">Two</p><p>a</p></div>',
        ),
        (
            "```{note}\nText **b**.\n```",
            '<div class="note"><p class="note-title">Note</p><p>Text <strong>b</strong>.</p></div>',
        ),
        (
            "````{admonition} Mind *it*\n:class: warning\n\n```py\n1\n```\n````\nBelow.",
            '<div class="note note-warning"><p class="note-title">Mind <em>it</em></p>'
            '<pre class="code" tabindex="0" data-language="py"><code><span class="mi">1</span>\n'
            "</code></pre></div><p>Below.</p>",
        ),
        (
            "```{tip}\n---\nclass: dropdown\n---\nText.\n```",
            '<details class="note note-tip"><summary class="note-title">Tip</summary><p>Text.</p></details>',
        ),
        (
            "```{code-block} text\n:caption: a.txt\n:emphasize-lines: 2\n:linenos:\na\nb\n```",
            '<pre class="code" tabindex="0" data-language="text" data-title="a.txt" data-start="1" '
            'data-lines="2"><code><span class="code-line" data-line="1">a\n</span>'
            '<span class="code-line line-mark" data-line="2">b\n</span></code></pre>',
        ),
        (
            "```{figure} a.png\n:alt: Alt\n:width: 200px\n\nCaption.\n```",
            '<p><img src="a.png" alt="Alt" width="200"></p><p>Caption.</p>',
        ),
        (
            "```{toctree}\n:caption: More\na/b-c\nTitle <d>\n```",
            '<p><strong>More</strong></p><ul><li><a href="a/b-c">B c</a></li>'
            '<li><a href="d">Title</a></li></ul>',
        ),
        ("```{toctree}\n:hidden:\na\n```\nText.", "<p>Text.</p>"),
        (
            "```{glossary}\npool\n  Open *connections*.\nnode\n  A server.\n```",
            "<dl><dt>pool</dt><dd>Open <em>connections</em>.</dd><dt>node</dt><dd>A server.</dd></dl>",
        ),
        (
            "```{list-table} Title\n:header-rows: 1\n\n* - A\n  - B\n* - c\n  - d\n```",
            '<p>Title</p><div class="table" tabindex="0"><table><thead><tr><th>A</th><th>B</th></tr>'
            "</thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table></div>",
        ),
        (
            "```{versionadded} 3.2\nText.\n```",
            '<div class="note"><p class="note-title">New in version 3.2</p><p>Text.</p></div>',
        ),
        (
            "::::{tab-set}\n:::{tab-item} A\na\n:::\n::::",
            '<div class="tabs"><details class="tab" name="tabs-0-41" open=""><summary class="tab-title">A</summary><p>a</p></details></div>',
        ),
        (
            "{ref}`pools`, {ref}`the pool <pools>`, {doc}`/guide/a-b`, {doc}`A <b.md>`",
            '<p><a href="#pools" class="titled">pools</a>, <a href="#pools">the pool</a>, '
            '<a href="/guide/a-b" class="titled">A b</a>, <a href="b.md">A</a></p>',
        ),
        (
            "{term}`pool`, {kbd}`Ctrl+C`, {abbr}`DB (database)`, H{sub}`2`O, {py:func}`~a.b`, {rfc}`9110`",
            '<p>pool, <kbd>Ctrl+C</kbd>, <abbr title="database">DB</abbr>, H<sub>2</sub>O, <code>b</code>, '
            '<a href="https://www.rfc-editor.org/rfc/rfc9110">RFC 9110</a></p>',
        ),
        ("{mystery}`x` and `{note}`", "<p>{mystery}<code>x</code> and <code>{note}</code></p>"),
        (
            "{sup}`a`\n\n% hidden\n\n+++ {}\n\n50 % of it",
            "<p><sup>a</sup></p><p>50 % of it</p>",
        ),
        (
            "```{python}\n1\n```",
            '<pre class="code" tabindex="0" data-language="python"><code><span class="mi">1</span>\n</code></pre>',
        ),
        (
            "```{mystery-box}\n1\n```",
            '<pre class="code" tabindex="0" data-language="mystery-box"><code>1\n</code></pre>',
        ),
    ),
)
