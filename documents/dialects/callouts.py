"""Quotes that are boxes: `> [!TIP]` (GitHub), `> [!tip]- Own title` (Obsidian)."""

import re

from markdown_it.token import Token

from documents import boxes

from .dialect import Dialect, Env, signs

_CALLOUT = re.compile(
    r"\[!([A-Za-z][\w -]{0,30})(?:\|([^\]\n]{0,100}))?\]([+-]?)(?:[ \t\xa0]+([^\n]*))?(?:\n|\Z)"
)
_LABEL = re.compile(r"(?:^|\|)label:([^|]{1,100})")


def _boxes(tokens: list[Token], env: Env) -> list[Token]:
    result: list[Token] = []
    around: list[str] = []  # the tags of the quotes around; "" of one that is no box
    skip = 0
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        if token.type == "blockquote_open":
            text = tokens[index + 2] if tokens[index + 1].type == "paragraph_open" else None
            found = _CALLOUT.match(text.content) if text else None
            if text and found:
                kind = found[1].strip().lower()
                fold = found[3] == "-" if found[3] else None
                text.content = text.content[found.end() :].lstrip()
                label = _LABEL.search(found[2] or "")  # Docsify's alerts
                title = (label[1] if label else found[4] or "").strip() or boxes.title_of(kind)
                result += boxes.opening(kind, title, token.level, token.map, fold=fold)
                around.append("div" if fold is None else "details")
                skip = 0 if text.content else 3
                continue
            around.append("")
        elif token.type == "blockquote_close" and (tag := around.pop()):
            # Tokens that another file brings in come here once more.
            token.type, token.tag = "note_close", tag
        result.append(token)
    return result


DIALECT = Dialect(
    signs=signs(r"\[!\w"),
    blocks=_boxes,
    examples=(
        (
            "> [!TIP]\n> Text.",
            '<div class="note note-tip"><p class="note-title">Tip</p><p>Text.</p></div>',
        ),
        (
            "> [!warning] Mind the **gap**\n> Between.",
            '<div class="note note-warning"><p class="note-title">Mind the <strong>gap</strong>'
            "</p><p>Between.</p></div>",
        ),
        (
            "> [!faq]- Closed?\n> Yes.",
            '<details class="note note-important"><summary class="note-title">Closed?</summary>'
            "<p>Yes.</p></details>",
        ),
        (
            "> [!example]+ Open\n> > [!todo]\n> > Nested.",
            '<details class="note" open=""><summary class="note-title">Open</summary>'
            '<div class="note"><p class="note-title">Todo</p><p>Nested.</p></div></details>',
        ),
        (
            "> [!my-kind|wide]\n> Text.",
            '<div class="note"><p class="note-title">My kind</p><p>Text.</p></div>',
        ),
        (
            "> [!tip]\u00a0**a**:\n> b",
            '<div class="note note-tip"><p class="note-title"><strong>a</strong>:</p><p>b</p></div>',
        ),
        ("> A [!TIP] inside.", "<blockquote><p>A [!TIP] inside.</p></blockquote>"),
        ("> [!tip](/x)", '<blockquote><p><a href="/x">!tip</a></p></blockquote>'),
    ),
)
