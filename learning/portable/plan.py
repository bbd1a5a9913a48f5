"""How a learner wants to be asked, as one row."""

from collections.abc import Iterator
from datetime import date, datetime

import fsrs
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accounts.own_data import Row, Said, Taken, Wrong
from learning.models import Plan
from learning.reviews import plan_of

PLAIN = (
    "retention", "new_a_day", "reviews_a_day", "easy_days", "time_zone", "has_streak",
    "has_two_buttons", "weights", "trained_on",
)  # fmt: skip


def rows(user: User) -> list[Row]:
    """The learner's plan; the defaults where she has none."""
    plan = plan_of(user)
    moments = {
        "exam_on": plan.exam_on and plan.exam_on.isoformat(),
        "trained_at": plan.trained_at and plan.trained_at.isoformat(),
    }
    return [{name: getattr(plan, name) for name in PLAIN} | moments]


def said(user: User) -> Iterator[Said]:
    """Nothing: numbers for a program alone."""
    yield from ()


def take_in(user: User, told: list[Row]) -> Taken:
    """The plan of a row, where the learner has none here."""
    if told == rows(user) or Plan.objects.filter(user=user).exists():
        return Taken(known=len(told))
    plan = _plan(told[0])
    plan.user = user
    plan.save()
    return Taken(new=1)


def _plan(row: Row) -> Plan:
    moments = {
        "exam_on": row["exam_on"] and date.fromisoformat(row["exam_on"]),
        "trained_at": row["trained_at"] and datetime.fromisoformat(row["trained_at"]),
    }
    return Plan(**row | moments)


def look(row: Row) -> None:
    """Raises `Wrong` for a plan that nobody can be asked by."""
    plan = _plan(row)
    try:
        plan.full_clean(exclude=["user"])
    except ValidationError as error:
        name, said = next(iter(error.message_dict.items()))
        raise Wrong(said[0].rstrip("."), name) from error
    if not plan.has_known_zone():
        raise Wrong(gettext("this time zone is not known here"), "time_zone")
    try:
        fsrs.Scheduler(tuple(plan.weights) or fsrs.scheduler.DEFAULT_PARAMETERS)
    except ValueError as error:
        raise Wrong(gettext("they are no weights of FSRS"), "weights") from error
