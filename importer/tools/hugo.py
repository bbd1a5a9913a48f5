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
    docs, site = lowered.get("contentdir", "content"), lowered.get("baseurl", "")
    docs = docs.strip("./") if isinstance(docs, str) else "content"
    return Facts(docs, prefixes(site) if isinstance(site, str) else ())


def _confirm(folder: Path) -> bool:
    if any(next(folder.glob(sign), None) for sign in _OWN):
        return True
    return any((folder / name).is_dir() for name in ("content", "archetypes", "layouts"))


TOOL = Tool(signs=(*_OWN, *_ANY), facts=_facts, confirm=_confirm)
