"""What a document is called."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Protocol

from .plain_text import first_heading
from .slugs import title_of, title_of_page
from .values import ParsedSection

# Tools that show the name of a page above its text, whatever heading that begins with.
_BY_FILE = frozenset(("azure", "gollum"))
_POSTS = ("_posts", "_drafts")
_POST = re.compile(r"\d{4}-\d\d-\d\d-(.+)")
_INDEXES = ("index", "_index", "readme")


class Headed(Protocol):
    """What is needed of a section."""

    level: int
    is_item: bool
    markdown: str


def title_of_document(
    given: str, sections: Sequence[ParsedSection], path: str, tool: str = ""
) -> str:
    """The title that front matter gives, or else the title heading, or else the first one.

    A note that begins with text, and has a heading of a lower rank only below it, is called as its
    file, as note-taking tools and wikis do; wikis whose pages are their files call all so.
    """
    if tool in _BY_FILE:
        return given or title_of_file(path)
    title = given or sections[0].title
    if tool == "logseq":  # all its headings are those of blocks
        return title or title_of_page(path)
    title = title or first_heading(sections[0].html)
    if not title and len(sections) > 1 and not begins_with_text(sections):
        is_first = tool != "obsidian" or sections[1].level == 1
        title = sections[1].title if is_first else ""
    return title or title_of_file(path)


def title_of_file(path: str) -> str:
    """The title of a file by its name; of one that speaks for its folder by the folder's, of a
    post without its day."""
    file = PurePosixPath(path)
    if file.parent.name in _POSTS and (post := _POST.fullmatch(file.stem)):
        return title_of(post[1])
    if file.stem.lower() in _INDEXES and file.parent.name:
        return title_of(file.parent.name)
    return title_of(file.name)


def begins_with_text(sections: Sequence[Headed]) -> bool:
    """Whether text is before the first heading, and that is none of the highest rank."""
    first = sections[1]
    return bool(sections[0].markdown) and not first.is_item and first.level > 1
