"""Links to files of Pelican: `[a]({filename}b.md)`, `![a]({static}/images/b.png)`."""

import re

from markdown_it.token import Token

from .dialect import Dialect, Env, signs

_LINK = re.compile(
    r"(\]\([ \t]*<?)(?:\{(?:filename|static|attach)\}|\|(?:filename|static|attach)\|)"
)


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    for token in tokens:
        if token.type == "inline":
            token.content = _LINK.sub(r"\1", token.content)
    return tokens


DIALECT = Dialect(
    signs=signs(r"\]\([ \t]*<?(?:\{(?:filename|static|attach)\}|\|(?:filename|static|attach)\|)"),
    blocks=_blocks,
    examples=(
        (
            "[a]({filename}b.md) ![c]({static}/d.png) [e](|filename|f.md#g)",
            '<p><a href="b.md">a</a> <img src="/d.png" alt="c"> <a href="f.md#g">e</a></p>',
        ),
    ),
)
