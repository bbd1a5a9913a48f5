"""Docsify: a page of HTML that loads it, beside the documents; `_sidebar.md` lists them in their
order, and is beside every page as `_navbar.md` does."""

from pathlib import Path

from importer.tools.gitbook import chapters
from importer.tools.tool import Facts, Tool, text_of


def _facts(folder: Path) -> Facts:
    listed = chapters(text_of(folder / "_sidebar.md"))
    titles = {path.partition("?")[0].lstrip("/"): title for path, title in listed.items()}
    order = [path.partition("?")[0].lstrip("/") or "README.md" for path in listed]
    return Facts("", (), order, titles=titles)


_AROUND = ("_sidebar", "_navbar", "_coverpage", "_footer", "_404")
TOOL = Tool(
    signs=("index.html",),
    facts=_facts,
    confirm=lambda folder: "docsify" in text_of(folder / "index.html"),
    no_pages=tuple(f"**/{name}.md" for name in _AROUND),
)
