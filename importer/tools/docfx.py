"""DocFX: `docfx.json` or `.openpublishing.publish.config.json`; `toc.yml` in each folder lists its
pages in their order."""

from pathlib import Path
from typing import Any

from importer.tools.tool import Facts, Tool, text_of, yaml_of

_NAMES = ("toc.yml", "TOC.yml", "toc.yaml")
MOST_FOLDERS = 500
DEEPEST = 20


def _facts(folder: Path) -> Facts:
    order: list[str] = []
    _read(folder, "", order, set())
    return Facts("", (), order)


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


TOOL = Tool(signs=("docfx.json", ".openpublishing.publish.config.json"), facts=_facts)
