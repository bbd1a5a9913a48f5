"""Code blocks as HTML: Pygments classes where the language is known, plain text where it is not."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from .fence_info import FenceInfo, read_info, read_marks, written

_DIAGRAMS = {
    "graph": "Flowchart",
    "flowchart": "Flowchart",
    "sequencediagram": "Sequence diagram",
    "classdiagram": "Class diagram",
    "statediagram": "State diagram",
    "erdiagram": "Entity relationship diagram",
    "gantt": "Gantt chart",
    "pie": "Pie chart",
    "mindmap": "Mind map",
    "timeline": "Timeline",
    "journey": "User journey",
    "gitgraph": "Git graph",
}
_BEFORE_DIAGRAM = re.compile(r"\A\s*---\n.*?\n---\s*\n", re.DOTALL)
_DIAGRAM_KIND = re.compile(r"^(?!\s*%%)\s*([A-Za-z]+)", re.MULTILINE)
_DIAGRAM_TITLE = re.compile(
    r"^\s*(?:pie\s+|acc)?title\b:?\s+(\S[^\n]{0,200})$", re.MULTILINE | re.IGNORECASE
)

# Beyond this many characters a listing is shown plain: highlighting it costs more than it gives.
LONGEST = 100_000

# Signs that mark a place, and those that a parser of HTML would change.
_ODD = re.compile("[\ue000\ue001\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PLACE = re.compile(
    r'(<pre class="code" tabindex="0"(?: data-[a-z]+="[^"]*")*><code>)'
    "\ue000(\\d+)\ue001(?=</code></pre>)"
)
_PLAIN = {"text", "txt", "plain", "plaintext", "none", "output", "mermaid", "mermaidjs", "math"}
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


def code_html(
    code: str, info: str = "", *, titled: bool = False, apart: list[str] | None = None
) -> str:
    """`code` as a `pre` element. Long lines scroll inside it, so it takes the focus. `titled` says
    that its title is above it already. With `apart` what it shows is added there, and the
    element holds its place."""
    found = read_info(info)
    code = read_marks(code, found)
    lexer = None if len(code) > LONGEST else _lexer(found.language)
    runs = iter([("", code)]) if lexer is None else _runs(lexer, code)
    if found.lines or found.added or found.removed or found.start:
        body = "".join(_lines(runs, found))
    else:
        body = "".join([_span(name, text) for name, text in runs])
    if apart is not None and not _ODD.search(body):
        apart.append(body.replace("\u00a0", "&nbsp;"))
        body = f"\ue000{len(apart) - 1}\ue001"
    listing = (
        f'<pre class="code" tabindex="0"{_attributes(found, titled)}><code>{body}</code></pre>'
    )
    return (
        _folded(listing, code, found.title)
        if found.language in ("mermaid", "mermaidjs")
        else listing
    )


def _folded(listing: str, code: str, title: str) -> str:
    """The source of a drawing below its title: it says little to those who want to see it."""
    named = _DIAGRAM_TITLE.search(code)
    kind = _DIAGRAM_KIND.search(_BEFORE_DIAGRAM.sub("", code))
    name = title or (named[1].strip("\"' ") if named else "")
    what = _DIAGRAMS.get(kind[1].lower(), "Diagram") if kind else "Diagram"
    text = f"{what}: {name}" if name else what
    title = escape(text, quote=False)
    return f'<details class="diagram"><summary>{title}</summary>{listing}</details>'


def put_back(html: str, apart: Sequence[str]) -> str | None:
    """Sanitised HTML with code in its places; None where a place is not as it was made.

    What code blocks show is text and spans with classes of ours alone: it needs no sanitising,
    which takes twice as long as all else. A place counts between the quotes and tags of its
    element only: in an attribute they would be escaped.
    """
    if not apart and "\ue000" not in html:
        return html
    places = [number for _, number in _PLACE.findall(html)]
    if places != list(map(str, range(len(apart)))) or html.count("\ue000") != len(apart):
        return None
    return _PLACE.sub(lambda place: place[1] + apart[int(place[2])], html)


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


def _runs(lexer: Any, code: str) -> Iterator[tuple[str, str]]:
    """The code in pieces of one class each."""
    before, run = "", ""
    for token, text in lexer.get_tokens(code):
        name = _class(token)
        if name == "w":
            name = before if "\n" not in text else ""
        if name == before:
            run += text
            continue
        if run:
            yield before, run
        before, run = name, text
    if run:
        yield before, run


def _lines(runs: Iterator[tuple[str, str]], found: FenceInfo) -> Iterator[str]:
    """The code line by line, each in an element of its own, so that marked ones can look it
    and numbers can be before them."""
    number, line = 1, ""
    for name, text in runs:
        *ended, last = text.split("\n")
        for part in ended:
            yield _line(number, f"{line}{_span(name, part) if part else ''}\n", found)
            number, line = number + 1, ""
        line += _span(name, last) if last else ""
    if line:
        yield _line(number, line, found)


def _line(number: int, html: str, found: FenceInfo) -> str:
    names = {"added": found.added, "removed": found.removed, "mark": found.lines}
    name = next((f" line-{name}" for name, marked in names.items() if number in marked), "")
    shown = f' data-line="{int(found.start) + number - 1}"' if found.start else ""
    return f'<span class="code-line{name}"{shown}>{html}</span>'


def _span(name: str, text: str) -> str:
    safe = escape(text, quote=False)
    return f'<span class="{name}">{safe}</span>' if name else safe
