"""Docusaurus: a script names the site's address; `sidebars.js` and `_category_.json` the order."""

import json
from pathlib import Path

from importer.tools.redirects import of_objects
from importer.tools.tool import (
    Facts,
    Tool,
    first_text,
    listed_in,
    prefixes,
    quoted_in,
    text_of,
    value_in,
    yaml_of,
)

_CONFIG = (
    "docusaurus.config.js",
    "docusaurus.config.ts",
    "docusaurus.config.mjs",
    "docusaurus.config.cjs",
)
MOST_FOLDERS = 2000


def _facts(folder: Path) -> Facts:
    config = first_text(folder, *_CONFIG)
    base = value_in(config, "baseUrl")
    url = value_in(config, "url")
    route = value_in(config, "routeBasePath") or "docs"
    docs = "docs" if (folder / "docs").is_dir() else ""
    if not docs and (folder.parent / "docs").is_dir():
        docs = "../docs"
    roots = prefixes(url.rstrip("/") + "/" + base.strip("/") if url else base)
    found = [f"{root.rstrip('/')}/{route.strip('/')}" for root in [*roots, ""] if route.strip("/")]
    order = list(quoted_in(first_text(folder, "sidebars.*")))
    order += _categories(folder / docs)
    hidden = listed_in(config, "exclude")
    return Facts(docs, [*found, *roots], order, hidden, of_objects(config))


def _categories(docs: Path) -> list[str]:
    """Folders with a position of their own, each after those with smaller ones."""
    found = []
    for number, file in enumerate(sorted(docs.rglob("_category_.*"))):
        if number >= MOST_FOLDERS:
            break
        position = _position(file)
        if position is not None:
            found.append((position, file.parent.relative_to(docs).as_posix() + "/"))
    return [f"{position:+012.3f} {path}" for position, path in found]


def _position(file: Path) -> float | None:
    text = text_of(file)
    try:
        values = json.loads(text) if file.suffix == ".json" else yaml_of(text)
        return float(values["position"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


# What other documents import: https://docusaurus.io/docs/markdown-features/react
_NO_PAGES = ("/**/_*.md", "/**/_*.mdx", "/**/_*/**", "/**/__tests__/**")
TOOL = Tool(signs=_CONFIG, facts=_facts, no_pages=_NO_PAGES)
