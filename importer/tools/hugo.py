"""Hugo: a configuration of one of several names, documents in `content`, each with its weight."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importer.tools.page_addresses import by_pattern, front_of, pages_in
from importer.tools.tool import Facts, Tool, first_text, prefixes, toml_of, yaml_of

_OWN = tuple(
    f"{folder}hugo.{form}"
    for folder in ("", "config/_default/")
    for form in ("toml", "yaml", "yml", "json")
)
MOST_FOLDERS = 200
_ANY = ("config.toml", "config.yaml", "config.yml")


def _facts(folder: Path) -> Facts:
    config: dict[str, Any] = {}
    for pattern in (*_OWN, *_ANY):
        text = first_text(folder, pattern)
        if text:
            config = toml_of(text) if pattern.endswith("toml") else yaml_of(text)
            break
    lowered = {str(key).lower(): value for key, value in config.items()}
    docs, site = _mounted(lowered) or lowered.get("contentdir"), lowered.get("baseurl", "")
    docs = docs.strip("./") if isinstance(docs, str) else "content"
    up = "../" * len(docs.split("/")) if docs else ""
    # Templates of pages. `_index.md` is a page: that of its folder.
    hidden = [f"{up}{name}" for name in ("archetypes", "layouts", "themes/*/archetypes")]
    hidden += _unmade(folder / docs)
    known = _addresses(folder / docs, lowered.get("permalinks"))
    order = list(_listed(folder, lowered))
    return Facts(docs, prefixes(site) if isinstance(site, str) else (), order, hidden, known)


def _listed(folder: Path, config: dict[str, Any]) -> Iterator[str]:
    """The pages of the menus in a configuration, in the order of their weights."""
    menus = config.get("menus") or config.get("menu") or _menus(folder)
    for entries in menus.values() if isinstance(menus, dict) else ():
        listed = (
            [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
        )
        for entry in sorted(listed, key=_weight):
            page = entry.get("pageRef") or entry.get("pageref") or entry.get("url")
            # Below the top, weights say it: a menu names single pages there.
            if isinstance(page, str) and "/" not in page.strip("/"):
                yield page


def _menus(folder: Path) -> dict[str, Any]:
    place = folder / "config/_default"
    return toml_of(first_text(place, "menu*.toml")) or yaml_of(first_text(place, "menu*.y*ml"))


def _weight(entry: dict[str, Any]) -> float:
    """The weight of an entry; one without is last."""
    try:
        return float(entry.get("weight", "")) or float("inf")
    except (ValueError, TypeError):
        return float("inf")


def _addresses(docs: Path, permalinks: Any) -> dict[str, str]:
    """The addresses of pages that a section's pattern gives, each leading to its file."""
    patterns = permalinks if isinstance(permalinks, dict) else {}
    if isinstance(patterns.get("page"), dict):
        patterns = patterns["page"]
    found = {}
    for name, pattern in patterns.items():
        if isinstance(pattern, str) and not {"/", "\\", "."} & set(name):
            for path, front in pages_in(docs / name):
                if address := by_pattern(pattern, path, front):
                    found[address] = f"/{docs.name}/{name}/{path}"
    return found


def _unmade(docs: Path) -> list[str]:
    """What the home page and the sections below it say is made no page of."""
    found = []
    for folder in (docs, *(inner for inner in _inside(docs) if inner.is_dir())):
        front = next(filter(None, map(front_of, sorted(folder.glob("_index.*")))), {})
        said = front.get("cascade")
        above = "" if folder == docs else f"{folder.name}/"
        for part in said if isinstance(said, list) else [said]:
            if isinstance(part, dict) and _is_unmade(part):
                target = part.get("target", part.get("_target"))
                path = target.get("path", "") if isinstance(target, dict) else ""
                found.append(path.strip("/{}") if isinstance(path, str) and path else f"{above}**")
    return found


def _is_unmade(said: dict[str, Any]) -> bool:
    build = said.get("build", said.get("_build"))
    return isinstance(build, dict) and build.get("render") in ("never", "false")


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())[:MOST_FOLDERS]
    except OSError:
        return []


def _mounted(config: dict[str, Any]) -> str:
    """The first folder that is shown as the content, or ""."""
    module = config.get("module")
    mounts = module.get("mounts") if isinstance(module, dict) else None
    for mount in mounts if isinstance(mounts, list) else []:
        if isinstance(mount, dict) and mount.get("target") == "content":
            source = mount.get("source")
            return source if isinstance(source, str) else ""
    return ""


def _confirm(folder: Path) -> bool:
    if any(next(folder.glob(sign), None) for sign in _OWN):
        return True
    return any((folder / name).is_dir() for name in ("content", "archetypes", "layouts"))


TOOL = Tool(signs=(*_OWN, *_ANY), facts=_facts, confirm=_confirm)
