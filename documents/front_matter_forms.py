"""The block at the top of a file in its forms: YAML, TOML, JSON, and Pandoc's lines with `%`."""

import contextlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from .encoding import without_controls
from .values import Refused

LARGEST = 256 * 1024

_YAML = re.compile(
    r"\A---(?:yaml)?[ \t]*(?:[ \t]#[^\n]*)?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_TOML = re.compile(
    r"\A(?:\+\+\+|---toml)[ \t]*\n(.*?)^(?:\+\+\+|---)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_JSON = re.compile(
    r"\A(?:---json|;;;)[ \t]*\n(.*?)^(?:---|;;;)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_BLANK = re.compile(r"\A(?:[ \t]*\n){1,20}(?=---[ \t]*\n|\+\+\+[ \t]*\n)")
_CONTINUED = r"[^\n]*(?:\n[ \t]+\S[^\n]*)*"
_PANDOC = re.compile(
    rf"\A%[ \t]+(\S{_CONTINUED})\n(?:%({_CONTINUED})\n)?(?:%({_CONTINUED})\n)?(?=[ \t]*(?:\n|\Z))"
)
_MARKS = re.compile(r"(?<![\w*])([*_]{1,2})(?=\S)|(?<=\S)[*_]{1,2}(?![\w*])|`")
# Lines of keys without marks around them (MultiMarkdown, Python-Markdown, Pelican).
_LINES = re.compile(
    r"\A(?i:title|author|authors|date|template)[ ]*:(?!:)[^\n]*\n"
    r"(?:(?:[A-Za-z][\w -]{0,40}:|[ ]{4,}|\t)[^\n]*\n){1,50}(?=\n)"
)
# Logseq's properties of a page, above the list of its blocks.
_PROPERTIES = re.compile(r"\A(?:[A-Za-z][\w./-]{0,60}::[^\n]*\n){1,50}(?=\n*(?:[-*+] |\Z))")
_FIRST_KEY = re.compile(
    r"(?:[ \t]*(?:#.*)?\n)*(?:[\"']?[\w.-]+[\"']?[ ]*:(?:[ \t]|$)|\Z)", re.MULTILINE
)
# A key of several words or with an emoji, as notes have it; text between two rules may look so.
_FIRST_WORDS = re.compile(
    r"\{\s*\"[\w -]+\"\s*:|[^\s:#,;!?\[\]{}&*|>%@`-][^:\n,;!?]{0,60}:(?:[ \t]|$)", re.MULTILINE
)

# The base loader makes no types and no objects: every scalar stays the text that was written.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_TEMPLATE = re.compile(
    r"^([ \t]*(?:-|[\w.-]+:)[ \t]+)(\{[{%][^\n]*[%}]\}|\*[A-Za-z]\w*)[ \t]*$", re.M
)
# A text with a colon in it, which has to stand between quotes; people forget them.
_COLON = re.compile(
    r"^((?i:title|link_?title|subtitle|description|summary|excerpt|sidebar_label):[ \t]+)"
    r"([^\s\"'\[{|>&*!%@`#][^\n#]*:[ \t][^\n#]*?)[ \t]*$",
    re.M,
)
# A text that begins with a sign of YAML's own, which has to stand between quotes too.
_SIGN = re.compile(
    r"^([A-Za-z][\w -]{0,40}:[ \t]+)([@`%][^\n]*?|\*(?!\w+[ \t]*$)[^\n]*?"
    r"|(?:\[[^\[\]\n]*\]|\{[{%][^\n]*[%}]\}|\{[^{}\n]*\})[ \t]*[^\s#,:\]}][^\n]*?)[ \t]*$",
    re.M,
)
# A key with a value on its own line, none of which goes on below.
_LINE = re.compile(
    r"^([ ]*(?:-[ ]+)?[\w./-][\w ./-]{0,60}:[ \t]+)([^\s\[{][^\n]*)$(?!\n[ \t]+[^\s-])", re.M
)
_TABS = re.compile(r"^[ \t]*\t[ \t]*(?=\S)", re.M)  # which YAML does not indent by
_REFERS = re.compile(r"[&*][\w.-]")  # to another key, perhaps


@dataclass(slots=True)
class Block:
    """What a block says. Scalars of `values` are texts; `lines` are those that it takes in the
    file; `sources` holds each key as YAML, as it was written where it was YAML."""

    lines: int
    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


def read_block(text: str) -> Block | None:
    """The block at the top of a text, or None.

    Raises Refused with a line for a block that looks like front matter and cannot be read.
    """
    if text.startswith("\n") and (blank := _BLANK.match(text)):  # as Hugo reads it
        block = read_block(text[blank.end() :])
        if block:
            block.lines += blank[0].count("\n")
        return block
    if text.startswith("{"):
        return _bare_json(text)
    if found := _TOML.match(text):
        return _typed(found, tomllib.loads, "TOML")
    if found := _JSON.match(text):
        return _typed(found, json.loads, "JSON")
    if found := _PANDOC.match(text):
        told = (_MARKS.sub("", " ".join(line.split())) for line in found.groups(default=""))
        named = zip(("title", "author", "date"), told, strict=True)
        return _block({key: line for key, line in named if line}, _lines(found[0]))
    if (found := _LINES.match(text)) and re.search(r"^title[ ]*:", found[0], re.I | re.M):
        return _block(_keys(found[0]), _lines(found[0]))
    if found := _PROPERTIES.match(text):
        pairs = (line.split("::", 1) for line in found[0].splitlines() if line)
        return _block(
            {key.strip().lower(): _property(value) for key, value in pairs}, _lines(found[0])
        )
    found = _YAML.match(text)
    if found is None:
        return None
    is_sure = _FIRST_KEY.match(found[1])
    if not is_sure and not _FIRST_WORDS.match(found[1]):
        return None
    _check_length(found[1])
    try:
        return Block(_lines(found[0]), *_yaml(found[1]))
    except Refused:
        repaired = _repaired(found, is_sure=bool(is_sure))
        if repaired is None and is_sure:
            raise
        return repaired


def _repaired(found: re.Match[str], *, is_sure: bool) -> Block | None:
    """What YAML says once texts stand between the quotes that people forgot."""
    plain = found[1]
    for bare in (_COLON, _SIGN):
        if (quoted := bare.sub(_as_text, plain)) != plain:
            plain = quoted
            with contextlib.suppress(Refused):
                return Block(_lines(found[0]), *_yaml(plain))
    if (plain := _TABS.sub(_as_blanks, found[1])) != found[1]:
        with contextlib.suppress(Refused):
            return Block(_lines(found[0]), *_yaml(plain))
    if (plain := _TEMPLATE.sub(_as_text, found[1])) != found[1]:
        values, sources = _yaml(plain)
        known = {k: v for k, v in values.items() if not _is_template(v)}
        return Block(_lines(found[0]), known, sources)
    if is_sure and (plain := _LINE.sub(_as_yaml, found[1])) != found[1]:
        with contextlib.suppress(Refused):
            return Block(_lines(found[0]), *_yaml(plain))
    return None


def _as_blanks(found: re.Match[str]) -> str:
    return found[0].replace("\t", "  ")


def _as_yaml(found: re.Match[str]) -> str:
    """A line whose value is no YAML by itself with the value as a text."""
    try:
        yaml.load(f"k: {found[2]}", _Loader)  # noqa: S506
    except yaml.YAMLError:
        value = found[2].rstrip()
        is_quoted = value[0] in "\"'" and value[-1] == value[0] and value.count(value[0]) % 2
        inside = value[1:-1] if is_quoted else value
        text = inside.replace("'", "''")
        return f"{found[1]}'{text}'"
    return found[0]


def _keys(lines: str) -> dict[str, str]:
    """Keys with their values, which may go on in lines that are indented."""
    values: dict[str, str] = {}
    key = ""
    for line in lines.splitlines():
        text = line
        if line[0] not in " \t":
            key, _, text = line.partition(":")
            key = key.strip().lower()
        values[key] = f"{values.get(key, '')} {text.strip()}".strip()
    return values


def _property(value: str) -> Any:
    """A property's text, or the names of pages and tags that it lists."""
    text = re.sub(r"#?\[\[([^\[\]]*)\]\]", r"\1", value).strip()
    return [part.strip() for part in text.split(",")] if "," in text else text


def _is_template(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return any(isinstance(part, str) and part.startswith(("{{", "{%", "*")) for part in parts)


def _as_text(found: re.Match[str]) -> str:
    """A value of a template, which is no YAML until a tool has filled it in, or the place of the
    text in DocFX (`*content`), as a text."""
    text = found[2].replace("'", "''")
    return f"{found[1]}'{text}'"


def _lines(taken: str) -> int:
    return taken.count("\n") + (not taken.endswith("\n"))


def _check_length(source: str) -> None:
    if len(source) > LARGEST:
        raise Refused(f"front matter is longer than {LARGEST // 1024} KB", 1)


def _yaml(source: str) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        loader = _Loader(source)
        try:
            root = loader.get_single_node()
            loaded = None if root is None else loader.construct_document(root)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise Refused(f"front matter is not YAML: {error.problem or 'unreadable'}", line) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Refused(f"front matter is not YAML: {str(error).splitlines()[0]}", 1) from None
    if root is None or loaded is None or loaded == "":
        return {}, {}
    if not isinstance(loaded, dict):
        raise Refused("front matter is not a list of keys and values", 1)
    values = {key: value for key, value in loaded.items() if isinstance(key, str)}
    return values, _sources(source, root, values)


def _sources(source: str, root: yaml.Node, values: dict[str, Any]) -> dict[str, str]:
    """Each key's own lines; of one that has none, as with references to another key, new ones."""
    lines = [f"{line}\n" for line in source.removesuffix("\n").split("\n")]
    pairs = [(key.value, key.start_mark.line) for key, _ in root.value]
    ends = [line for _, line in pairs[1:]] + [len(lines)]
    sources = {
        str(key): without_controls("".join(lines[start:end]))
        for (key, start), end in zip(pairs, ends, strict=True)
        if end > start and isinstance(key, str)
    }
    if isinstance(root, yaml.MappingNode) and not root.flow_style and not _REFERS.search(source):
        return {key: sources[key] for key in values}
    typed: dict[str, Any] | None = None
    for key, value in values.items():
        if not _says(sources.get(key, ""), key, value):
            typed = _loaded(source) if typed is None else typed
            sources[key] = dump({key: typed.get(key, value)})
    return {key: sources[key] for key in values}


def _says(source: str, key: str, value: Any) -> bool:
    try:
        return bool(yaml.load(source, _Loader) == {key: value})  # noqa: S506
    except yaml.YAMLError:
        return False


def _loaded(source: str) -> dict[str, Any]:
    try:
        found = yaml.load(source, _SafeLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _typed(found: re.Match[str], load: Any, form: str) -> Block:
    _check_length(found[1])
    try:
        loaded = load(found[1])
    except (ValueError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        message = f"front matter is not {form}: {str(error).splitlines()[0]}"
        raise Refused(message, int(line[1]) + 1 if line else 1) from None
    if not isinstance(loaded, dict):
        raise Refused("front matter is not a list of keys and values", 1)
    return _block(loaded, _lines(found[0]))


def _bare_json(text: str) -> Block | None:
    """An object alone at the top of a file; other braces there are the text's own."""
    try:
        loaded, end = json.JSONDecoder().raw_decode(text[:LARGEST])
    except (ValueError, RecursionError):
        return None
    rest = text[end:].split("\n", 1)[0]
    if not isinstance(loaded, dict) or not loaded or rest.strip():
        return None
    return _block(loaded, text[:end].count("\n") + 1)


def _block(loaded: dict[str, Any], lines: int) -> Block:
    sources = {key: without_controls(dump({key: value})) for key, value in loaded.items()}
    return Block(lines, {key: _text(value) for key, value in loaded.items()}, sources)


def _text(value: Any) -> Any:
    """A typed value as the base loader of YAML gives it."""
    if isinstance(value, dict):
        return {str(key): _text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_text(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def dump(values: dict[str, Any]) -> str:
    """Keys and values as lines of YAML."""
    plain = {key: _dumpable(value) for key, value in values.items()}
    written: str = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=10_000)
    return written


def _dumpable(value: Any) -> Any:
    """Times of a day, which TOML knows and YAML does not, become texts."""
    if isinstance(value, dict):
        return {key: _dumpable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dumpable(item) for item in value]
    return str(value) if type(value).__name__ == "time" else value


def scalars(value: Any) -> Iterator[str]:
    """The texts of a value: itself, or those of a list."""
    items = value if isinstance(value, list) else [value]
    yield from (item for item in items if isinstance(item, str))
