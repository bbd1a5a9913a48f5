"""Folders of notes whose links name a note, wherever it lies, and wikis in Git."""

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from importer.tools.tool import Facts, Tool, first_text, quoted_in, text_of, texts_of

# Where Obsidian keeps that a folder holds templates, and that files do not count.
_SETTINGS = (
    ("templates.json", "folder"),
    ("plugins/templater-obsidian/data.json", "templates_folder"),
    ("app.json", "userIgnoreFilters"),
)


# A link by a name, `[[text|Name]]`, or by an address.
_NAMED = re.compile(
    r"\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\]|\]\(<?([^()<>\s]{1,300})>?\)"
)


def _facts(folder: Path) -> Facts:
    found = [
        name.strip("/")
        for file, key in _SETTINGS
        for name in texts_of(_values(folder / ".obsidian" / file).get(key))
        if not name.startswith("/")  # a regular expression
    ]
    return Facts("", (), (), [name for name in found if name])


def _values(file: Path) -> dict[str, Any]:
    try:
        values = json.loads(text_of(file) or "{}")
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _order_of_gollum(folder: Path) -> Facts:
    """The pages that the bar beside each page links to, the home page first."""
    bar = first_text(folder, "_Sidebar.md", "_sidebar.md")
    names = (
        found[2] or found[1] or found[3].rpartition("/wiki/")[2] for found in _NAMED.finditer(bar)
    )
    paths = (unquote(name).partition("#")[0].strip().replace(" ", "-") for name in names)
    return Facts("", (), ["Home", *(path for path in paths if path and "://" not in path)])


def _is_wiki(folder: Path) -> bool:
    """Whether a folder is a wiki of GitHub, GitLab or Gollum: others have a file `_sidebar.md`."""
    names = os.listdir(folder)
    return bool({"_Sidebar.md", "_Footer.md", "_Sidebar.mediawiki"}.intersection(names)) or (
        not _HOMES.isdisjoint(names) and ("_sidebar.md" in names or folder.name.endswith(".wiki"))
    )


def _order_of_azure(folder: Path) -> Facts:
    """The pages of each folder in the order of its `.order`."""
    order: list[str] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if ".order" in names:
            above = Path(place).relative_to(folder)
            lines = text_of(Path(place) / ".order").splitlines()
            pages = (f"{line.strip().removesuffix('.md')}.md" for line in lines if line.strip())
            order += [(above / page).as_posix() for page in pages]
    return Facts("", (), order)


AZURE = Tool(signs=(".order",), facts=_order_of_azure)
_HIDDEN_FOLDERS = re.compile(r":hidden\s*\[([^\[\]]*)\]")


def _logseq(folder: Path) -> Facts:
    """Its settings, copies of before and what it does not read."""
    hidden = _HIDDEN_FOLDERS.search(text_of(folder / "logseq/config.edn"))
    names = [name.strip("/") for name in quoted_in(hidden[1])] if hidden else []
    return Facts("", (), (), [name for name in names if name])


LOGSEQ = Tool(signs=("logseq/config.edn",), facts=_logseq, no_pages=("logseq",))
OBSIDIAN = Tool(signs=(".obsidian",), facts=_facts)
_HOMES = frozenset(("Home.md", "home.md"))
_AROUND = ("_Sidebar", "_Footer", "_Header", "_sidebar")  # what is beside every page
GOLLUM = Tool(
    signs=("_Sidebar.md", "_Footer.md", "_Sidebar.mediawiki", *sorted(_HOMES)),
    facts=_order_of_gollum,
    confirm=_is_wiki,
    no_pages=tuple(f"**/{name}.{form}" for name in _AROUND for form in ("md", "markdown", "txt")),
)
