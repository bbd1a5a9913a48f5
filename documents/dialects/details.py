"""Headings inside `<details>`: they stay in their fold and start no section."""

import re

from markdown_it.token import Token

from .dialect import Dialect, Env, signs

_TAG = re.compile(r"<(/?)details\b", re.IGNORECASE)


def _folded(tokens: list[Token], env: Env) -> list[Token]:
    """Every heading between a `<details>` and its end counts as nested. A fold that never ends
    holds none, or all the rest of the document would be in it."""
    end = 0
    for start, last in sorted(_pairs(tokens)):
        for token in tokens[max(start, end) : last]:
            if token.type in ("heading_open", "heading_close") and token.level == 0:
                token.level = 1
        end = max(end, last)
    return tokens


def _pairs(tokens: list[Token]) -> list[tuple[int, int]]:
    """The indices of the tokens that open and close each fold."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index, token in enumerate(tokens):
        if token.type == "html_block":
            for found in _TAG.finditer(token.content):
                if not found[1]:
                    opened.append(index)
                elif opened:
                    pairs.append((opened.pop(), index))
    return pairs


DIALECT = Dialect(
    signs=signs(r"<[dD][eE][tT][aA][iI][lL][sS]"),
    blocks=_folded,
    examples=(
        (
            "<details>\n<summary>How?</summary>\n\n### So\n\nText.\n\n</details>\n\nAfter.",
            "<details>\n<summary>How?</summary>\n<h3>So</h3><p>Text.</p></details>\n<p>After.</p>",
        ),
        (
            "<details open>\n\n<details>\n\n# A\n\n</details>\n\n# B\n\n</details>",
            '<details open="">\n<details>\n<h1>A</h1></details>\n<h1>B</h1></details>',
        ),
    ),
)
