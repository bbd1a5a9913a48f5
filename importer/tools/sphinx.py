"""Sphinx with MyST, and Jupyter Book: `conf.py` beside an index; `_toc.yml` and `myst.yml` list the
pages in their order."""

from pathlib import Path
from typing import Any

from importer.tools.tool import Facts, Tool, text_of, yaml_of


def _facts(folder: Path) -> Facts:
    book = yaml_of(text_of(folder / "_toc.yml"))
    project = yaml_of(text_of(folder / "myst.yml")).get("project")
    pages = project.get("toc") if isinstance(project, dict) else None
    return Facts("", (), _files([book, pages]))


def _files(root: Any) -> list[str]:
    """The files of a list of parts, chapters and sections, in their order."""
    found: list[str] = []
    stack = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            pages = (item.get(key) for key in ("root", "file"))
            found += [page for page in pages if isinstance(page, str) and page]
            inner = ("parts", "chapters", "sections", "children", "entries", "subtrees")
            stack += [item[key] for key in reversed(inner) if key in item]
    return found


def _confirm(folder: Path) -> bool:
    if (folder / "_toc.yml").is_file() or (folder / "myst.yml").is_file():
        return True
    return any((folder / f"index.{suffix}").is_file() for suffix in ("md", "rst"))


TOOL = Tool(signs=("_toc.yml", "myst.yml", "conf.py"), facts=_facts, confirm=_confirm)
