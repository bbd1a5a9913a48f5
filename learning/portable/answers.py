"""The log of answers, as rows beside those of their cards."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection

from accounts.own_data import Row
from learning.models import Review

Answers = list[Row]


def answers_of(user: User) -> dict[int, Answers]:
    """All answers of a learner by the keys of their cards, which may be gone. One query.

    `undoes` is the place of the answer that was taken back, among those of the card.
    """
    found: dict[int, Answers] = defaultdict(list)
    places: dict[int, int] = {}
    columns = ("pk", "card", "rating", "reviewed_at", "phase", "is_first", "took_ms", "before")
    rows = Review.objects.filter(user=user).order_by("pk")
    for pk, card, rating, at, phase, is_first, took, before, undoes in rows.values_list(
        *columns, "undoes"
    ):
        places[pk] = len(found[card])
        found[card].append(
            {
                "rating": rating,
                "at": at.isoformat(),
                "phase": phase,
                "is_first": is_first,
                "took_ms": took,
                "before": before,
                "undoes": places.get(undoes),
            }
        )
    return found


def add_answers(user: User, told: Iterable[tuple[int, Answers]]) -> None:
    """Add the answers of cards that are not in the log, in the order in which they were given."""
    columns = ("pk", "card", "reviewed_at", "rating", "undoes")
    log = list(Review.objects.filter(user=user).values_list(*columns))
    known = {(card, at, rating): pk for pk, card, at, rating, _undoes in log}
    taken_back = {undoes for *_rest, undoes in log}
    new = []
    keys: dict[tuple[int, int], int] = {}
    for card, answers in told:
        for place, row in enumerate(answers):
            at = datetime.fromisoformat(row["at"])
            if key := known.get((card, at, row["rating"])):
                keys[card, place] = key
            else:
                new.append((at, place, card, row))
    new.sort(key=lambda told: told[:3])
    made = []
    for pk, (at, place, card, row) in zip(_keys("learning_review", len(new)), new, strict=True):
        keys[card, place] = pk
        undoes = None if row["rating"] else keys.get((card, row["undoes"]))
        if row["rating"] or (undoes and undoes not in taken_back):
            taken_back.add(undoes)
            made.append(_review(user, pk, card, at, row, undoes))
    Review.objects.bulk_create(made, batch_size=2000)


def _review(user: User, pk: int, card: int, at: datetime, row: Row, undoes: int | None) -> Review:
    return Review(
        pk=pk,
        user=user,
        card=card,
        rating=row["rating"],
        reviewed_at=at,
        phase=row["phase"],
        is_first=row["is_first"],
        took_ms=row["took_ms"],
        before=row["before"],
        undoes_id=undoes,
    )


def without_card(user: User, told: Iterable[Answers]) -> None:
    """Add the answers of cards that were deleted, under keys that no card will have."""
    known = set(Review.objects.filter(user=user).values_list("reviewed_at", "rating"))
    new = [
        answers
        for answers in told
        if (datetime.fromisoformat(answers[0]["at"]), answers[0]["rating"]) not in known
    ]
    add_answers(user, list(zip(_keys("learning_card", len(new)), new, strict=True)))


def _keys(table: str, count: int) -> list[int]:
    """So many keys of a table that nothing has or will have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [key for (key,) in cursor.fetchall()]
