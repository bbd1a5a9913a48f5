"""The YAML block at the top of a file: read it, check it, write it."""

import re
from datetime import date
from typing import Any, get_args

import yaml

from .encoding import without_controls
from .values import FrontMatter, Kind, Notice, Refused

LARGEST = 256 * 1024

_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FIRST_KEY = re.compile(
    r"(?:[ \t]*(?:#.*)?\n)*(?:[\"']?[\w.-]+[\"']?[ ]*:(?:[ \t]|$)|\Z)", re.MULTILINE
)
_AS_IS = re.compile(r"^encoding:[ \t]*[\"']?as-is[\"']?[ \t]*$", re.MULTILINE)
LONGEST = {"tags": 60, "prerequisites": 500, "aliases": 200}  # characters of one item

_LISTS = tuple(LONGEST)
_TEXTS = ("title", "summary", "slug", "level")
_KEYS = (*_TEXTS, *_LISTS, "order", "kind", "status", "updated", "encoding")
_KINDS = get_args(Kind)

# The base loader makes no types and no objects: every scalar stays the text that was written.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def forbids_repair(text: str) -> bool:
    """Whether the text's front matter says `encoding: as-is`."""
    block = _BLOCK.match(text[: LARGEST + 8])
    return bool(block and _AS_IS.search(block[1]))


def split(text: str) -> tuple[FrontMatter, int, list[Notice]]:
    """Return the front matter, the number of lines it takes, and what was odd about it.

    A text without front matter takes 0 lines. Raises Refused with a line for a block that looks
    like front matter and cannot be read.
    """
    block = _BLOCK.match(text)
    if block is None or not _FIRST_KEY.match(block[1]):
        return FrontMatter(), 0, []
    if len(block[1]) > LARGEST:
        raise Refused(f"front matter is longer than {LARGEST // 1024} KB", 1)
    values = _load(block[1])
    lines = block[0].count("\n") if block[0].endswith("\n") else block[0].count("\n") + 1
    front, notices = _check(values)
    return front, lines, notices


def _load(source: str) -> dict[str, Any]:
    try:
        loaded = yaml.load(source, _Loader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise Refused(f"front matter is not YAML: {error.problem or 'unreadable'}", line) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Refused(f"front matter is not YAML: {str(error).splitlines()[0]}", 1) from None
    if loaded is None or loaded == "":
        return {}
    if not isinstance(loaded, dict):
        raise Refused("front matter is not a list of keys and values", 1)
    return {key: value for key, value in loaded.items() if isinstance(key, str)}


def _check(values: dict[str, Any]) -> tuple[FrontMatter, list[Notice]]:
    front, notices = FrontMatter(), []
    for key in _TEXTS:
        setattr(front, key, _text(key, values.get(key, "")))
    # What most other tools call it.
    front.summary = front.summary or _text("description", values.get("description", ""))
    for key in _LISTS:
        setattr(front, key, _list(key, values.get(key, [])))
    order = _text("order", values.get("order", "")).strip()
    if order:
        if not re.fullmatch(r"-?\d{1,9}", order):
            raise Refused(f"front matter: order must be a whole number, not {order[:40]!r}", 1)
        front.order = int(order)
    kind = _text("kind", values.get("kind", ""))
    if kind in _KINDS:
        front.kind = kind  # type: ignore[assignment]
    elif kind:
        notices.append(Notice(1, f"front matter: unknown kind {kind[:40]!r} was ignored"))
    status = _text("status", values.get("status", ""))
    if status in ("draft", "published"):
        front.status = status  # type: ignore[assignment]
    elif status:
        raise Refused(f"front matter: status must be draft or published, not {status[:40]!r}", 1)
    front.updated = _date(_text("updated", values.get("updated", "")), notices)
    if _text("encoding", values.get("encoding", "")) == "as-is":
        front.encoding = "as-is"
    front.extra = {
        without_controls(key): without_controls(value)
        for key, value in values.items()
        if key not in _KEYS and isinstance(value, str)
    }
    return front, notices


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Refused(f"front matter: {key} must be text", 1)
    return " ".join(without_controls(value).split())


def _list(key: str, value: Any) -> list[str]:
    """A YAML list, or one line with commas."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused(f"front matter: {key} must be a list of texts", 1)
    items = [text for item in value if (text := _text(key, item))]
    if any(len(item) > LONGEST[key] for item in items):
        reason = f"front matter: one of the {key} has more than {LONGEST[key]} characters"
        raise Refused(reason, 1)
    return list(dict.fromkeys(items))


def _date(value: str, notices: list[Notice]) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        notices.append(Notice(1, f"front matter: updated {value[:40]!r} is no date, ignored"))
        return None


def write(values: dict[str, Any]) -> str:
    """The front matter block for `values`, in their order, without the empty ones."""
    kept = {key: value for key, value in values.items() if value not in (None, "", [], {})}
    if not kept:
        return ""
    body = yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{body}---\n\n"
