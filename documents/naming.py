"""Names of files: what they say about a topic's slug, order and title."""

import re
from pathlib import PurePosixPath

from .headings import slug

_PREFIX = re.compile(r"(\d{1,6})[ _.-]+(?=.)")
_RUNS = re.compile(r"-+")


def topic_slug(name: str, *, keep_prefix: bool = False) -> str:
    """The slug that a file or folder name gives: "01_introduction.md" gives "introduction".

    `keep_prefix` puts the number back, for two names that would collide without it. A name of
    which nothing is left gives "topic".
    """
    stem = _stem(name)
    if not keep_prefix:
        stem = _PREFIX.sub("", stem, count=1) if _PREFIX.match(stem) else stem
    text = re.sub(r"[\s_.]+", "-", stem)
    return _RUNS.sub("-", slug(text).replace("_", "-")).strip("-")[:100].rstrip("-") or "topic"


def order_of(name: str) -> int | None:
    """The order that a name's numeric prefix gives: 1 for "01_introduction", None without one."""
    found = _PREFIX.match(_stem(name))
    return int(found[1]) if found else None


def title_of(name: str) -> str:
    """A title from a name, for a document that has none: "07_load-testing.md", "Load testing"."""
    stem = _stem(name)
    found = _PREFIX.match(stem)
    words = re.sub(r"[\s_-]+", " ", stem[found.end() :] if found else stem).strip()
    return words[:1].upper() + words[1:] or "Untitled"


def _stem(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.suffix.lower() in (".md", ".markdown", ".txt"):
        return path.stem
    return path.name
