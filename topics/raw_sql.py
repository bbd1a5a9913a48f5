"""Raw SQL: statements that are files in the `sql/` folder of a room, and one way to run them."""

from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

ROOMS = Path(__file__).resolve().parent.parent


@cache
def statement(name: str) -> str:
    """The text of a file: "search/rank" names `search/sql/rank.sql`."""
    room, _, file = name.partition("/")
    return (ROOMS / room / "sql" / f"{file}.sql").read_text(encoding="utf-8")


def execute(sql: str, values: Any = None) -> list[tuple[Any, ...]]:
    """Run one statement; returns its rows, none if it only writes. Raises django.db.Error."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []
