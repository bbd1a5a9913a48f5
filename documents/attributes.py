"""Attribute lists, as MkDocs, kramdown, Hugo and Pandoc write them: `{#id .class key="value"}`."""

import re
from dataclasses import dataclass

LONGEST = 500

_ID = r"(?!kb:)[^\s{}#<>\"'&]{1,200}"  # kb: is of the page's own ids
_NAME = re.compile(_ID)
_VALUE = r"\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|[^\s\"'{}]{1,300}"
_ITEM = re.compile(
    rf"\s*(?:#(?P<id>{_ID})|\.(?P<name>[A-Za-z_][\w:/.-]{{0,100}})"
    rf"|(?P<key>[A-Za-z_@:][\w:.-]{{0,60}})=(?P<value>{_VALUE})|(?P<word>[A-Za-z_][\w-]{{0,60}}))"
    r"(?=[\s}.#])"
)
_COMMENT = re.compile(r"\{/\*\s*#([\w-]{1,200})\s*\*/\}")
_BRACKETS = re.compile(r"[ \t]+\[#([A-Za-z_][\w-]{0,199})\]\Z")  # as Nextra writes an id


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a list says. `rest` is the list as written without its id, "" if nothing is left."""

    name: str
    classes: tuple[str, ...]
    values: dict[str, str]
    rest: str


def read(source: str) -> Attributes | None:
    """The list that `source` is as a whole, from `{` to `}`; None where it is none.

    Without a colon after its brace, a list has an id, a class or a value in quotes, so that
    `{a}`, `{x=1}` and `{}` stay text; so does a list with a word, unless that has a dash.
    """
    if not source.startswith("{") or not source.endswith("}") or len(source) > LONGEST:
        return None
    if comment := _COMMENT.fullmatch(source):
        return Attributes(comment[1], (), {}, "")
    marked = source.startswith("{:")
    position = 2 if marked else 1
    name, classes, values, rest = "", [], {}, []
    certain = marked
    while found := _ITEM.match(source, position):
        position = found.end()
        if found["id"]:
            name, certain = found["id"], True
            continue
        rest.append(found[0].strip())
        if found["name"]:
            classes.append(found["name"])
            certain = True
        elif found["key"]:
            certain = certain or found["value"][0] in "\"'"
            value = found["value"].strip("\"'")
            if found["key"] == "id" and _NAME.fullmatch(value):
                name = value
                rest.pop()
                continue
            values[found["key"]] = value
        elif not marked and "-" not in found["word"]:
            return None
    if source[position:].strip() != "}" or not certain or not (name or rest):
        return None
    opening = "{: " if marked else "{"
    return Attributes(name, tuple(classes), values, f"{opening}{' '.join(rest)}}}" if rest else "")


def split(source: str) -> tuple[str, Attributes | None]:
    """A heading's source without the list at its end, and that list."""
    source = source.strip()
    if source.endswith("]") and (found := _BRACKETS.search(source)):
        return _without_closing(source[: found.start()]), Attributes(found[1], (), {}, "")
    start = source.rfind("{", -LONGEST) if source.endswith("}") else -1
    if start < 0 or (start and source[start - 1] not in " \t"):
        return source, None
    attributes = read(source[start:]) or _unnumbered(source[start:])
    return (_without_closing(source[:start].rstrip()), attributes) if attributes else (source, None)


def _without_closing(source: str) -> str:
    """A heading's source without the marks that close it, which are before its list."""
    text = source.rstrip("#")
    return text.rstrip() if text[-1:] in ("", " ", "\t") else source


def _unnumbered(source: str) -> Attributes | None:
    """Pandoc's mark of a heading without a number: `{-}`, `{- #name}`."""
    if not source.startswith("{-") or len(source) > LONGEST:
        return None
    rest = source[2:-1].strip()
    if not rest:
        return Attributes("", ("unnumbered",), {}, source)
    return read("{" + rest + "}") if source[2] in " \t" else None


def split_pin(source: str) -> tuple[str, str]:
    """A heading's source without its attributes, and the id among them or ""."""
    source, attributes = split(source)
    return source, attributes.name if attributes else ""


def without_id(source: str) -> str:
    """A heading's source without the id at its end; other attributes stay."""
    text, attributes = split(source)
    return f"{text} {attributes.rest}".strip() if attributes else text


def with_id(source: str, name: str) -> str:
    """A heading's source with an id, in the list that it has or in one of its own."""
    text, attributes = split(source)
    if attributes is None or not attributes.rest:
        return f"{text} {{#{name}}}"
    marked = attributes.rest.startswith("{:")
    rest = attributes.rest.removeprefix("{:").removeprefix("{").strip()
    return f"{text} {'{:' if marked else '{'}{' ' if marked else ''}#{name} {rest}"
