"""Code blocks as HTML: Pygments classes where the language is known, plain text where it is not."""

from functools import lru_cache
from html import escape
from typing import Any

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from .fence_info import FenceInfo, read_info, read_marks, written

# Beyond this many characters a listing is shown plain: highlighting it costs more than it gives.
LONGEST = 100_000

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


def code_html(code: str, info: str = "", *, titled: bool = False) -> str:
    """`code` as a `pre` element. Long lines scroll inside it, so it takes the focus. `titled` says
    that its title stands above it already."""
    found = read_info(info)
    code = read_marks(code, found)
    lexer = None if len(code) > LONGEST else _lexer(found.language)
    body = escape(code, quote=False) if lexer is None else _coloured(lexer, code)
    return f'<pre class="code" tabindex="0"{_attributes(found, titled)}><code>{body}</code></pre>'


def _attributes(found: FenceInfo, titled: bool) -> str:
    """What is said of a block, for the style of the page."""
    values = {
        "language": found.language,
        "title": "" if titled else found.title,
        "start": found.start,
        "lines": written(found.lines),
        "added": written(found.added),
        "removed": written(found.removed),
    }
    return "".join(f' data-{name}="{escape(value)}"' for name, value in values.items() if value)


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
