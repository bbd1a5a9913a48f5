"""Words and notes of other programs whose place is not in these texts, as rows."""

from collections.abc import Iterator

from django.contrib.auth.models import User

from accounts.own_data import Row, Said, Taken
from learning.portable import kept

PART = "clippings"


def rows(user: User) -> list[Row]:
    """All of them, in the order in which they came."""
    return kept.rows(user, PART)


def said(user: User) -> Iterator[Said]:
    """They are with all that has no place."""
    return kept.said(user)


def _place(_user: User, rows: list[Row]) -> tuple[Taken, list[Row]]:
    """None of them is looked for: `learning.foreign` does that before they come here."""
    return Taken(), rows


take_in = kept.taking(PART, _place)
