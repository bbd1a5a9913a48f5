"""Markdown inside elements that ask for it: `<div markdown>` … `</div>` (MkDocs, kramdown)."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from documents import boxes
from documents.raw_html import HTML_TAGS

from .dialect import INTERRUPTING, Dialect, Env, signs
from .pairs import next_line

_OPENING = re.compile(
    r"<([a-z][a-z0-9]*)(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)?\smarkdown(?:=[\"']?(?:1|block|span|true|md)[\"']?)?"
    r"(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?>[ \t]*",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"(<figcaption[^<>]*>)([^<>\n]*[*_`\[][^<>\n]*)(</figcaption>)[ \t]*")
_ASIDE = re.compile(r"<(aside)>[ \t]*")  # of Notion, whose text is Markdown
_ASIDE_END = re.compile(r"</aside>")
_PART = re.compile(r"[ \t]*(?:<summary\b[^\n]*|</[a-z][a-z0-9]*>[ \t]*)", re.IGNORECASE)
_OPEN_SUMMARY = re.compile(r"[ \t]*<summary\b[^<>\n]*>[^<\n]*", re.IGNORECASE)
_LIST = re.compile(r"^[ \t]*\{:[^{}\n]*\}[ \t]*\n", re.MULTILINE)


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """The opening tag alone, so that what follows it is Markdown without a blank line too."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("<", start) or state.is_code_block(line):
        return False
    if caption := _CAPTION.fullmatch(state.src, start, state.eMarks[line]):
        return silent or _put_caption(state, line, caption)
    found = _OPENING.fullmatch(state.src, start, state.eMarks[line])
    if found is None and _ASIDE.fullmatch(state.src, start, state.eMarks[line]):
        last = next_line(state, line, _ASIDE_END)
        if last is None or last >= end:
            return False
        return silent or _put_aside(state, line, last)
    if not found or found[1].lower() not in HTML_TAGS:
        return False
    if silent:
        return True
    last = line + 1
    while last < end and _PART.fullmatch(state.src, state.bMarks[last], state.eMarks[last]):
        last = _below_summary(state, last, end)
    token = state.push("html_block", "", 0)
    token.map = [line, last]
    token.content = state.getLines(line, last, state.blkIndent, True)
    state.line = last
    return True


def _put_aside(state: StateBlock, line: int, last: int) -> bool:
    """A callout, whose sign is its first word."""
    state.tokens += boxes.opening("note", "", state.level, [line, last + 1])
    boxes.fill(state, line + 1, last, state.sCount[line], "container")
    boxes.close(state, "div")
    state.line = last + 1
    return True


def _below_summary(state: StateBlock, line: int, end: int) -> int:
    """The line below this one, or below the summary that it opens and does not close."""
    if not _OPEN_SUMMARY.fullmatch(state.src, state.bMarks[line], state.eMarks[line]):
        return line + 1
    for last in range(line + 1, min(line + 6, end)):
        if "</summary>" in state.src[state.bMarks[last] : state.eMarks[last]].lower():
            return last + 1
    return line + 1


def _put_caption(state: StateBlock, line: int, found: re.Match[str]) -> bool:
    """A caption, whose text is Markdown."""
    state.push("html_block", "", 0).content = found[1]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = found[2].strip(), [line, line + 1], []
    state.push("html_block", "", 0).content = f"{found[3]}\n"
    state.line = line + 1
    return True


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Lists of attributes mean nothing in HTML."""
    for token in tokens:
        if token.type == "html_block" and "{:" in token.content:
            token.content = _LIST.sub("", token.content)
    return tokens


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("html_block", "markdown_in_html", _block, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"<[a-zA-Z][^<>\n]*\smarkdown[\s=>]", r"<aside>\n"),
    rules=_rules,
    blocks=_blocks,
    examples=(
        ('<div id="grid" markdown>\n- *a*\n</div>', "<div>\n<ul><li><em>a</em></li></ul></div>"),
        (
            '<details markdown="block">\n  <summary>S</summary>\n{: .x }\n*a*\n</details>',
            "<details>\n  <summary>S</summary>\n<p><em>a</em></p></details>",
        ),
        (
            "<figure markdown>\n*a*\n<figcaption>b *c*</figcaption>\n</figure>",
            "<figure>\n<p><em>a</em></p><figcaption>b <em>c</em></figcaption>\n</figure>",
        ),
        ("<aside>\n*a*\n\n</aside>", '<div class="note"><p><em>a</em></p></div>'),
        ("<div>\n*a*\n</div>", "<div>\n*a*\n</div>"),
    ),
)
