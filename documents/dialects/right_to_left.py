"""Text that runs from right to left: each block of a document with such text finds its direction by
its first letter, as on GitHub."""

import re

from markdown_it.token import Token

from .dialect import Dialect, Env

_BLOCKS = frozenset(
    [
        "paragraph_open",
        "heading_open",
        "bullet_list_open",
        "ordered_list_open",
        "list_item_open",
        "dt_open",
        "dd_open",
        "blockquote_open",
    ]
)


def _directed(tokens: list[Token], env: Env) -> list[Token]:
    for token in tokens:
        if token.type in _BLOCKS:
            token.attrs["dir"] = "auto"
    return tokens


DIALECT = Dialect(
    # Hebrew, Arabic, Syriac, Thaana, N'Ko and their forms for presentation.
    signs=(re.compile("[\u05d0-\u07ff\u0840-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"),),
    blocks=_directed,
    examples=(
        ("שלום Node.js", '<p dir="auto">שלום Node.js</p>'),
        ("- مرحبا\n- b", '<ul dir="auto"><li dir="auto">مرحبا</li><li dir="auto">b</li></ul>'),
        ('<div dir="rtl">\n\nשלום\n\n</div>', '<div dir="rtl">\n<p dir="auto">שלום</p></div>'),
    ),
)
