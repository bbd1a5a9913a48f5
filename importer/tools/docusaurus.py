"""Docusaurus: a script names the site's address; `sidebars.js` and `_category_.json` the order."""

import json
import posixpath
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from documents.slugs import topic_slug
from importer.tools.page_addresses import pages_in
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
MOST_FILES = 3000


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
    order = _by_path(folder / docs, list(quoted_in(first_text(folder, "sidebars.*"))))
    folders = dict(_categories(folder / docs))
    order += [
        f"{place:+012.3f} {path}" for path, (place, _) in folders.items() if place is not None
    ]
    titles = {path: label for path, (_, label) in folders.items() if label}
    hidden = listed_in(config, "exclude")
    lists = {
        f"/{route.strip('/')}/category/{topic_slug(label)}": f"/{posixpath.join(docs, path)}"
        for path, label in titles.items()
    }
    leading_on = {**lists, **_of_versions(folder, route.strip("/")), **of_objects(config)}
    return Facts(docs, [*found, *roots], order, hidden, leading_on, titles)


def _by_path(docs: Path, order: list[str]) -> list[str]:
    """The names of an order, those of documents that front matter calls so as their paths."""
    is_file = (
        any((docs / f"{name}{end}").exists() for end in ("", ".md", ".mdx")) for name in order
    )
    if all(is_file):
        return order
    known = {}
    for path, front in pages_in(docs):
        if isinstance(name := front.get("id"), str):
            known[posixpath.join(posixpath.dirname(path), name)] = path
    return [known.get(name, name) for name in order]


def _of_versions(folder: Path, route: str) -> dict[str, str]:
    """The addresses of documents of earlier versions, each with its file."""
    found = {}
    for file in islice(folder.glob("versioned_docs/version-*/**/*.md*"), MOST_FILES):
        version, _, path = file.relative_to(folder / "versioned_docs").as_posix().partition("/")
        name = path.rpartition(".")[0].removesuffix("/index")
        address = f"/{route}/{version.removeprefix('version-')}/{name}"
        found[address] = f"/{file.relative_to(folder).as_posix()}"
    return found


def _categories(docs: Path) -> Iterator[tuple[str, tuple[float | None, str]]]:
    """Folders that say something of themselves, each with its position and what it is called."""
    for file in islice(sorted(docs.rglob("_category_.*")), MOST_FOLDERS):
        text = text_of(file)
        try:
            values = json.loads(text) if file.suffix == ".json" else yaml_of(text)
        except (ValueError, RecursionError):
            continue
        if not isinstance(values, dict):
            continue
        label = values.get("label")
        path = file.parent.relative_to(docs).as_posix() + "/"
        yield path, (_number(values.get("position")), label if isinstance(label, str) else "")


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (ValueError, TypeError):
        return None


# What other documents import: https://docusaurus.io/docs/markdown-features/react
_NO_PAGES = ("/**/_*.md", "/**/_*.mdx", "/**/_*/**", "/**/__tests__/**")
TOOL = Tool(signs=_CONFIG, facts=_facts, no_pages=_NO_PAGES)
