"""Code in a line that names its language: `` `#!python range()` `` (MkDocs), `` `f(){:js}` `` (Nextra)."""

import re

from markdown_it.token import Token

from .dialect import Dialect, Env, reading_of, signs

_LANGUAGE = re.compile(r"#!(?!/)[a-zA-Z][\w+#-]{0,30} (?=\S)")
_BEHIND = re.compile(r"(?<=[^\s({\[,])\{:\.?[a-z][a-z.]{0,30}\}\Z")


def _inlines(tokens: list[Token], env: Env) -> list[Token]:
    for token in tokens:
        if token.type == "code_inline":
            found = _LANGUAGE.match(token.content)
            token.content = token.content[found.end() :] if found else token.content
            reading = reading_of(env)
            if reading.tool == "nextra" or (not reading.tool and reading.path.endswith(".mdx")):
                token.content = _BEHIND.sub("", token.content)
    return tokens


DIALECT = Dialect(
    signs=signs(r"`#!(?!/)[a-zA-Z][\w+#-]{0,30} ", r"\{:\.?[a-z][a-z.]*\}`"),
    inlines=_inlines,
    tools=frozenset({"mkdocs", "nextra"}),
    examples=(
        ("`#!python range()` or `range()`", "<p><code>range()</code> or <code>range()</code></p>"),
        ("`#!/bin/sh -e`, `#!c++ int x`", "<p><code>#!/bin/sh -e</code>, <code>int x</code></p>"),
        ("`#!js` #!js x", "<p><code>#!js</code> #!js x</p>"),
        ("`f(){:js}`", "<p><code>f(){:js}</code></p>"),  # no known tool
        ("`a #!js b`", "<p><code>a #!js b</code></p>"),
    ),
)
