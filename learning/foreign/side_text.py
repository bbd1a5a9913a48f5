"""What a side of another program's card says: its HTML as text, with its lines."""

import re
from html import unescape

from django.core.exceptions import SuspiciousOperation
from django.utils.html import strip_tags

_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_CELL = re.compile(r"</t[dh]\b[^<>]*>", re.I)
# Editors write a line as an element, often without an end of the one before it.
_NAMES = "address|article|blockquote|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|tr|ul"
_BLOCKS = re.compile(rf"\r?\n?(?:</?(?:{_NAMES})\b[^<>]*>\s*)+", re.I)
_BREAK = re.compile(r"<br\b[^<>]*>", re.I)
_PLAIN = re.compile(r"</?(?:br|div|p)\b[^<>]*>", re.I)
_SIGNS = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def plain_text(html: str) -> str:
    """The text of a card's side, with its lines."""
    html = _BREAK.sub("\n", _BLOCKS.sub("\n", _CELL.sub(" ", _UNSEEN.sub("", html))))
    try:
        html = strip_tags(html)
    except SuspiciousOperation:  # of thousands of tags without an end
        html = html.replace("<", " ")
    text = clean(unescape(html))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def is_plain(html: str) -> bool:
    """Whether HTML says no more than its lines."""
    return "<" not in _PLAIN.sub("", html)


def clean(text: str) -> str:
    """Without signs that no database takes."""
    return _SIGNS.sub("", text)
