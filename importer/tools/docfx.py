"""DocFX: `docfx.json` or `.openpublishing.publish.config.json`; `toc.yml` in each folder lists its
pages in their order."""

import json
from pathlib import Path
from typing import Any

from importer.tools.redirects import of_objects
from importer.tools.tool import Facts, Tool, text_of, texts_of, yaml_of

_NAMES = ("toc.yml", "TOC.yml", "toc.yaml")
MOST_FOLDERS = 500
DEEPEST = 20


def _facts(folder: Path) -> Facts:
    order: list[str] = []
    _read(folder, "", order, set())
    redirects = of_objects(text_of(folder / ".openpublishing.redirection.json"))
    rooted = {f"/{old.lstrip('/')}": new for old, new in redirects.items()}
    return Facts("", (), order, _hidden(folder), rooted)


def _hidden(folder: Path) -> list[str]:
    """What its configuration leaves out of the pages."""
    try:
        config = json.loads(text_of(folder / "docfx.json") or "{}")
        groups = config["build"]["content"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    found = []
    for group in groups if isinstance(groups, list) else [groups]:
        if isinstance(group, dict):
            source = group.get("src", group.get("cwd"))
            above = source.strip("./") if isinstance(source, str) else ""
            names = texts_of(group.get("exclude"))
            found += [f"{above}/{name}" if above else name for name in names]
    return found


def _read(folder: Path, above: str, order: list[str], seen: set[str]) -> None:
    """Add the pages of a folder's list, and of those that it names, to the order."""
    if above in seen or len(seen) >= MOST_FOLDERS or above.count("/") > DEEPEST:
        return
    seen.add(above)
    text = next(filter(None, (text_of(folder / above / name) for name in _NAMES)), "")
    listed = text if text.lstrip().startswith("items:") else f"items:\n{text}"
    for href in _hrefs(yaml_of(listed).get("items")):
        path = href.removeprefix("./")
        if ".." in path.split("/") or "://" in path or path.startswith(("/", "~")):
            continue
        name = path.rpartition("/")[2]
        if not name or name.lower() in map(str.lower, _NAMES):
            _read(folder, above + path.removesuffix(name), order, seen)
        else:
            order.append(above + path)


def _hrefs(items: Any) -> list[str]:
    found: list[str] = []
    stack = [items]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            pages = (item.get(key) for key in ("href", "topicHref", "topic_href"))
            found += [page for page in pages if isinstance(page, str) and page]
            stack.append(item.get("items"))
    return found


# What `[!INCLUDE]` takes in is kept in folders of this name.
_NO_PAGES = ("/**/includes", "_site", "obj")
_SIGNS = ("docfx.json", ".openpublishing.publish.config.json")
TOOL = Tool(signs=_SIGNS, facts=_facts, no_pages=_NO_PAGES)
