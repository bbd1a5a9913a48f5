"""Raw SQL: statements that are files in the `sql/` folder of a room, and one way to run them."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

ROOMS = Path(__file__).resolve().parent.parent


@cache
def statement(name: str) -> str:
    """The text of a file: "search/rank" names `search/sql/rank.sql`."""
    room, _, file = name.partition("/")
    return (ROOMS / room / "sql" / f"{file}.sql").read_text(encoding="utf-8")


def execute(sql: str, values: Any = None, *, keeps_plan: bool = False) -> list[tuple[Any, ...]]:
    """Run one statement; returns its rows, none if it only writes. Raises django.db.Error.

    `keeps_plan` is for one that is asked often with the same text and takes long to plan.
    """
    database: Any = connection  # kb.database's
    with database.cursor_that_keeps_plans() if keeps_plan else database.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def among(keys: Iterable[int]) -> RawSQL:
    """For `filter(pk__in=among(keys))` with thousands of keys: they are sent as one array."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])
