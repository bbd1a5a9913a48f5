"""What a site's own configuration says that its documents name: values, folders and texts of
MkDocs, Sphinx, Jekyll and Hugo. It is read where a document asks for it, as another file of its
source is, so that a change of it counts."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any, TypeVar

import yaml

from .dialect import Env, Reading, reading_of

T = TypeVar("T")
_FILES = {
    "mkdocs": ("mkdocs.yml", "mkdocs.yaml"),
    "sphinx": ("conf.py", "_config.yml"),
    "jekyll": ("_config.yml", "_config.yaml"),
    "hugo": ("hugo.toml", "hugo.yaml", "hugo.yml", "config.toml", "config.yaml"),
}
# Where a tool keeps what documents name without more, and what it calls the whole.
_PLACES = {
    "mkdocs": (("extra",), "config"),
    "sphinx": (("sphinx", "config", "myst_substitutions"), ""),
    "jekyll": ((), "site"),
    "hugo": (("params",), "site"),
}
_SUBSTITUTIONS = re.compile(
    r"^myst_substitutions\s*(?::[^=\n]*)?=\s*(\{.*?^\}|\{[^\n]*\})", re.M | re.S
)
_NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*){0,5}")
_ABBREVIATION = re.compile(r"^\*\[([^\[\]\n]{1,60})\]:[ \t]*([^\n]{0,300})$", re.M)
_APPENDED = re.compile(r"^[ \t]*auto_append:[ \t]*(\[[^\]]*\]|(?:\n[ \t]*-[ \t]+[^\n]+)+)", re.M)
_ITEM = re.compile(r"[^\s,\[\]\"'-][^\s,\[\]\"']*")
_TONES = {"red": "danger", "yellow": "warning", "green": "tip", "purple": "important"}
LONGEST = 500  # characters of a value


def value_of(reading: Reading, expression: str) -> str:
    """The text that the site has for a name in a document, or ""."""
    name = expression.split("|", 1)[0].strip()
    if reading.tool not in _PLACES or not _NAME.fullmatch(name):
        return ""
    place, whole = _PLACES[reading.tool]
    first, _, rest = name.partition(".")
    steps = tuple(rest.split(".")) if rest and first == whole else (*place, *name.split("."))
    if reading.tool == "jekyll" and first != whole:
        return ""
    value: Any = _config(reading)
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    if not isinstance(value, str) or not value or len(value) > LONGEST or "{{" in value:
        return ""
    return _used(reading, value)


def folders_of_snippets(reading: Reading) -> list[str]:
    """Where MkDocs looks for the texts that documents take in."""
    found = _texts(_snippets(reading).get("base_path")) if reading.tool == "mkdocs" else []
    return _used(reading, found) if found else []


def abbreviations(reading: Reading) -> dict[str, str]:
    """The abbreviations of the texts that MkDocs puts below each document."""
    if reading.tool != "mkdocs" or reading.include is None:
        return {}
    found = next(filter(None, (reading.include(reading.path, f) for f in _FILES["mkdocs"])), None)
    listed = _APPENDED.search(found[1]) if found else None  # all of it takes too long to read
    known: dict[str, str] = {}
    for name in _ITEM.findall(listed[1]) if listed else ():
        if other := _other(reading, name):
            reading.taken.append(other[0])
            pairs = _ABBREVIATION.finditer(other[1])
            known = _used(reading, known | {pair[1]: pair[2].strip() for pair in pairs})
    return known


def callout(reading: Reading, kind: str) -> tuple[str, str] | None:
    """The look and the title of a box that Jekyll's configuration names, as Just the Docs has it."""
    given = _config(reading).get("callouts") if reading.tool == "jekyll" else None
    if not isinstance(given, dict) or kind not in given:
        return None
    options = _used(reading, given[kind])
    color, title = (
        (options.get("color"), options.get("title")) if isinstance(options, dict) else ("", "")
    )
    tone = _TONES.get(color, "note") if isinstance(color, str) else "note"
    return tone, title if isinstance(title, str) else ""


def has_plugin(reading: Reading, *names: str) -> bool:
    """Whether MkDocs has one of these plugins."""
    plugins = _config(reading).get("plugins")
    listed = plugins if isinstance(plugins, list) else list(plugins or ())
    found = any(name in item for item in listed for name in names if isinstance(item, str | dict))
    return _used(reading, found) if found else False


def _snippets(reading: Reading) -> dict[str, Any]:
    listed = _config(reading).get("markdown_extensions")
    for item in listed if isinstance(listed, list) else [listed]:
        options = item.get("pymdownx.snippets") if isinstance(item, dict) else None
        if isinstance(options, dict):
            return options
    return {}


def _used(reading: Reading, found: T) -> T:
    """What was found; its file is one that the document holds a text of."""
    for name in _FILES[reading.tool]:
        other = reading.include(reading.path, name) if reading.include else None
        if other is not None:
            reading.taken.append(other[0])
            break
    return found


def _config(reading: Reading) -> dict[str, Any]:
    if reading.site is None:
        reading.site = {}
        for name in _FILES.get(reading.tool, ()):
            if other := _other(reading, name):
                reading.site = _read(name, other[1])
                break
    return reading.site


def _other(reading: Reading, name: str) -> tuple[str, str] | None:
    """Path and text of another file of the source, whose change changes the document."""
    found = reading.include(reading.path, name) if reading.include else None
    if found is not None:
        reading.included.append(name)
    return found


def _read(name: str, text: str) -> dict[str, Any]:
    try:
        if name.endswith(".py"):
            found = _SUBSTITUTIONS.search(text)
            values = ast.literal_eval(found[1]) if found else {}
            return {"sphinx": {"config": {"myst_substitutions": values}}}
        if name.endswith(".toml"):
            loaded: Any = tomllib.loads(text)
        else:
            loaded = yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    except (ValueError, SyntaxError, yaml.YAMLError, RecursionError, MemoryError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _texts(value: Any) -> list[str]:
    return list(_strings(value if isinstance(value, list) else [value]))


def _strings(values: list[Any]) -> Iterator[str]:
    yield from (value.removeprefix("./") for value in values if isinstance(value, str))


def of_book(name: str, env: Env) -> str | None:
    """A variable of a book of GitBook or HonKit, or its title."""
    if "book" not in env:
        reading = reading_of(env)
        found = reading.include(reading.path, "book.json") if reading.include else None
        reading.included += ["book.json"] if reading.include else []
        try:
            env["book"] = json.loads(found[1]) if found else {}
        except (ValueError, RecursionError):
            env["book"] = {}
    book = env["book"] if isinstance(env["book"], dict) else {}
    values = book.get("variables")
    value = values.get(name) if isinstance(values, dict) else None
    value = book.get(name) if value is None and name in ("title", "author") else value
    return str(value) if isinstance(value, str | int | float) else None
