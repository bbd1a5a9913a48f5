"""The project that a root is, lies in or holds, and what its tool says of the root's files."""

import os
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from importer.link_names import NO_SITE, Site
from importer.names import folder_of_index, page_name
from importer.tools import no_pages, redirects
from importer.tools.tool import Facts, Tool

ABOVE = 3  # folders above a root that may be the project's
MOST_FOLDERS = 200
MOST_TITLES, LONGEST_TITLE = 2_000, 200
_POSITION = re.compile(r"([+-]\d+\.\d+) (.*)")


@dataclass(frozen=True, slots=True)
class Project:
    """A root's tool, where its site is, the paths of its navigation and patterns of the files that
    are no pages, both from the root, the addresses of the site that lead on, and what documents and
    folders without a title are called, by the names of their pages."""

    tool: str = ""
    site: Site = NO_SITE
    order: Sequence[str] = field(default=())
    no_pages: Sequence[str] = field(default=())
    redirects: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def title_of(self, origin: str) -> str:
        """What a document or folder is called that says nothing itself, or ""."""
        if not self.titles:
            return ""
        name = page_name(origin)
        folder = folder_of_index(name)
        above = "" if folder is None else self.titles.get(folder, "")
        return self.titles.get(name) or above

    def is_page(self, path: str) -> bool:
        """Whether a document becomes a page of its own."""
        return not no_pages.matches(path, self.no_pages)


def at_position(path: str, position: float) -> str:
    """A line of an order that gives a path its place among the pages around it."""
    return f"{position:+012.3f} {path}"


def find_project(root: Path, tools: Iterable[tuple[str, Tool]], dialect: str = "") -> Project:
    """The project of a root, of the tool `dialect` if that is given.

    Its configuration is looked for in the root, in the folders below it, two deep, and in those
    above whose documents the root is.
    """
    tools = [(name, tool) for name, tool in tools if not dialect or name == dialect]
    for name, tool, folder in _places(root, tools):
        facts = tool.facts(folder)
        docs = Path(posixpath.normpath((folder / facts.docs).as_posix()))
        if not folder.is_relative_to(root) and not (facts.docs and root.is_relative_to(docs)):
            continue
        return _project(root, name, docs, facts, tool, redirects.of_host(folder))
    always = [pattern for _, tool in tools for pattern in tool.no_pages] if dialect else []
    told = redirects.usable(redirects.of_host(root).items())
    return Project(dialect, Site(dialect), (), no_pages.below("", always), told)


def _places(root: Path, tools: Sequence[tuple[str, Tool]]) -> Iterable[tuple[str, Tool, Path]]:
    below = _folders_in(root)
    deeper = [folder for inner in below for folder in _folders_in(inner)]
    for folders in ([root, *below, *list(root.parents)[:ABOVE]], deeper[:MOST_FOLDERS]):
        found = [
            (name, tool, folder)
            for folder in folders
            if (names := _names_in(folder))
            for name, tool in tools
            if tool.is_at(folder, names)
        ]
        # A summary alone may be a chapter list of another tool.
        yield from sorted(found, key=lambda place: place[0] == "gitbook")


def _names_in(folder: Path) -> set[str]:
    try:
        return set(os.listdir(folder))
    except OSError:
        return set()


def _folders_in(folder: Path) -> list[Path]:
    try:
        inside = (f for f in folder.iterdir() if f.is_dir() and not f.name.startswith("."))
        return sorted(inside)[:MOST_FOLDERS]
    except OSError:
        return []


def _project(
    root: Path, name: str, docs: Path, facts: Facts, tool: Tool, told: Mapping[str, str]
) -> Project:
    base = docs.relative_to(root).as_posix() if docs.is_relative_to(root) else ""
    inner = root.relative_to(docs).as_posix() if root.is_relative_to(docs) else ""
    base, inner = ("" if path in ("", ".") else f"{path}/" for path in (base, inner))
    order = []
    for path in facts.order:
        position = _POSITION.fullmatch(path)
        inside = (position[2] if position else path).lstrip("/")
        if inside.startswith(inner):
            found = base + inside.removeprefix(inner)
            if "./" in found:
                found = posixpath.normpath(found) + "/" * found.endswith("/")
            order.append(f"{position[1]} {found}" if position else found)
    prefixes = list(facts.prefixes)
    if inner:  # addresses still begin with the folders that the root lies in
        prefixes += [f"{prefix}/{inner.strip('/')}" for prefix in ["", *facts.prefixes]]
    longest_first = sorted(set(prefixes), key=lambda prefix: (-len(prefix), prefix))
    own = [pattern.removeprefix(inner) for pattern in facts.no_pages]
    hidden = no_pages.below(base, [*tool.no_pages, *own])
    leading_on = redirects.usable({**told, **facts.redirects}.items())
    site = Site(name, tuple(longest_first), base)
    called = {
        page_name(base + path.removeprefix(inner)): title[:LONGEST_TITLE]
        for path, title in list(facts.titles.items())[:MOST_TITLES]
        if path.startswith(inner)
    }
    return Project(name, site, order, hidden, leading_on, called)


class Navigation:
    """The place of each file and folder in a project's navigation."""

    def __init__(self, order: Sequence[str], origins: Iterable[str]) -> None:
        """`origins` are those of all topics of the root."""
        names = {page_name(origin): origin for origin in reversed(list(origins))} if order else {}
        self._ranks: dict[str, float] = {}
        rank = 0
        for path in order:
            position = _POSITION.fullmatch(path)
            origin = _origin(position[2] if position else path, names)
            if origin is None:
                continue
            if position:
                self._ranks.setdefault(origin, float(position[1]))
                continue
            if origin not in self._ranks:
                rank += 1
                self._ranks[origin] = rank
            for folder in _folders_above(origin):
                self._ranks.setdefault(folder, self._ranks[origin])

    def __bool__(self) -> bool:
        return bool(self._ranks)

    def place_of(self, origin: str) -> float | None:
        """A number that grows along the navigation, None for what it does not name."""
        return self._ranks.get(origin)


def _origin(path: str, names: Mapping[str, str]) -> str | None:
    name = page_name(path.partition("#")[0])
    folder = folder_of_index(name)
    found = names.get(name)
    if found is None and folder is not None:
        found = names.get(folder)
    return found or names.get(f"docs/{name}")


def _folders_above(origin: str) -> Iterable[str]:
    parts = origin.rstrip("/").split("/")[:-1]
    return ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]
