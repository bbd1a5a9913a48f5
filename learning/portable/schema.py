"""Whether rows that somebody brought along are what `schema.json` says, and what is not."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.data_file import shortened
from accounts.own_data import Row, Taken, Wrong

FILE = Path(__file__).with_name("schema.json")
TakeIn = Callable[[User, list[Row]], Taken]
MOST_NAMED = 6  # of the values that a list allows
_NUMBER = re.compile(r"[0-9]+")
TYPES = {
    "string": gettext_lazy("a text"),
    "number": gettext_lazy("a number"),
    "integer": gettext_lazy("a whole number"),
    "boolean": gettext_lazy("true or false"),
    "array": gettext_lazy("a list"),
    "object": gettext_lazy("an object in braces"),
    "null": gettext_lazy("null"),
}
FORMATS = {
    "date-time": gettext_lazy("a moment such as 2026-11-02T09:00:00+00:00"),
    "date": gettext_lazy("a day such as 2026-11-02"),
    "uuid": gettext_lazy("an identifier such as urn:uuid:00000000-0000-0000-0000-000000000000"),
}


def nothing(_row: Row) -> None:
    """A look at a row of which the schema says all."""


def checked(part: str, take_in: TakeIn, look: Callable[[Row], None] = nothing) -> TakeIn:
    """The same for rows of a file, which may hold anything. Raises `Wrong` for wrong ones."""

    def take_checked(user: User, rows: list[Row]) -> Taken:
        check(part, rows, look)
        return take_in(user, rows)

    return take_checked


def check(part: str, rows: list[Row], look: Callable[[Row], None] = nothing) -> None:
    """Raises `Wrong` for rows that are not what the schema says.

    `look` says of a row, as `Wrong` too, what no schema can.
    """
    try:
        _validator(part)(rows)
    except fastjsonschema.JsonSchemaValueException as error:
        raise Wrong(_why(error), *_path(error)) from error
    for number, row in enumerate(rows):
        try:
            look(row)
        except Wrong as wrong:
            raise wrong.inside(number) from wrong


@cache
def _validator(part: str) -> Any:
    whole = json.loads(FILE.read_text())
    return fastjsonschema.compile(
        whole["properties"][part] | {"definitions": whole["definitions"]},
        formats={"date-time": _is_moment, "date": _is_day, "uuid": lambda _text: True},
    )


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _path(error: fastjsonschema.JsonSchemaValueException) -> list[str | int]:
    steps = error.path[1:]  # without the name of the whole
    return [int(step) if _NUMBER.fullmatch(step) else step for step in steps]


def _why(error: fastjsonschema.JsonSchemaValueException) -> str:
    """What a row breaks, in words."""
    value, wanted = error.value, error.rule_definition
    match error.rule:
        case "required":
            missing = next(name for name in wanted if name not in value)
            return _("“{name}” is missing").format(name=missing)
        case "additionalProperties":
            unknown = next(name for name in value if name not in error.definition["properties"])
            return _("“{name}” is nothing that this site knows").format(name=shortened(unknown))
        case "maxLength":
            return ngettext(
                "it is longer than {n} character", "it is longer than {n} characters", wanted
            ).format(n=f"{wanted:,}")
        case "maxItems":
            return ngettext(
                "it has more than {n} entry", "it has more than {n} entries", wanted
            ).format(n=f"{wanted:,}")
        case "minItems":
            return ngettext(
                "it has fewer than {n} entry", "it has fewer than {n} entries", wanted
            ).format(n=f"{wanted:,}")
        case "minLength":
            return _("it is empty")
    return _("it must be {wanted}, and is {value}").format(
        wanted=_wanted(error), value=_shown(value)
    )


def _wanted(error: fastjsonschema.JsonSchemaValueException) -> str:
    """What a value must be: its type, form and bounds together."""
    told = error.definition
    if "enum" in told:
        return _("one of {values}").format(values=", ".join(told["enum"][:MOST_NAMED]))
    if "const" in told:
        return str(told["const"])
    types = told["type"] if isinstance(told["type"], list) else [told["type"]]
    kind = str(FORMATS.get(told.get("format"), TYPES[types[0]]))
    least, most = told.get("minimum"), told.get("maximum")
    if least is not None and most is not None:
        kind = _("{kind} from {least} to {most}").format(kind=kind, least=least, most=most)
    if "null" in types:
        kind = _("{kind}, or null").format(kind=kind)
    return kind


def _shown(value: Any) -> str:
    """A value for people: its beginning, or what it is."""
    if isinstance(value, dict):
        return str(TYPES["object"])
    if isinstance(value, list):
        return str(TYPES["array"])
    if isinstance(value, str):
        return _("“{name}”").format(name=shortened(value))
    return json.dumps(value)


def as_file(_user: User, _site: str) -> bytes:
    """The schema itself, which goes along."""
    return FILE.read_bytes()
