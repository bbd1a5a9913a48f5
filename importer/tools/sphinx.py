"""Sphinx with MyST, and Jupyter Book: `conf.py` beside an index. `_toc.yml` and `myst.yml` list the
pages in their order, or `toctree` in the index and in the pages that it lists."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importer.tools.redirects import of_script_map
from importer.tools.tool import Facts, Tool, listed_in, text_of, texts_of, yaml_of

MOST_PAGES = 500
_SUFFIXES = ("", ".md", ".rst", "/index.md", "/index.rst")
_TREE = re.compile(r"([ \t]*)(?:(`{3,}|:{3,})\{toctree\}|\.\. toctree::)[^\n]*")
_COMMENT = re.compile(r"(\"[^\"\n]*\"|'[^'\n]*')|#[^\n]*")
_ENTRY = re.compile(r"(?:[^<>]*<)?([^<>:*?\s]+)>?")


def _facts(folder: Path) -> Facts:
    book = yaml_of(text_of(folder / "_toc.yml"))
    project = yaml_of(text_of(folder / "myst.yml")).get("project")
    pages = project.get("toc") if isinstance(project, dict) else None
    titles = _files([book, pages])
    order = list(titles)
    if not order:
        index = next((name for name in ("index.md", "index.rst") if (folder / name).is_file()), "")
        _follow(folder, index, order, set())
    script = text_of(folder / "conf.py")
    redirects = of_script_map(script, "redirects") | {
        old: new if "://" in new else f"/{new.lstrip('/')}"  # these are from the root
        for old, new in of_script_map(script, "rediraffe_redirects").items()
    }
    return Facts("", (), order, _hidden(folder, project), redirects, titles)


def _hidden(folder: Path, project: Any) -> list[str]:
    """What its configuration leaves out, and templates."""
    script = _COMMENT.sub(r"\1", text_of(folder / "conf.py"))
    found = [*listed_in(script, "exclude_patterns"), *listed_in(script, "templates_path")]
    found += texts_of(yaml_of(text_of(folder / "_config.yml")).get("exclude_patterns"))
    return found + (texts_of(project.get("exclude")) if isinstance(project, dict) else [])


def _follow(folder: Path, page: str, order: list[str], seen: set[str]) -> None:
    """Add what the trees of a page list to the order, each page with what it lists itself."""
    if page in seen or len(seen) >= MOST_PAGES:
        return
    seen.add(page)
    for name in _entries(text_of(folder / page) if page else ""):
        path = name.lstrip("/") if name.startswith("/") else f"{posixpath.dirname(page)}/{name}"
        path = posixpath.normpath(path.lstrip("/"))
        if path.startswith(".."):
            continue
        order.append(path)
        files = (path + suffix for suffix in _SUFFIXES)
        if found := next((file for file in files if (folder / file).is_file()), ""):
            _follow(folder, found, order, seen)


def _entries(text: str) -> Iterator[str]:
    """What the trees of a text list: paths, and paths behind a title."""
    end: str | None = None
    for line in text.splitlines() if "toctree" in text else ():
        plain = line.strip()
        if tree := _TREE.fullmatch(line):
            end, indent = tree[2] or "", len(tree[1])
        elif end is None or not plain:
            continue
        elif plain == end or (not end and len(line) - len(line.lstrip()) <= indent):
            end = None
        elif (entry := _ENTRY.fullmatch(plain)) and plain[0] != ":" and "://" not in plain:
            yield entry[1]


def _files(root: Any) -> dict[str, str]:
    """The files of a list of parts, chapters and sections, in their order, with their titles."""
    found: dict[str, str] = {}
    stack = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            pages = (item.get(key) for key in ("root", "file"))
            title = next(iter(texts_of(item.get("title"))), "")
            found |= {page: title for page in pages if isinstance(page, str) and page}
            inner = ("parts", "chapters", "sections", "children", "entries", "subtrees")
            stack += [item[key] for key in reversed(inner) if key in item]
    return found


def _confirm(folder: Path) -> bool:
    if (folder / "_toc.yml").is_file() or (folder / "myst.yml").is_file():
        return True
    return any((folder / f"index.{suffix}").is_file() for suffix in ("md", "rst"))


TOOL = Tool(
    signs=("_toc.yml", "myst.yml", "conf.py"),
    facts=_facts,
    confirm=_confirm,
    no_pages=("_build", "_templates"),
)
