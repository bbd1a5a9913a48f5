"""A raw export of Joplin: a flat folder of notes, notebooks and files, each named by its id, with
what is known of it at its end. Each note gets a path of its title below its notebook's."""

import posixpath
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import quote

from documents.encoding import decode
from documents.front_matter_forms import dump
from importer.export_pages import Page, file_name, free_path

NOTE, FILE, TAGGED = "1", "4", "6"
MOST = 20_000  # items of an export
MOST_LEVELS = 20
LONGEST_END = 4_000  # bytes of what is known of an item
_NAME = re.compile(r"([0-9a-f]{32})\.md")
_END = re.compile(r"(?:\A|\n\n)((?:[a-z_]+:[^\n]*\n)*type_: (\d+))\s*\Z")
_LINK = re.compile(r":/([0-9a-f]{32})")


def pages_of(folder: Path, names: Collection[str]) -> dict[str, Page]:
    """The notes of the export that a folder is, by the names of their files, and what has no page
    with an empty path; none of any other folder."""
    items = {found[1]: name for name in names if (found := _NAME.fullmatch(name))}
    if not items or len(items) > MOST:
        return {}
    known: dict[str, dict[str, str]] = {}
    for item, name in items.items():
        said = _said(_end_of(folder / name))
        if said.get("id") != item:
            return {}
        known[item] = said | {"title": _title(folder / name)}
    tags: dict[str, list[str]] = {}
    for said in known.values():
        if said["type_"] == TAGGED and said.get("tag_id") in known:
            tags.setdefault(said.get("note_id", ""), []).append(known[said["tag_id"]]["title"])
    pages = {}
    taken: set[str] = set()
    order = sorted(known, key=lambda item: (known[item]["title"].casefold(), item))
    for number, item in enumerate(order):
        said = known[item]
        path = ""
        if said["type_"] == NOTE:
            above = _above(said.get("parent_id", ""), known)
            path = free_path(posixpath.join(*above, file_name(said["title"]) or "Untitled"), taken)
        elif said["type_"] == FILE:
            end = said.get("file_extension", "")
            path = f"resources/{item}.{end}" if end else f"resources/{item}"
        is_page = said["type_"] == NOTE
        pages[items[item]] = Page(path, number, is_page=is_page, tags=tuple(tags.get(item, ())))
    return pages


def note_as_markdown(data: bytes, name: str, pages: Mapping[str, Page]) -> str:
    """A note as Markdown with its title; its links lead to the other notes and files."""
    text = decode(data).text.replace("\r\n", "\n")
    body = _END.sub("", text)
    title, _, body = body.partition("\n")
    here = posixpath.dirname(pages[name].path)

    def place(found: re.Match[str]) -> str:
        page = pages.get(f"{found[1]}.md")
        return quote(posixpath.relpath(page.path, here or ".")) if page and page.path else found[0]

    values = {"title": title.strip() or "Untitled", "tags": sorted(pages[name].tags)}
    said = dump({key: value for key, value in values.items() if value})
    return f"---\n{said}---\n\n{_LINK.sub(place, body.strip())}\n"


def _above(notebook: str, known: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The names of a notebook and of those around it, the outermost first."""
    names: list[str] = []
    while notebook in known and len(names) < MOST_LEVELS:
        names.insert(0, file_name(known[notebook]["title"]) or "Untitled")
        notebook = known[notebook].get("parent_id", "")
    return names or [""]


def _said(end: str) -> dict[str, str]:
    found = _END.search(end)
    lines = found[1].split("\n") if found else []
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _end_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            opened.seek(max(file.stat().st_size - LONGEST_END, 0))
            return opened.read().decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""


def _title(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            line = opened.readline(1_000).decode("utf-8", "replace").strip()
    except OSError:
        return ""
    return "" if _END.match(f"{line}\ntype_: 0") else line
