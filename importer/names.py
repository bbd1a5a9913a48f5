"""How names of files are compared: without case, in one form of Unicode, without an export's ids.

Pure functions over paths with slashes.
"""

import posixpath
import re
import unicodedata
from functools import lru_cache

from documents.slugs import SUFFIXES, table_name, topic_slug, without_id

# What tools end the address of a page with, beside the suffixes of documents.
_PAGES = (".html", ".htm", ".xhtml")
_INDEXES = ("index", "_index", "readme")
_GAPS = re.compile(r"[\s_-]+")


@lru_cache(maxsize=20_000)
def fold(path: str) -> str:
    """A path by which files are compared."""
    plain = unicodedata.normalize("NFC", path).casefold()
    return "/".join(without_id(part) for part in plain.split("/") if part)


@lru_cache(maxsize=20_000)
def page_name(path: str) -> str:
    """What a document's path and every address of its page have in common.

    `guide/Pools.md`, `guide/pools.html`, `guide/pools/` are `guide/pools`.
    """
    name = fold(path)
    if table := table_name(posixpath.basename(name)):
        return fold(posixpath.join(posixpath.dirname(name), table))
    stem, suffix = posixpath.splitext(name)
    return without_id(stem) if suffix in SUFFIXES or suffix in _PAGES else name


def is_page(path: str) -> bool:
    """Whether an address may be that of a page: it has no suffix but that of one."""
    suffix = posixpath.splitext(path)[1].lower()
    return not suffix or suffix in SUFFIXES or suffix in _PAGES


def folder_of_index(name: str) -> str | None:
    """Of the name of an index that of its folder; None of any other."""
    folder, _, last = name.rpartition("/")
    return folder if last in _INDEXES else None


@lru_cache(maxsize=20_000)
def slug_name(name: str) -> str:
    """A page's name as tools write it in an address: no numbers in front, dashes for blanks."""
    return "/".join(topic_slug(part) for part in name.split("/")) if name else name


@lru_cache(maxsize=20_000)
def wiki_name(name: str) -> str:
    """A name as wikis compare it: blanks, dashes and underscores are the same."""
    return "/".join(_GAPS.sub("-", part).strip("-") for part in fold(name).split("/"))
