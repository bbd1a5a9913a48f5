"""Headings: their source, their pinned id, and GitHub's slugs."""

import re
import unicodedata
from collections.abc import Callable

LONGEST = 200

_PIN = re.compile(r"\{#([^\s{}#<>\"'&]{1,200})\}")
_WHOLLY_BOLD = re.compile(r"(\*\*\*|\*\*|__|\*|_)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_KEPT = re.compile(r"[\w \-]", re.UNICODE)


def split_pin(source: str) -> tuple[str, str]:
    """A heading's source without its `{#id}`, and that id or ""."""
    source = source.strip()
    start = source.rfind("{#") if source.endswith("}") else -1
    found = _PIN.fullmatch(source, start) if start >= 0 else None
    if not found or (start and source[start - 1] not in " \t"):
        return source, ""
    return source[:start].rstrip(), found[1]


def unwrap(source: str) -> str:
    """A heading without the emphasis that spans all of it."""
    while found := _WHOLLY_BOLD.fullmatch(source.strip()):
        source = found[2]
    return source.strip()


def slug(text: str) -> str:
    """GitHub's anchor of a heading: lower case, blanks to dashes, everything but letters, marks,
    digits, `_` and `-` dropped. Blanks are not merged: "a & b" gives "a--b". At most LONGEST
    characters."""
    kept = (
        character
        for character in text.strip().lower()
        if _KEPT.match(character) or unicodedata.category(character)[0] == "M"
    )
    return "".join(kept).replace(" ", "-")[:LONGEST]


def assign_anchors(wanted: list[tuple[str, str]]) -> list[str]:
    """Anchors for `(slug, pin)` pairs in document order, each one unique.

    Pinned ids are given out first; a pin that stands twice and a repeated slug get GitHub's
    `-1`, `-2`. A heading without any letter is called "section".
    """
    seen: dict[str, int] = {}
    taken: dict[int, str] = {}
    for index, (_, pin) in enumerate(wanted):
        if pin:
            taken[index] = _unique(pin, seen, "{}-{}".format)
    for index, (name, _) in enumerate(wanted):
        if index not in taken:
            pattern = "{}--{}" if _ITEM.fullmatch(name) else "{}-{}"
            taken[index] = _unique(name or "section", seen, pattern.format)
    return [taken[index] for index in range(len(wanted))]


# "1-1-2" with "-1" added would be the anchor of item 1.1.2.1.
_ITEM = re.compile(r"\d+(?:-\d+)+")


def _unique(name: str, seen: dict[str, int], add: Callable[[str, int], str]) -> str:
    result = name
    while result in seen:
        seen[name] += 1
        result = add(name, seen[name])
    seen[result] = 0
    return result
