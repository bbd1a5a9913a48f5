"""Hugo: a configuration of one of several names, documents in `content`, each with its weight."""

from pathlib import Path
from typing import Any

from importer.tools.tool import Facts, Tool, first_text, prefixes, toml_of, yaml_of

_OWN = tuple(
    f"{folder}hugo.{form}"
    for folder in ("", "config/_default/")
    for form in ("toml", "yaml", "yml", "json")
)
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
    return Facts(docs, prefixes(site) if isinstance(site, str) else (), (), hidden)


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
