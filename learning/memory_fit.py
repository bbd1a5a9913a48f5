"""FSRS's weights fitted to one learner's own answers.

The package `fsrs_rs_python` does the fitting; where it is not installed nobody's weights change.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import fsrs
from django.contrib.auth.models import User
from django.db.models import Count, Q

from learning.models import Plan, Review
from learning.reviews import plan_of

FEWEST = 400  # answers: fewer say less of a learner than what is known of everybody
MORE = 1.2  # times as many answers as the last time, before it is worth doing again
PACKAGE = "fsrs_rs_python"

History = list[tuple[int, int]]  # each answer to a card, and the days since the one before


@dataclass(frozen=True, slots=True)
class Fit:
    """What came of it. `loss` is what the weights that are kept are wrong by (log loss)."""

    answers: int
    is_better: bool
    loss: float


def is_possible() -> bool:
    """Whether the package is installed."""
    return find_spec(PACKAGE) is not None


def histories(user: User, plan: Plan) -> list[History]:
    """The answers to each card in order, those that were taken back apart. One query."""
    rows = Review.objects.filter(user=user, undoes=None, undone_by=None).order_by("pk")
    by_card: dict[int, History] = defaultdict(list)
    last: dict[int, date] = {}
    for card, rating, at in rows.values_list("card", "rating", "reviewed_at"):
        day = _day(at, plan)
        by_card[card].append((rating, max(0, (day - last.get(card, day)).days)))
        last[card] = day
    return list(by_card.values())


def _day(moment: datetime, plan: Plan) -> date:
    return moment.astimezone(plan.zone).date()


def fit(user: User, now: datetime) -> Fit | None:
    """Fit the learner's weights to her answers, and keep them if they foretell these better.

    None with fewer answers than `FEWEST`. Raises ModuleNotFoundError without the package.
    """
    plan = plan_of(user)
    told = histories(user, plan)
    answers = sum(map(len, told))
    if answers < FEWEST:
        return None
    rs: Any = import_module(PACKAGE)
    items = _items(rs, told)
    old = list(plan.weights or fsrs.scheduler.DEFAULT_PARAMETERS)
    new = _within_bounds(rs.FSRS(old).compute_parameters(items))
    losses = [rs.FSRS(weights).evaluate(items).log_loss for weights in (old, new)]
    is_better = losses[1] < losses[0]
    Plan.objects.get_or_create(user=user)
    kept = {"weights": new} if is_better else {}
    Plan.objects.filter(user=user).update(trained_at=now, trained_on=answers, **kept)
    return Fit(answers, is_better, min(losses))


def _items(rs: Any, told: list[History]) -> list[Any]:
    """Each answer that was given on a later day than the one before, with all before it."""
    items = []
    for history in told:
        reviews = [rs.FSRSReview(rating, days) for rating, days in history]
        items += [
            rs.FSRSItem(reviews[: number + 1])
            for number, (_rating, days) in enumerate(history)
            if number and days
        ]
    return items


def _within_bounds(weights: list[float]) -> list[float]:
    """Weights that the scheduler takes: they come as numbers of half the precision."""
    bounds = zip(
        fsrs.scheduler.LOWER_BOUNDS_PARAMETERS, fsrs.scheduler.UPPER_BOUNDS_PARAMETERS, strict=True
    )
    pairs = zip(weights, bounds, strict=True)
    return [min(max(weight, low), high) for weight, (low, high) in pairs]


def waiting() -> list[User]:
    """The learners with enough new answers since the last time. One query."""
    counted = Count("reviews", filter=Q(reviews__undoes=None, reviews__undone_by=None))
    users = User.objects.annotate(answers=counted).filter(answers__gte=FEWEST)
    rows = users.select_related("review_plan").order_by("pk")
    return [user for user in rows if user.answers >= MORE * _trained_on(user)]


def _trained_on(user: User) -> int:
    plan = getattr(user, "review_plan", None)
    return plan.trained_on if plan else 0
