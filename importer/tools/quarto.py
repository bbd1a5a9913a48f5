"""Quarto: `_quarto.yml` lists the chapters of a book, or the sidebar of a website."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importer.tools.tool import Facts, Tool, first_text, prefixes, texts_of, yaml_of

_PAGES = ("chapters", "appendices", "contents", "section", "part", "href", "file", "rmd_files")
MOST_LEVELS = 10
_SUFFIXES = (".qmd", ".md", ".rmd", ".ipynb")


def _facts(folder: Path) -> Facts:
    config = yaml_of(first_text(folder, "_quarto.yml", "_quarto.yaml", "_bookdown.yml"))
    project = config.get("project")
    project = project if isinstance(project, dict) else {}
    sites = [site for name in ("book", "website") if isinstance(site := config.get(name), dict)]
    order = [path for site in (*sites, config) for path in _paths(site)]
    titles = dict(_called(config.get("website")))
    hosts = [url for site in sites for url in texts_of(site.get("site-url"))]
    hidden = [name[1:] for name in texts_of(project.get("render")) if name.startswith("!")]
    hidden += texts_of(project.get("output-dir"))
    return Facts("", prefixes(*hosts), order, hidden, titles=titles)


def _called(value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The pages that the lists of a website have a text for."""
    if isinstance(value, dict):
        page, text = value.get("href", value.get("file")), value.get("text")
        if isinstance(page, str) and isinstance(text, str) and "://" not in page:
            yield page.removeprefix("./"), text
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner if depth < MOST_LEVELS else ():
        yield from _called(item, depth + 1)


def _paths(site: dict[str, Any]) -> Iterator[str]:
    """The pages that a book or a website lists, in their order."""
    stack = [[site.get(key) for key in ("sidebar", *_PAGES)]]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if item.lower().endswith(_SUFFIXES) and ".." not in item:
                yield item.removeprefix("./")
        elif isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            stack += reversed([item[key] for key in _PAGES if key in item])


_HIDDEN = tuple(f"/**/{name}.{end}" for name in ("_*", "README") for end in ("qmd", "md", "Rmd"))
TOOL = Tool(
    signs=("_quarto.yml", "_quarto.yaml", "_bookdown.yml"),
    facts=_facts,
    no_pages=(*_HIDDEN, "_site", "_book", "_freeze", "/**/_extensions"),
)
