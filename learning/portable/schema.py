"""Whether rows that somebody brought along are what `schema.json` says."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts.own_data import Refused, Row, Taken

FILE = Path(__file__).with_name("schema.json")
TakeIn = Callable[[User, list[Row]], Taken]


def checked(part: str, take_in: TakeIn) -> TakeIn:
    """The same for rows of a file, which may hold anything. Raises `Refused` for wrong ones."""

    def take_checked(user: User, rows: list[Row]) -> Taken:
        try:
            _validator(part)(rows)
        except fastjsonschema.JsonSchemaValueException as error:
            why = error.message[:300].replace("data", part, 1)
            raise Refused(_("The file is damaged: {why}.").format(why=why)) from error
        return take_in(user, rows)

    return take_checked


@cache
def _validator(part: str) -> Any:
    whole = json.loads(FILE.read_text())
    return fastjsonschema.compile(whole["properties"][part] | {"definitions": whole["definitions"]})


def as_file(_user: User, _site: str) -> bytes:
    """The schema itself, which goes along."""
    return FILE.read_bytes()
