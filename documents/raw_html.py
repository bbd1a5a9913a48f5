"""Raw HTML in Markdown: which names are elements, and what must not hide the text behind it."""

import re

from markdown_it.common.html_blocks import block_names
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_inline import StateInline, html_inline
from markdown_it.token import Token

from .values import Notice

_OTHER_TAGS = (
    "a abbr acronym audio b bdi bdo big blink br button canvas cite code data datalist del dfn em "
    "embed font hgroup i img input ins kbd label map mark marquee math meter noembed noscript "
    "object output picture plaintext pre progress q rb rp rt rtc ruby s samp script select slot "
    "small source span strike strong style sub sup svg template textarea time tt u var video wbr "
    "xmp path circle rect g use line polygon"
)
HTML_TAGS = frozenset(block_names) | frozenset(_OTHER_TAGS.split())
# Elements that hide what follows them until they are closed.
_HIDING = (
    "script style title textarea xmp iframe noembed noframes noscript plaintext select form button "
    "svg math template object embed"
)
HIDING_TAGS = frozenset(_HIDING.split())
_SHOWN_TAGS = HTML_TAGS - HIDING_TAGS
TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
_FENCE = re.compile(r"(?<=>\n)[ \t]*(?:```|~~~)")
# What starts an HTML block that a blank line does not end, and what ends it.
_ENDS = (
    (re.compile(r"\s*<(?:script|pre|style|textarea)\b", re.I), "</"),
    (re.compile(r"\s*<!--"), "-->"),
    (re.compile(r"\s*<\?"), "?>"),
    (re.compile(r"\s*<!\[CDATA\["), "]]>"),
    (re.compile(r"\s*<![A-Za-z]"), ">"),
)


def block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A block of HTML, unless its name is no element's."""
    start = state.bMarks[line] + state.tShift[line]
    name = TAG_NAME.match(state.src, start, state.eMarks[line])
    if name and (name[1].lower() not in HTML_TAGS or name[1] == "Link"):  # a component
        return False
    if not html_block(state, line, end, silent):
        return False
    if not silent and state.env["reading"].tool == "jekyll":
        _end_at_fence(state, line)
    return True


def _end_at_fence(state: StateBlock, line: int) -> None:
    """A fence right below a tag ends the block, as in kramdown."""
    token = state.tokens[-1]
    found = _FENCE.search(token.content)
    if found and not any(start.match(token.content) for start, _ in _ENDS):
        token.content = token.content[: found.start()]
        state.line = line + token.content.count("\n")
        token.map = [line, state.line]


def inline(state: StateInline, silent: bool) -> bool:
    """Raw HTML of elements that exist and hide nothing. All else stays what the author wrote:
    `<T>`, `<int>`, and a `<script>` that a sentence speaks of."""
    if state.src[state.pos] != "<":
        return False
    name = TAG_NAME.match(state.src, state.pos)
    if name and name[1].lower() not in _SHOWN_TAGS:
        return False
    return html_inline(state, silent)


def never_ends(token: Token, end: int) -> Notice | None:
    """What to say of a fence or HTML block that runs to the last line for want of an end."""
    if token.type not in ("fence", "html_block") or token.map is None or token.map[1] < end:
        return None
    if token.type == "fence":
        open_ended = token.content.count("\n") == token.map[1] - token.map[0] - 1
        message = "a code fence never ends"
    else:
        close = next((close for start, close in _ENDS if start.match(token.content)), "")
        open_ended = close not in token.content
        message = "an HTML block or comment never ends"
    return Notice(token.map[0] + 1, message) if open_ended else None


def harmless(html: str) -> str:
    """Raw HTML that hides nothing below it: an open comment is closed, the tag of an element
    that would swallow what follows becomes text."""
    if html.rfind("<!--") > html.rfind("-->"):
        html += "-->\n"
    lower = html.lower()
    for name in HIDING_TAGS:
        if lower.count(f"<{name}") > lower.count(f"</{name}"):
            html = re.sub(f"<(?={name})", "&lt;", html, flags=re.IGNORECASE)
    return html
