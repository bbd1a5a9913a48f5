"""Rows that have no place here: kept as they came, tried again, and taken along again."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts.own_data import Row, Said, Taken, item, plain, quoted, too_many
from learning.models import Kept

MOST = 20_000  # of one learner
Place = Callable[[User, list[Row]], tuple[Taken, list[Row]]]


def text_of_row(row: Any) -> str:
    """A row as one line, the same whenever it says the same."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, allow_nan=False)


def rows(user: User, part: str) -> list[Row]:
    """The rows of a part that are kept."""
    return list(Kept.objects.filter(user=user, part=part).values_list("row", flat=True))


def taking(part: str, place: Place) -> Callable[[User, list[Row]], Taken]:
    """Take rows in with `place`, which returns those without a place, and keep these.

    What is kept already is tried again.
    """

    def take_in(user: User, rows: list[Row]) -> Taken:
        own = Kept.objects.filter(user=user, part=part)
        kept = {text_of_row(row): row for row in own.values_list("row", flat=True)}
        own.delete()
        wanted = {text_of_row(row): row for row in rows} | kept
        taken, left = place(user, list(wanted.values()))
        keep(user, part, left)
        count = sum(text_of_row(row) not in kept for row in left)
        return Taken(taken.new, taken.known + len(left) - count, count)

    return take_in


def keep(user: User, part: str, left: Iterable[Row]) -> None:
    """Keep rows as they are. Raises `Refused` where there is no room."""
    made = [
        Kept(user=user, part=part, row=row, digest=hashlib.sha256(text.encode()).hexdigest())
        for text, row in {text_of_row(row): row for row in left}.items()
    ]
    if Kept.objects.filter(user=user).count() + len(made) > MOST:
        raise too_many(_("Things that have no place in the texts here"), MOST)
    Kept.objects.bulk_create(made, ignore_conflicts=True)


def said(user: User) -> Iterator[Said]:
    """What is kept, for people."""
    for number, kept in enumerate(Kept.objects.filter(user=user)):
        words, note = words_of(kept.row)
        where = ": ".join(filter(None, (kept.row.get("topic"), kept.row.get("section"))))
        text = item(plain(where or kept.part), quoted(words), quoted(note))
        yield Said(_("Without a place"), "", text, order=("kept", number))


def words_of(row: Row) -> tuple[str, str]:
    """The quoted words and the note of a row of any kind; empty where it has none."""
    row = row.get("item") or row
    body = row.get("body") or [{}]
    target = row.get("target") or {}
    selectors = target.get("selector") or [{}]
    words = selectors[0].get("exact") or row.get("quote") or ""
    return words, row.get("note") or body[0].get("value") or ""
