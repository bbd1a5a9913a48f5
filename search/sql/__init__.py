"""The search's long SQL, a file for each statement and for each function that the database keeps.

`FUNCTIONS` are what the code calls. A migration that changes one carries its own copy of the text;
`problems` says where the database's functions are not these.
"""

import re
from functools import cache
from pathlib import Path

from django.db import connection

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
    return [
        f"the function {name} is {'another than' if name in dict(found) else 'missing for'}"
        " this version's code"
        for name in FUNCTIONS
        if (name, _body(name)) not in found
    ]


def restore() -> None:
    """Create or replace all FUNCTIONS."""
    with connection.cursor() as cursor:
        for name in FUNCTIONS:
            cursor.execute(definition(name))


def _body(function: str) -> str:
    body = _BODY.search(definition(function))
    assert body is not None
    return body[1]
