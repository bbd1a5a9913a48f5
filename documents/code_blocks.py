"""Code blocks as HTML: Pygments classes where the language is known, plain text where it is not."""

import re
from functools import lru_cache
from html import escape
from typing import Any

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

# Beyond this many characters a listing is shown plain: highlighting it costs more than it gives.
LONGEST = 100_000

_WORD = re.compile(r"[{.\s]*([A-Za-z0-9+#_.-]{1,40})")
_PLAIN = {"text", "txt", "plain", "plaintext", "none", "output", "mermaid", "math"}
_SAME = {
    "node": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "mts": "typescript",
    "jsonc": "json",
    "env": "bash",
    "dotenv": "bash",
    "shell-session": "console",
}


def language_of(info: str) -> str:
    """The language that a fence's info string names, in lower case, or ""."""
    found = _WORD.match(info)
    return found[1].rstrip(".").lower() if found else ""


def code_html(code: str, info: str = "") -> str:
    """`code` as a `pre` element. Long lines scroll inside it, so it takes the focus."""
    language = language_of(info)
    label = f' data-language="{escape(language)}"' if language else ""
    lexer = None if len(code) > LONGEST else _lexer(language)
    body = escape(code, quote=False) if lexer is None else _coloured(lexer, code)
    return f'<pre class="code" tabindex="0"{label}><code>{body}</code></pre>'


@lru_cache(maxsize=256)
def _lexer(language: str) -> Any:
    if not language or language in _PLAIN:
        return None
    try:
        return get_lexer_by_name(_SAME.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=1024)
def _class(token: Any) -> str:
    """The short class of a token type, or of its nearest ancestor that has one."""
    while token is not None:
        name = STANDARD_TYPES.get(token)
        if name is not None:
            return name
        token = token.parent
    return ""


def _coloured(lexer: Any, code: str) -> str:
    parts: list[str] = []
    before, run = "", ""
    for token, text in lexer.get_tokens(code):
        name = _class(token)
        if name == "w":
            name = before if "\n" not in text else ""
        if name == before:
            run += text
            continue
        if run:
            parts.append(_span(before, run))
        before, run = name, text
    if run:
        parts.append(_span(before, run))
    return "".join(parts)


def _span(name: str, text: str) -> str:
    safe = escape(text, quote=False)
    return f'<span class="{name}">{safe}</span>' if name else safe
