"""Home pages that are written in front matter: VitePress, VuePress, Starlight. What their sites
show of it becomes text of the page, before its own."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

_BLANKS = re.compile(r"\s+")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
# What an API page of Mintlify is about.
_CALL = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE)\s+[^\s`]+\Z", re.IGNORECASE)
MOST = 50  # features and buttons of each
# What the parts of a home page are called by the tools, the first that there is counts.
_NAMES = ("heroText", "name", "title", "text")
_BELOW = ("text", "tagline", "subtitle", "description")


def read(values: dict[str, Any]) -> list[str]:
    """What a home page calls itself, or "", and the lines of Markdown of what it says; of a page
    about a call of an API that call; nothing of any other."""
    hero = _hero(values)
    if not hero and not _is_home(values):
        calls = (_CALL.search(_text(values.get(key))) for key in ("api", "openapi"))
        return next((["", f"`{call[0]}`"] for call in calls if call), [])
    (_, name), *below = _heads(values)
    blocks = [f"**{text}**" if key == "text" else text for key, text in below]
    if name and _text(values.get("title")) not in ("", name):
        blocks.insert(0, f"**{name}**")
    blocks += [_picture(hero.get("image") or values.get("heroImage"))]
    blocks += [" ".join(_buttons(hero, values))]
    blocks += ["\n".join(map(_feature, _maps(values.get("features"))))]
    for group in _maps(values.get("highlights")):  # of VuePress' theme Hope
        header = _text(group.get("header"))
        blocks += [f"**{header}**" if header else "", _text(group.get("description"))]
        blocks += ["\n".join(map(_feature, _maps(group.get("highlights"))))]
    banner = values.get("banner")
    blocks += [_text(banner.get("content")) if isinstance(banner, dict) else ""]
    blocks += [_text(values.get("footer")) if _is_home(values) else ""]
    return [name, *"\n\n".join(block for block in blocks if block).split("\n")]


def before(home: Sequence[str], lines: Sequence[str]) -> list[str]:
    """What of a home page goes before these lines: nothing where they hold some of it, as they do
    after an export."""
    known = {line.strip() for line in lines} - {""}
    return [] if known.intersection(home[1:]) else [*home[1:], ""]


def _hero(values: dict[str, Any]) -> dict[str, Any]:
    hero = values.get("hero")
    return hero if isinstance(hero, dict) else {}


def _is_home(values: dict[str, Any]) -> bool:
    return values.get("layout") in ("home", "HomePage") or values.get("home") == "true"


def _heads(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The lines on top of a home page, each with its key: what it is called, and what is below."""
    hero = _hero(values)
    given = {**{key: values.get(key) for key in ("heroText", "tagline")}, **hero}
    texts = {key: text for key in (*_NAMES, *_BELOW) if (text := _text(given.get(key)))}
    name = next((key for key in _NAMES if key in texts), "")
    yield name, _TAG.sub("", texts.pop(name, ""))
    yield from ((key, texts[key]) for key in _BELOW if key in texts)


def _text(value: Any) -> str:
    text = _BLANKS.sub(" ", value).strip() if isinstance(value, str) else ""
    return "" if text in ("null", "false") else text


def _maps(value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)][:MOST]


def _source(value: Any) -> str:
    """Where a picture is, however it is said."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("src", "file", "light", "dark") if value.get(key)), "")
    return _text(value)


def _picture(value: Any) -> str:
    source = _source(value)
    alt = _text(value.get("alt")) if isinstance(value, dict) else ""
    return f"![{alt}](<{source}>)" if source and "<" not in source else ""


def _link(text: str, url: str) -> str:
    if not text or not url:
        return text
    return f"[{text}](<{url}>)" if re.search(r"[\s()<]", url) else f"[{text}]({url})"


def _buttons(hero: dict[str, Any], values: dict[str, Any]) -> Iterator[str]:
    for action in (*_maps(hero.get("actions")), *_maps(values.get("actions"))):
        if text := _link(_text(action.get("text")), _text(action.get("link"))):
            yield text
    if text := _text(values.get("actionText")):
        yield _link(text, _text(values.get("actionLink")))


def _feature(item: dict[str, Any]) -> str:
    """One feature as an item of a list."""
    icon = _text(item.get("icon"))
    icon = "" if "<" in icon or re.search(r"[/.:]|^\w", icon) else icon
    title, url = _text(item.get("title")).replace("*", ""), _text(item.get("link"))
    more = _text(item.get("linkText"))
    name = f"**{title if more else _link(title, url)}**" if title else ""
    details = _text(item.get("details")) or _text(item.get("description"))
    head = " ".join(part for part in (icon, name) if part)
    line = f"{head}: {details}" if head and details else head or details
    return f"- {line} {_link(more, url)}".rstrip() if more else f"- {line}"
