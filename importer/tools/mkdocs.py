"""MkDocs: `mkdocs.yml` names the folder, the site's address and the navigation."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from documents import slug
from importer.tools.no_pages import of_ignore_file
from importer.tools.page_addresses import pages_in
from importer.tools.redirects import of_map
from importer.tools.tool import (
    Facts,
    Tool,
    files_on_host,
    first_text,
    prefixes,
    text_of,
    texts_of,
    yaml_of,
)


def _facts(folder: Path) -> Facts:
    config = yaml_of(first_text(folder, "mkdocs.yml", "mkdocs.yaml"))
    docs = _docs_of(config)
    site = config.get("site_url", "")
    order = [
        path for item in _paths(config.get("nav", [])) for path in _included(folder, docs, item)
    ]
    listed = list(_listed(folder / docs, _nav_file(config)))
    is_awesome = "awesome" in str(config.get("plugins")) or any(
        (folder / docs / name).exists() for name in _LISTS
    )
    order = order or listed or (list(_pages(folder / docs)) if is_awesome else [])
    known = prefixes(*texts_of(site)[-1:])  # `!ENV [NAME, default]` is a list
    known += files_on_host(*texts_of(config.get("repo_url")))
    hidden = _hidden(config) + ([f"**/{_nav_file(config)}"] if listed else [])
    redirects = _redirects(config) | _included_addresses(folder, docs, config)
    titles = dict(_folders_called(folder / docs)) if is_awesome else {}
    titles |= dict(_sections_called(config.get("nav", []), _held(order)))
    titles |= dict(_called(config.get("nav", [])))
    return Facts(docs, known, order, hidden, redirects | _posts(folder / docs, config), titles)


def _included(folder: Path, docs: str, path: str) -> list[str]:
    """What a navigation lists; of a project that it takes in, what that lists (monorepo)."""
    if not (inner := _INCLUDE.fullmatch(path)) or ".." in inner[1]:
        return [path]
    project = folder / inner[1]
    config = yaml_of(text_of(project))
    if not config and project.is_dir():
        config = yaml_of(text_of(project / "mkdocs.yml"))
    above = posixpath.relpath(posixpath.join(posixpath.dirname(inner[1]), _docs_of(config)), docs)
    return [posixpath.join(above, one) for one in _paths(config.get("nav", []))]


def _included_addresses(folder: Path, docs: str, config: dict[str, Any]) -> dict[str, str]:
    """The addresses of the pages of projects that are taken in: below the name of their site."""
    found: dict[str, str] = {}
    for item in _paths(config.get("nav", [])):
        if inner := _INCLUDE.fullmatch(item):
            name = yaml_of(text_of(folder / inner[1])).get("site_name", "")
            root = posixpath.join(posixpath.dirname(inner[1]), "docs")
            for path, _ in pages_in(folder / root) if isinstance(name, str) and name else ():
                found[f"/{name}/{path}"] = f"/{root}/{path}"
    return found


def _docs_of(config: dict[str, Any]) -> str:
    docs = config.get("docs_dir", "docs")
    return docs.strip("/") if isinstance(docs, str) else "docs"


def _nav_file(config: dict[str, Any]) -> str:
    """The file that lists the pages of its folder for the plugin literate-nav, or ""."""
    plugins = config.get("plugins")
    names = plugins if isinstance(plugins, list) else list(plugins or ())
    if not any("literate-nav" in item for item in names):
        return ""
    name = _plugin(config, "literate-nav").get("nav_file", "SUMMARY.md")
    return name if isinstance(name, str) and "/" not in name else ""


def _listed(folder: Path, name: str, above: str = "", depth: int = 0) -> Iterator[str]:
    """The pages that such a file lists, with those of the folders and patterns in it."""
    text = text_of(folder / name) if name and depth < MOST_LEVELS else ""
    listed = [found[1] or found[2] for found in _ITEM.finditer(text)]
    for path in _with_rest(folder, [one.strip("<>") for one in listed]):
        inner = folder / path
        if path.endswith("/") and ".." not in path and inner.is_dir():
            found = list(_listed(inner, name, f"{above}{path}", depth + 1))
            files = (f"{above}{path}{file.name}" for file in sorted(inner.glob("*.md")))
            yield from found or files
        else:
            yield f"{above}{path}"


def _posts(docs: Path, config: dict[str, Any]) -> dict[str, str]:
    """The addresses of the posts of Material's blog: their day, and their title."""
    options = _plugin(config, "blog")
    listed = config.get("plugins")
    if not options and not (isinstance(listed, list) and "blog" in listed):
        return {}
    folder = options.get("blog_dir", "blog")
    folder = folder.strip("./") if isinstance(folder, str) else "blog"
    found = {}
    for path, front in pages_in(docs / folder / "posts"):
        day = front.get("date", "")
        day = day.get("created", "") if isinstance(day, dict) else day
        heading = _HEADING.search(text_of(docs / folder / "posts" / path))
        name = front.get("slug") or front.get("title") or (heading[1] if heading else "")
        if isinstance(day, str) and isinstance(name, str) and name and _DAY.match(day):
            address = f"/{folder}/{day[:10].replace('-', '/')}/{slug(name)}/".replace("//", "/")
            found[address] = f"/{folder}/posts/{path}".replace("//", "/")
    return found


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


def _called(items: Any) -> Iterator[tuple[str, str]]:
    """The files of a navigation that it has a title for."""
    if isinstance(items, list):
        for item in items:
            yield from _called(item)
    elif isinstance(items, dict):
        for title, inner in items.items():
            if isinstance(inner, str) and isinstance(title, str) and "://" not in inner:
                yield inner, title
            else:
                yield from _called(inner)


def _held(paths: Sequence[str]) -> Counter[str]:
    """How many of the pages each folder holds, with those below it."""
    places = (path.lstrip("/").split("/")[:-1] for path in paths)
    return Counter("/".join(parts[: i + 1]) for parts in places for i in range(len(parts)))


def _sections_called(items: Any, held: Counter[str]) -> Iterator[tuple[str, str]]:
    """The folders whose pages, and no others, a navigation has below a title."""
    for item in items if isinstance(items, list) else [items]:
        for title, inner in item.items() if isinstance(item, dict) else ():
            paths = [path.lstrip("/") for path in _paths(inner) if "://" not in path]
            if not isinstance(inner, list) or not paths:
                continue
            folder = posixpath.commonpath([posixpath.dirname(path) for path in paths])
            if folder and held[folder] == len(paths) and isinstance(title, str) and title:
                yield f"{folder}/", title
            yield from _sections_called(inner, held)


def _folders_called(docs: Path) -> Iterator[tuple[str, str]]:
    """The folders whose `.pages` or `.nav.yml` has a title for them."""
    for name in _LISTS:
        for file in islice(sorted(docs.rglob(name)), MOST_FOLDERS):
            title = yaml_of(text_of(file)).get("title")
            if isinstance(title, str) and title and file.parent != docs:
                yield file.parent.relative_to(docs).as_posix() + "/", title


def _is_reversed(config: dict[str, Any]) -> bool:
    sort = config.get("sort")
    given = sort.get("direction") if isinstance(sort, dict) else config.get("order")
    return given == "desc"


def _pages(folder: Path, above: str = "", depth: int = 0) -> Iterator[str]:
    """What `.pages` and `.nav.yml` (awesome-pages, awesome-nav) say of a folder and those below."""
    if depth > 10 or not folder.is_dir():
        return
    config = yaml_of(text_of(folder / ".pages") or text_of(folder / ".nav.yml"))
    listed = list(_paths(config.get("nav", config.get("arrange", []))))
    if not listed:
        listed = list(_with_rest(folder, ["..."]))
        if _is_reversed(config):
            listed.reverse()
        else:  # the names say it; only what folders say counts
            listed = [path for path in listed if (folder / path).is_dir()]
            for path in listed:
                yield from _pages(folder / path, f"{above}{path}/", depth + 1)
            return
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


_LISTS = (".pages", ".nav.yml")
MOST_LEVELS = 10
MOST_FOLDERS = 2_000
_INCLUDE = re.compile(r"!include\s+(?:\./)?(\S{1,200})")
_ITEM = re.compile(r"^[ \t]*[*+-][ \t]+(?:\[[^\]\n]*\]\(([^()\s]+)[^()\n]*\)|(\S*\*\S*))", re.M)
_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t]*(?:\{[^{}\n]*\})?$", re.M)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INDEXES = ("index.md", "README.md")
TOOL = Tool(signs=("mkdocs.yml", "mkdocs.yaml"), facts=_facts, no_pages=("templates",))
