"""What names stand for in documents of MDX: values that they, or files they import from, export:
`export const limits = {max: 10}`, shown by `{limits.max}`."""

import re
from typing import Any

import yaml

from . import snippets
from .dialect import Env

_EXPORT = re.compile(
    r"^export\s+(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*(?::[^=\n]{1,80})?=\s*", re.M
)
_VALUE = re.compile(
    r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`([^`\\$]*)`|(-?\d[\d_.]*|true|false)(?=\s*(?:;|$))",
    re.M,
)
_KEY = re.compile(r"([{,]\s*(?:[A-Za-z_$][\w$]*|\"[^\"\n]*\"|'[^'\n]*'))\s*:(?!\s)")
_NAME = re.compile(
    r"([A-Za-z_$][\w$]*)((?:\??\.[A-Za-z_$][\w$]*|\[(?:\d{1,3}|\"[^\"\n]*\"|'[^'\n]*')\])*)"
)
_STEP = re.compile(r"\.([\w$]+)|\[[\"']?([^\]\"']*)[\"']?\]")
_IMPORTED = re.compile(r"([A-Za-z_$][\w$]*)(?:\s+as\s+([A-Za-z_$][\w$]*))?\s*(?:,|\Z)")
_FILES = (".md", ".mdx", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".tsx")
LONGEST = 20_000  # characters of one value
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def note_exports(env: Env, source: str) -> None:
    """Keep what this text of the document exports."""
    env["values"].update(exports_in(source))


def note_imports(env: Env, names: str, path: str) -> None:
    """Keep from which file these names come: `a, b as c`."""
    if path.endswith(_FILES):
        for found in _IMPORTED.finditer(names.strip()):
            env["value files"][found[2] or found[1]] = (path, found[1])


def value_of(source: str, env: Env) -> str | None:
    """The text that `name` or `name.of.more` stands for; None where nothing says so."""
    found = _NAME.fullmatch(source)
    if not found:
        return None
    value = env["values"].get(found[1])
    if value is None and found[1] in env["value files"]:
        value = _imported(env, *env["value files"][found[1]])
    for step in _STEP.finditer(found[2]):
        key = step[1] or step[2]
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None


def _imported(env: Env, path: str, name: str) -> Any:
    """What a file exports by a name; the file is read once."""
    known = env["values"].setdefault(f"of {path}", {})
    if not known:
        text = snippets.text_of(env, "imported values", *snippets.imported_paths(path))
        known.update(exports_in(text) or {"": ""})
    return known.get(name)


def exports_in(source: str) -> dict[str, Any]:
    """The values that a text exports, as far as it says them plainly: all scalars as texts."""
    return {
        found[1]: value
        for found in _EXPORT.finditer(source)
        if (value := _value(source, found.end())) is not None
    }


def _value(source: str, start: int) -> Any:
    if found := _VALUE.match(source, start):
        text = next((group for group in found.groups() if group is not None), "")
        return re.sub(r"\\(.)", r"\1", text)
    if source[start : start + 1] not in ("{", "["):
        return None
    depth = 0
    for end in range(start, min(len(source), start + LONGEST)):
        depth += (source[end] in "{[") - (source[end] in "}]")
        if not depth:
            break
    written = source[start : end + 1]
    if "=>" in written or "`" in written or "<" in written:
        return None
    try:
        # What a literal of JavaScript holds is a flow of YAML, but for the blank behind a key.
        return yaml.load(_KEY.sub(r"\1: ", written), _Loader)  # noqa: S506
    except yaml.YAMLError:
        return None
