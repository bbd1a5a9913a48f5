"""The index of notes: the lexemes of each as the library's index has them, with its learner's key.

A lexeme is written `7.pool`: the index of all notes leads to those of learner 7 alone. Notes are
indexed where they are saved (`learning.models.Noted`). Where something wrote a note without, its
`words` are NULL: it is read as a text until `fill` comes by.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from search.query import QueryWord
from search.vectors import lexemes

# The version of the lexemes that is kept (`search.words.VERSION`). Who raises it adds a migration
# that sets `words` to NULL.
OF_VERSION = "4"
BATCH = 500
_LEXEME = re.compile(r"'([^']+)'")


def vector(user: int, texts: Iterable[str]) -> str:
    """The texts of a learner's note as the literal of a tsvector."""
    return _of(user, lexemes(*texts).partition("\n")[0])


def hold(model: type[Any], user: int, words: Sequence[QueryWord], joined: str) -> RawSQL:
    """A condition: rows of the learner's whose note holds words of a query.

    All of them if they are `joined` by "&", any if by "|".
    """
    wanted = tsquery(user, words, joined)
    sql = f'"{model._meta.db_table}"."words" @@ %s::tsquery'
    return RawSQL(sql, [wanted], output_field=BooleanField())  # noqa: S611 - a table of ours


def tsquery(user: int, words: Sequence[QueryWord], joined: str) -> str:
    """The text of a tsquery for notes of a learner's: see `hold`."""
    return _of(user, f" {joined} ".join(word.as_tsquery() for word in words))


def _of(user: int, literal: str) -> str:
    return _LEXEME.sub(rf"'{user}.\1'", literal)


def fill(model: type[Any], texts: Sequence[str]) -> int:
    """Index the notes that are not indexed; returns their number. Rows in use are left out."""
    count = 0
    last = 0
    table = model._meta.db_table
    while True:
        with transaction.atomic():
            rows = model._default_manager.filter(words=None, pk__gt=last).order_by("pk")
            rows = rows.select_for_update(skip_locked=True).values_list("pk", "user_id", *texts)
            found = list(rows[:BATCH])
            if not found:
                return count
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"UPDATE {table} SET words = %s WHERE id = %s",  # noqa: S608
                    [(vector(user, own), pk) for pk, user, *own in found],
                )
            count, last = count + len(found), found[-1][0]
