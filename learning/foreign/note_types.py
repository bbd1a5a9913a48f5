"""Which fields the cards of Anki's note types ask and tell, from their templates.

https://docs.ankiweb.net/templates/fields.html; since schema 18 types are rows whose `config` is a
message of protocol buffers (https://protobuf.dev/programming-guides/encoding/), and were one JSON
object before.
"""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

Sides = tuple[tuple[int, ...], tuple[int, ...]]  # the places of the fields asked, and of those told
MOST = 10_000  # fields, or templates
QUESTION, ANSWER = 1, 2  # the numbers of a template's texts in its message
_TYPED = re.compile(r"\{\{type:(?!cloze:)[^{}]*\}\}")  # what she types is no question
_FIELD = re.compile(r"\{\{([^{}#^/][^{}]*)\}\}")


def note_types(base: sqlite3.Connection, tables: Mapping[str, str]) -> dict[int, list[Sides]]:
    """The cards of each note type by its key; empty where a package does not say."""
    with suppress(sqlite3.Error, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        found = _rows(base) if tables.get("notetypes") == "table" else _json(base)
        return {key: [_sides(names, *texts) for texts in told] for key, names, told in found}
    return {}


def _rows(base: sqlite3.Connection) -> Iterator[tuple[int, list[str], list[tuple[str, str]]]]:
    names: dict[int, list[str]] = defaultdict(list)
    fields = base.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord LIMIT ?", [MOST])
    for key, name in fields:
        names[key].append(name)
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = base.execute("SELECT ntid, config FROM templates ORDER BY ntid, ord LIMIT ?", [MOST])
    for key, config in rows:
        texts = dict(_texts(config))
        told[key].append((texts.get(QUESTION, ""), texts.get(ANSWER, "")))
    return ((key, names[key], texts) for key, texts in told.items())


def _json(base: sqlite3.Connection) -> Iterator[tuple[int, list[str], list[tuple[str, str]]]]:
    (text,) = base.execute("SELECT models FROM col").fetchone() or ("{}",)
    for key, kind in json.loads(str(text)).items():
        names = [field["name"] for field in kind["flds"]]
        yield int(key), names, [(card["qfmt"], card["afmt"]) for card in kind["tmpls"]]


def _texts(message: bytes) -> Iterator[tuple[int, str]]:
    """The texts of a message by their numbers, as far as it can be read."""
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while at < len(message) and shift < 64:
            byte = message[at]
            at, value, shift = at + 1, value | (byte & 0x7F) << shift, shift + 7
            if byte < 0x80:
                break
        return value

    while at < len(message):
        key = number()
        if key & 7 == 0:
            number()
        elif key & 7 == 2:
            length = number()
            yield key >> 3, message[at : at + length].decode(errors="replace")
            at += length
        else:
            at += {1: 8, 5: 4}.get(key & 7, len(message))


def _sides(names: list[str], question: str, answer: str) -> Sides:
    places = {name: place for place, name in enumerate(names)}
    asked = _places(_TYPED.sub("", str(question)), places)
    return asked, tuple(place for place in _places(answer, places) if place not in asked)


def _places(template: Any, places: Mapping[str, int]) -> tuple[int, ...]:
    """The fields that a template names, in its order: `{{hint:Back}}` is the field Back."""
    named = (name.rpartition(":")[2].strip() for name in _FIELD.findall(str(template)))
    return tuple(dict.fromkeys(places[name] for name in named if name in places))


def of_note(types: Mapping[int, list[Sides]], kind: Any, orders: Iterable[int]) -> list[Sides]:
    """What the cards of a note ask; a note with gaps has many of one template."""
    told = types.get(kind, [])
    return (
        [told[n] for n in sorted({min(order, len(told) - 1) for order in orders})] if told else []
    )
