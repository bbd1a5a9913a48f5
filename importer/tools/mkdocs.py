"""MkDocs: `mkdocs.yml` names the folder, the site's address and the navigation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importer.tools.no_pages import of_ignore_file
from importer.tools.redirects import of_map
from importer.tools.tool import Facts, Tool, first_text, prefixes, text_of, texts_of, yaml_of


def _facts(folder: Path) -> Facts:
    config = yaml_of(first_text(folder, "mkdocs.yml", "mkdocs.yaml"))
    docs = config.get("docs_dir", "docs")
    docs = docs.strip("/") if isinstance(docs, str) else "docs"
    site = config.get("site_url", "")
    order = list(_paths(config.get("nav", [])))
    order = order or list(_pages(folder / docs))
    known = prefixes(*texts_of(site)[-1:])  # `!ENV [NAME, default]` is a list
    return Facts(docs, known, order, _hidden(config), _redirects(config))


def _hidden(config: dict[str, Any]) -> list[str]:
    """What it leaves out: by itself, and by the plugin of that name."""
    lines = [config.get(key) for key in ("exclude_docs", "draft_docs")]
    found = of_ignore_file("\n".join(text for text in lines if isinstance(text, str)))
    return found + texts_of(_plugin(config, "exclude").get("glob"))


def _redirects(config: dict[str, Any]) -> dict[str, str]:
    maps = of_map(_plugin(config, "redirects").get("redirect_maps"), "/")
    return {f"/{old.lstrip('/')}": new for old, new in maps.items()}


def _plugin(config: dict[str, Any], name: str) -> dict[str, Any]:
    """The options of a plugin; plugins are a list or a map."""
    plugins = config.get("plugins")
    listed = plugins if isinstance(plugins, list) else [plugins]
    options = [plugin[name] for plugin in listed if isinstance(plugin, dict) and name in plugin]
    return next((given for given in options if isinstance(given, dict)), {})


def _paths(items: Any) -> Iterator[str]:
    """The files of a navigation: a list of files, of titles with a file, of titles with a list."""
    stack = [items]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            stack += reversed(list(item.values()))


def _pages(folder: Path, above: str = "", depth: int = 0) -> Iterator[str]:
    """What `.pages` and `.nav.yml` (awesome-pages, awesome-nav) say of a folder and those below."""
    if depth > 10 or not folder.is_dir():
        return
    config = yaml_of(text_of(folder / ".pages") or text_of(folder / ".nav.yml"))
    listed = list(_paths(config.get("nav", config.get("arrange", []))))
    for path in _with_rest(folder, listed):
        yield f"{above}{path}"
        if (folder / path).is_dir() and ".." not in path:
            yield from _pages(folder / path, f"{above}{path.strip('/')}/", depth + 1)


def _with_rest(folder: Path, listed: list[str]) -> Iterator[str]:
    """What a navigation lists, with what it does not name where it has `...` or a pattern."""
    for path in listed:
        if not path.startswith("...") and "*" not in path:
            yield path
            continue
        pattern = path.removeprefix("...").strip(" |").removeprefix("flat").strip(" |") or "*"
        if "/" in pattern or pattern.startswith("regex="):
            continue
        named = {name.strip("/") for name in listed}
        found = sorted(file.name for file in folder.glob(pattern) if not file.name.startswith("."))
        yield from (name for name in found if name not in named and name not in _INDEXES)


_INDEXES = ("index.md", "README.md")
TOOL = Tool(signs=("mkdocs.yml", "mkdocs.yaml"), facts=_facts, no_pages=("templates",))
