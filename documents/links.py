"""Links as written: what kind they are, and on which lines they are."""

import posixpath
import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from .values import Link, LinkKind

# Lines to look at in one section before the lines of further links are left unknown.
MOST_EFFORT = 200_000

_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*", re.IGNORECASE)
_RESERVED = "%/:?#@!$&'()*+,;=~"  # what stays as it is in an address
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def kind_of(href: str) -> LinkKind:
    """What a link points to, by its form alone."""
    if href.startswith("#"):
        return "anchor"
    if href.lower().startswith("mailto:"):
        return "mail"
    if href.startswith("wiki:"):
        return "wiki"
    if href.startswith("//") or _SCHEME.match(href):
        return "external"
    return "internal"


def encoded(href: str) -> str:
    """An address with what none may hold percent-encoded; IPv6 keeps its `[]`."""
    host = _HOST.match(href)
    end = host.end() if host else 0
    return quote(href[:end], safe=f"{_RESERVED}[]") + quote(href[end:], safe=_RESERVED)


@lru_cache(maxsize=32)  # each is asked for twice
def split_href(href: str) -> tuple[str, str]:
    """Path, with slashes, and fragment of an internal link or anchor: percent-decoded, no query."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return "", ""
    return unquote(parts.path).replace("\\", "/"), unquote(parts.fragment)


def resolve(href: str, origin: str) -> tuple[str, str] | None:
    """Path (relative to the root that `origin` is relative to) and fragment of an internal link.

    `origin` is the path of the file that holds the link. A path that starts with a slash begins
    at the root. None when the link leads outside the root.
    """
    path, fragment = split_href(href)
    if not path:
        return origin, fragment
    base = "" if path.startswith("/") else posixpath.dirname(origin.rstrip("/"))
    parts: list[str] = []
    for part in (*base.split("/"), *path.lstrip("/").split("/")):
        if part in ("", "."):
            continue
        if part == "..":
            if not parts:
                return None
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts), fragment


def find_lines(links: list[Link], lines: list[str], first: int) -> None:
    """Set each link's line: the first of `lines` (numbered from `first`) that holds its target.

    Links come in reading order, so each is looked for from the line of the one before.
    """
    start, effort = 0, 0
    for link in links:
        target = link.href.removeprefix("mailto:")
        decoded = unquote(target)
        for offset in range(start, len(lines)):
            effort += 1
            if target in lines[offset] or decoded in lines[offset]:
                link.line = first + offset
                start = offset
                break
        if effort > MOST_EFFORT:
            return
