"""How a learner wants to be asked, as one row."""

from collections.abc import Iterator
from datetime import date, datetime

import fsrs
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from accounts.own_data import Row, Said, Taken
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
    """The plan of a row, where the learner has none here. Raises ValueError for what cannot be."""
    if told == rows(user) or Plan.objects.filter(user=user).exists():
        return Taken(known=len(told))
    row = dict(told[0])
    exam, trained = row.pop("exam_on"), row.pop("trained_at")
    plan = Plan(
        user=user,
        exam_on=exam and date.fromisoformat(exam),
        trained_at=trained and datetime.fromisoformat(trained),
        **row,
    )
    try:
        plan.full_clean(exclude=["user"])
        _ = plan.zone
        fsrs.Scheduler(tuple(plan.weights) or fsrs.scheduler.DEFAULT_PARAMETERS)
    except (ValidationError, OSError, KeyError) as error:
        raise ValueError("the plan makes no sense") from error
    plan.save()
    return Taken(new=1)
