"""Slugs: anchors as GitHub makes them from headings, and what the names of files say."""

import posixpath
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote

LONGEST = 200
# The files that are read as documents.
SUFFIXES = (".md", ".markdown", ".mdx", ".txt", ".qmd", ".rmd")

_WHOLLY_BOLD = re.compile(r"(\*\*\*|\*\*|__|\*|_)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_FILE_NUMBER = re.compile(r"(\d{1,6})[ _.-]+(?=.)")
# The id that Notion writes behind the name of each file and folder of an export.
_NOTION_ID = re.compile(r"[ _-][0-9a-f]{32}$|[ _][0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?!\d)")
# What names of files may not hold, as Azure DevOps writes it; its dashes are blanks.
_ENCODED = re.compile(r"%(?:2D|3A|3C|3E|2A|3F|7C|22)")
_JOURNAL = re.compile(r"(\d{4})_(\d\d)_(\d\d)")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_RUNS = re.compile(r"-+")
# "1-1-2" with "-1" added would be the anchor of item 1.1.2.1.
_ITEM = re.compile(r"\d+(?:-\d+)+")
_KEPT = re.compile(r"[\w \-]", re.UNICODE)


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

    Pinned ids are given out first; a pin that occurs twice and a repeated slug get GitHub's
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


def _unique(name: str, seen: dict[str, int], add: Callable[[str, int], str]) -> str:
    result = name
    while result in seen:
        seen[name] += 1
        result = add(name, seen[name])
    seen[result] = 0
    return result


@lru_cache(maxsize=5_000)  # the same folders are named again and again
def topic_slug(name: str, *, keep_prefix: bool = False) -> str:
    """The slug that a file or folder name gives: "01_introduction.md" gives "introduction".

    `keep_prefix` puts the number back, for two names that would collide without it. A name of
    which nothing is left gives "topic".
    """
    stem = stem_of(name)
    if not keep_prefix:
        stem = _FILE_NUMBER.sub("", stem, count=1) if _FILE_NUMBER.match(stem) else stem
    text = re.sub(r"[\s_.]+", "-", decoded(stem))
    return _RUNS.sub("-", slug(text).replace("_", "-")).strip("-")[:100].rstrip("-") or "topic"


def title_slug(title: str) -> str:
    """The slug that all of a title gives, which names no file: "CI/CD" gives "ci-cd"."""
    return topic_slug(re.sub(r"[/\\]", " ", title), keep_prefix=True)


def order_of(name: str) -> int | None:
    """The order that a name's numeric prefix gives: 1 for "01_introduction", None without one."""
    found = _FILE_NUMBER.match(stem_of(name))
    return int(found[1]) if found else None


def title_of(name: str) -> str:
    """A title from a name, for a document that has none: "07_load-testing.md", "Load testing".
    A day stays as it is: "2024-05-01-talk.md", "2024-05-01 talk"."""
    stem = stem_of(name)
    day = _DATE.match(stem)
    found = day or _FILE_NUMBER.match(stem)
    words = decoded(re.sub(r"[\s_-]+", " ", stem[found.end() :] if found else stem)).strip()
    if day:
        return f"{day[0]} {words}".strip()
    return words[:1].upper() + words[1:] or "Untitled"


def decoded(name: str) -> str:
    """A name with the characters that Azure DevOps writes as numbers."""
    return _ENCODED.sub(lambda found: unquote(found[0]), name) if "%" in name else name


def names_of_page(path: str) -> list[str]:
    """What a page of Logseq is called, by its file's name: `a___b.md` is "a/b", `2024_05_06.md` a
    day's, which links also write in other ways."""
    stem = stem_of(path)
    if day := _JOURNAL.fullmatch(stem):
        year, month, number = day[1], int(day[2]), int(day[3])
        if 0 < month < 13 and 0 < number < 32:
            end = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")
            return [f"{_MONTHS[month - 1]} {number}{end}, {year}", "-".join(day.groups())]
    return [unquote(stem.replace("___", "/"))] if "%" in stem or "___" in stem else []


def title_of_page(path: str) -> str:
    """The title of a page of Logseq that gives itself none."""
    return next(iter(names_of_page(path)), "") or title_of(path)


def stem_of(name: str) -> str:
    """The name of a file or folder without the suffix of a document and without an export's id."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    last = parts[-1] if parts else ""
    stem, suffix = posixpath.splitext(last)
    if suffix.lower() in SUFFIXES:
        return without_id(stem)
    return without_id(table_name(last) or last)


def table_name(name: str) -> str:
    """The name of a table of a Notion export without its suffix; "" of any other file."""
    stem, dot, suffix = name.rpartition(".")
    table = stem.removesuffix("_all")
    return table if dot and suffix.lower() == "csv" and _NOTION_ID.search(table) else ""


def without_id(name: str) -> str:
    """A name without the id that Notion puts behind it; an id alone stays."""
    return _NOTION_ID.sub("", name) or name
