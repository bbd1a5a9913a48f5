"""Folders of notes whose links name a note, wherever it lies."""

import json
import re
from pathlib import Path
from typing import Any

from importer.tools.tool import Facts, Tool, quoted_in, text_of, texts_of

# Where Obsidian keeps that a folder holds templates, and that files do not count.
_SETTINGS = (
    ("templates.json", "folder"),
    ("plugins/templater-obsidian/data.json", "templates_folder"),
    ("app.json", "userIgnoreFilters"),
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


_HIDDEN_FOLDERS = re.compile(r":hidden\s*\[([^\[\]]*)\]")


def _logseq(folder: Path) -> Facts:
    """Its settings, copies of before and what it does not read."""
    hidden = _HIDDEN_FOLDERS.search(text_of(folder / "logseq/config.edn"))
    names = [name.strip("/") for name in quoted_in(hidden[1])] if hidden else []
    return Facts("", (), (), [name for name in names if name])


LOGSEQ = Tool(signs=("logseq/config.edn",), facts=_logseq, no_pages=("logseq",))
OBSIDIAN = Tool(signs=(".obsidian",), facts=_facts)
_AROUND = ("_Sidebar", "_Footer", "_Header")  # what is beside every page
GOLLUM = Tool(
    signs=("_Sidebar.md", "_Footer.md", "_Sidebar.mediawiki"),
    no_pages=tuple(f"**/{name}.{form}" for name in _AROUND for form in ("md", "markdown", "txt")),
)
