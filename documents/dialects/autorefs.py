"""Links to headings of any page by their title or name, as MkDocs' plugin autorefs reads references
that no document defines: `[Pool sizes][]`, `[text][pool-sizes]`, ``[`Pool`][acme.pool.Pool]``."""

import re

from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from documents.slugs import slug

from .dialect import Dialect, Env, leaves, reading_of, signs
from .site_values import has_plugin

_REFERENCE = re.compile(r"(?<!!)\[((?:[^\[\]\n]|\[[^\[\]\n]*\]){1,200})\]\[([^\[\]\n]{0,200})\]")


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    reading = reading_of(env)
    if reading.tool != "mkdocs":
        return tokens
    for token in leaves(tokens):
        for found in _REFERENCE.finditer(token.content) if "][" in token.content else ():
            label = normalizeReference(found[2] or found[1])
            if label in env["references"] or not has_plugin(reading, "autorefs", "mkdocstrings"):
                continue
            name = found[2].strip() or slug(found[1].strip("`"))
            env["references"][label] = {"title": "", "href": f"#{name}"}
    return tokens


DIALECT = Dialect(
    signs=signs(r"\]\[[^\[\]\n]*\]"),
    blocks=_blocks,
    tools=frozenset({"mkdocs"}),
    examples=(("[a][b] and [c][]", "<p>[a][b] and [c][]</p>"),),  # where no site says more
)
