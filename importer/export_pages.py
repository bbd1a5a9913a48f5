"""Pages of an export whose files are named by ids: each gets a path of its title."""

import re
from dataclasses import dataclass

_UNFIT = re.compile(r"[/\\\x00-\x1f\x7f:]+")


@dataclass(frozen=True, slots=True)
class Page:
    """An item of an export: its path below the export's folder, and its place among its siblings.
    One that is no page is a file that pages show, or with an empty path nothing that is seen."""

    path: str
    order: int
    is_page: bool = True
    tags: tuple[str, ...] = ()


def file_name(title: str) -> str:
    """A title as the name of a file."""
    return _UNFIT.sub("-", " ".join(title.split())).strip(" .-")[:80].strip()


def free_path(stem: str, taken: set[str]) -> str:
    """A path for a document that no other has; `taken` gets it."""
    path, number = f"{stem}.md", 1
    while path.casefold() in taken:
        number += 1
        path = f"{stem} {number}.md"
    taken.add(path.casefold())
    return path
