"""The search's long SQL, a file for each statement and for each function that the database keeps.

`FUNCTIONS` are what the code calls. A migration that changes one carries its own copy of the text;
`problems` says where the database's functions are not these.
"""

import re
from functools import cache
from pathlib import Path

from django.db import connection, transaction

FUNCTIONS = ("kb_words", "kb_similar_words", "kb_synonyms_changed", "kb_rank")
_BODY = re.compile(r"AS \$\$(.*?)\$\$", re.DOTALL)


@cache
def statement(name: str) -> str:
    """The text of `name`.sql, with named parameters."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


def definition(function: str) -> str:
    """The statement that creates or replaces one of FUNCTIONS."""
    return statement(function.removeprefix("kb_"))


def problems() -> list[str]:
    """Which of FUNCTIONS the database lacks or has in another form; empty if all are right."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc"
            " WHERE pronamespace = current_schema()::regnamespace AND proname = ANY(%s)",
            [list(FUNCTIONS)],
        )
        found = cursor.fetchall()
    names = {name for name, _ in found}
    return [
        f"the function {name} " + ("differs from this version's" if name in names else "is missing")
        for name in FUNCTIONS
        if (name, _body(name)) not in found
    ]


def is_migrated() -> bool:
    """Whether migrations have made this version's functions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT 1 FROM django_migrations WHERE app = 'search')")
        return bool(cursor.fetchone()[0])


def restore() -> None:
    """Create or replace all FUNCTIONS, and the type of a query."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TYPE IF EXISTS kb_query CASCADE")
        cursor.execute(statement("query_type"))
        for name in FUNCTIONS:
            cursor.execute(definition(name))


def _body(function: str) -> str:
    body = _BODY.search(definition(function))
    assert body is not None
    return body[1]
