"""Sections back to Markdown, so that parsing the result gives the same sections."""

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from typing import Any

from . import front_matter
from .attributes import split_pin, with_id
from .numbering import find_prefix
from .slugs import assign_anchors, slug, title_of, unwrap
from .titles import begins_with_text
from .values import ParsedSection

_TAG = re.compile(r"<(/?)(code|em|strong|del|sub|sup|kbd)>")
_MARKS = {"em": "*", "strong": "**", "del": "~~"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>&~|#{}])")
_RUN = re.compile(r"`+")


def assemble(
    front: Mapping[str, Any],
    title: str,
    sections: Sequence[ParsedSection],
    *,
    written: Sequence[tuple[str, str]] = (),
    name: str = "",
) -> str:
    """One Markdown file from a document's sections, given in document order, the root first.

    They are written from `parent` (an index), `anchor`, `number`, `title`, `title_html`, `heading`,
    `level`, `is_item`, `markdown` and, of the root, `anchors`. A title that was changed must come
    with an empty `heading`: it is then written again from `number` and `title_html`.

    `front` holds front matter by key; `title` is added to it where the sections alone would give
    another, in a file called `name`; `written` are further keys, each with its lines. An anchor
    that differs from what its heading would get is pinned with `{#anchor}`.
    Assembling what was parsed from an assembled text gives that text, byte for byte.
    """
    sources = [_source(section) for section in sections]
    pins = _pins(sections, sources)
    values = dict(front)
    if not values.get("title") and title != _own_title(sections, name):
        values = {"title": title, **values}
    parts: list[str] = []
    after_item = False
    for index, (section, source) in enumerate(zip(sections, sources, strict=True)):
        line = _line(section, source, pins.get(index, ""), index)
        text = section.markdown
        if section.is_item and text:
            text = "\n".join(f"  {row}" if row.strip() else "" for row in text.split("\n"))
        if line:
            parts.append("\n" if parts and not (after_item and section.is_item) else "")
            parts.append(f"{line}\n")
        if text:
            parts.append("\n" if parts else "")
            parts.append(f"{text}\n")
        after_item = section.is_item and not text
    return front_matter.write(values, written) + "".join(parts)


def _own_title(sections: Sequence[ParsedSection], name: str) -> str:
    if sections and sections[0].title:
        return sections[0].title
    if len(sections) > 1 and not begins_with_text(sections):
        return sections[1].title
    return title_of(name) if name else ""


def _line(section: ParsedSection, source: str, pin: str, index: int) -> str:
    source = with_id(source, pin) if pin else source
    if section.is_item:
        return f"- **{section.number}** {source}".rstrip()
    if section.parent is None:
        return f"# {source}" if section.title else ""
    return "#" * min(max(section.level, 1), 6) + f" {source}".rstrip()


def _source(section: ParsedSection) -> str:
    """The heading's source without its pin: as written, or built from number and title."""
    if section.heading or not section.title:
        return section.heading
    if section.title == "Untitled":
        return ""
    title = _markdown_of(section.title_html or escape(section.title))
    if section.is_item:
        return "" if section.title == section.number else title
    if not section.number:
        return title
    return f"{section.number} {title}" if "." in section.number else f"{section.number}. {title}"


def _markdown_of(html: str) -> str:
    """Inline Markdown that renders as a title's sanitised HTML."""
    parts: list[str] = []
    position, in_code = 0, False
    for found in [*_TAG.finditer(html), None]:
        text = unescape(html[position : found.start() if found else len(html)])
        parts.append(_code(text) if in_code else _SPECIAL.sub(r"\\\1", text))
        if found is None:
            break
        position = found.end()
        in_code = found[2] == "code" and not found[1]
        if found[2] != "code":
            parts.append(_MARKS.get(found[2], found[0]))
    return "".join(parts)


def _code(text: str) -> str:
    """A code span with more backticks around it than it holds."""
    longest = max((len(run) for run in _RUN.findall(text)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if longest else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def _pins(sections: Sequence[ParsedSection], sources: list[str]) -> dict[int, str]:
    """The anchors that must be written out, found by letting the rest fall into place."""
    first = 0 if sections and sections[0].title else 1
    names = []
    wanted = []
    for section, source in list(zip(sections, sources, strict=True))[first:]:
        anchor = section.anchor
        if section.parent is None:
            anchor = section.anchors[0] if section.anchors else _slug(section, source)
        names.append(_slug(section, source))
        wanted.append(anchor)
    pinned: dict[int, str] = {}
    while True:
        pairs = [(name, pinned.get(place, "")) for place, name in enumerate(names)]
        given = assign_anchors(pairs)
        wrong = {
            place: anchor
            for place, anchor in enumerate(wanted)
            if given[place] != anchor and place not in pinned
        }
        if not wrong:
            return {place + first: anchor for place, anchor in pinned.items()}
        pinned |= wrong


def _slug(section: ParsedSection, source: str) -> str:
    """The slug that parsing would give this heading if nothing were pinned."""
    if section.is_item:
        return section.number.replace(".", "-")
    prefix = find_prefix(unwrap(split_pin(source)[0])) if section.number else None
    return slug((prefix.text if prefix else "") + section.title)
