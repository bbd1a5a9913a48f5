"""Mintlify: `docs.json`, or `mint.json`, lists the pages in their order and the addresses that lead
on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importer.tools.no_pages import of_ignore_file
from importer.tools.redirects import of_json, of_objects
from importer.tools.tool import Facts, Tool, text_of

_CONFIG = ("docs.json", "mint.json")


def _facts(folder: Path) -> Facts:
    text = _text(folder)
    hidden = of_ignore_file(text_of(folder / ".mintignore"))
    order = list(_pages(of_json(text).get("navigation")))
    return Facts("", (), order, hidden, of_objects(text))


def _pages(navigation: Any) -> Iterator[str]:
    """The pages of groups, tabs, versions and languages that lie in one another."""
    stack = [navigation]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            if isinstance(item.get("root"), str):
                yield item["root"]
            pages = item.get("pages")
            for page in pages if isinstance(pages, list) else []:
                if isinstance(page, str):
                    yield page
                else:
                    yield from _pages(page)
            stack += reversed([value for key, value in item.items() if key != "pages"])


def _text(folder: Path) -> str:
    return next(filter(None, (text_of(folder / name) for name in _CONFIG)), "")


def _confirm(folder: Path) -> bool:
    return "navigation" in of_json(_text(folder))


# What other documents take in.
TOOL = Tool(signs=_CONFIG, facts=_facts, confirm=_confirm, no_pages=("snippets",))
