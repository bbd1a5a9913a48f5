"""DocFX: `docfx.json` or `.openpublishing.publish.config.json`; `toc.yml` in each folder lists its
pages in their order. Front matter says what references call a page, and that it has moved."""

import json
import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from glob import escape
from pathlib import Path
from typing import Any

from importer.names import page_name
from importer.tools.gitbook import chapters
from importer.tools.redirects import of_objects
from importer.tools.tool import Facts, Tool, text_of, texts_of, yaml_of

_NAMES = ("toc.yml", "TOC.yml", "toc.yaml")
_AS_MARKDOWN = ("toc.md", "TOC.md")
MOST_FOLDERS = 500
MOST_FILES = 20_000
DEEPEST = 20
LONGEST_HEAD = 4_000  # bytes of a file that may be front matter
_SAID = re.compile(r"^(uid|redirect_url):[ \t]*[\"']?([^\s\"'#][^\s\"']*)", re.MULTILINE)


def _facts(folder: Path) -> Facts:
    heads = dict(_heads(folder))
    uids = {uid: path for path, said in heads.items() if (uid := said.get("uid"))}
    order: dict[str, str] = {}
    seen: set[str] = set()
    above = {f"{place}/" for path in heads if (place := posixpath.dirname(path))}
    for place in ("", *sorted(above)):  # those first that the first list names
        _read(folder, place, order, seen, uids)
    redirects = of_objects(text_of(folder / ".openpublishing.redirection.json"))
    rooted = {f"/{old.lstrip('/')}": new for old, new in redirects.items()}
    groups = list(_groups(folder))
    moved = _moved(heads)
    rooted |= {f"/{path}": target for path, target in moved.items()} | _elsewhere(groups, heads)
    hidden = [*_hidden(groups), *map(escape, moved)]
    return Facts(
        "", (), list(order), hidden, rooted, {p: name for p, name in order.items() if name}
    )


def _heads(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Of each document its path and what its front matter says to the rest of the site."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.endswith(".md") or (count := count + 1) > MOST_FILES:
                continue
            file = Path(place) / name
            try:
                with file.open("rb") as opened:
                    head = opened.read(LONGEST_HEAD).decode("utf-8", "replace")
            except OSError:
                continue
            front = head.split("\n---")[0] if head.lstrip("\ufeff").startswith("---") else ""
            yield file.relative_to(folder).as_posix(), dict(_SAID.findall(front))


def _moved(heads: Mapping[str, dict[str, str]]) -> dict[str, str]:
    """The documents that only lead to another one of the site, which has no page of them."""
    pages = {page_name(path) for path in heads}
    found = {}
    for path, said in heads.items():
        target = said.get("redirect_url", "")
        place = posixpath.normpath(posixpath.join("/", posixpath.dirname(path), target))
        if target and "://" not in target and page_name(place.partition("#")[0]) in pages:
            found[path] = target
    return found


def _groups(folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Of each group of files its folder, the one of their addresses, and what it leaves out."""
    try:
        config = json.loads(text_of(folder / "docfx.json") or "{}")
        groups = config["build"]["content"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return
    for group in groups if isinstance(groups, list) else [groups]:
        if isinstance(group, dict):
            places = (group.get("src", group.get("cwd")), group.get("dest"))
            source, dest = (p.strip("./") if isinstance(p, str) else "" for p in places)
            yield source, dest, texts_of(group.get("exclude"))


def _hidden(groups: list[tuple[str, str, list[str]]]) -> list[str]:
    """What its configuration leaves out of the pages."""
    return [f"{source}/{name}" if source else name for source, _, names in groups for name in names]


def _elsewhere(
    groups: list[tuple[str, str, list[str]]], heads: Mapping[str, dict[str, str]]
) -> dict[str, str]:
    """The addresses of documents that are served from another folder, each with its file."""
    return {
        f"/{posixpath.join(dest, path.removeprefix(source).lstrip('/'))}": f"/{path}"
        for source, dest, _ in groups
        if source != dest and (source or dest)
        for path in heads
        if not source or path.startswith(f"{source}/")
    }


def _read(
    folder: Path, above: str, order: dict[str, str], seen: set[str], uids: Mapping[str, str]
) -> None:
    """Add the pages of a folder's list, and of those that it names, to the order, each with what
    it is called there."""
    if above in seen or len(seen) >= MOST_FOLDERS or above.count("/") > DEEPEST:
        return
    seen.add(above)
    text = next(filter(None, (text_of(folder / above / name) for name in _NAMES)), "")
    listed = text if text.lstrip().startswith("items:") else f"items:\n{text}"
    hrefs = _hrefs(yaml_of(listed).get("items"), uids)
    if not text:
        in_markdown = filter(None, (text_of(folder / above / name) for name in _AS_MARKDOWN))
        hrefs = list(chapters(next(in_markdown, "")).items())
    for href, title in hrefs:
        if href.startswith("\0"):
            order.setdefault(href[1:], title)
            continue
        path = href.removeprefix("./")
        if ".." in path.split("/") or "://" in path or path.startswith(("/", "~")):
            continue
        name = path.rpartition("/")[2]
        if not name or name.lower() in map(str.lower, _NAMES):
            _read(folder, above + path.removesuffix(name), order, seen, uids)
        else:
            order.setdefault(above + path, title)


def _hrefs(items: Any, uids: Mapping[str, str]) -> list[tuple[str, str]]:
    """The pages of a list, with their names: paths from its folder; of those named by their id,
    behind a NUL, from the root."""
    found: list[tuple[str, str]] = []
    stack = [items]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            pages = (item.get(key) for key in ("href", "topicHref", "topic_href"))
            title = next(iter(texts_of(item.get("name"))), "")
            found += [(page, title) for page in pages if isinstance(page, str) and page]
            known = (uids[uid] for uid in texts_of(item.get("uid")) if uid in uids)
            found += [(f"\0{path}", title) for path in known]
            stack.append(item.get("items"))
    return found


# What `[!INCLUDE]` takes in is kept in folders of this name.
_NO_PAGES = ("/**/includes", "_site", "obj", "/**/toc.md", "/**/TOC.md")
_SIGNS = ("docfx.json", ".openpublishing.publish.config.json")
TOOL = Tool(signs=_SIGNS, facts=_facts, no_pages=_NO_PAGES)
