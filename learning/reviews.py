"""Asking a learner her cards: what is due, her answers, and taking one back.

Each function names the learner it acts for, and takes the moment it acts at.
"""

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from learning.models import Card, Plan, Review
from learning.schedule import (
    FIELDS,
    REVIEW,
    Memory,
    answered,
    best_day,
    interval,
    limits,
    limits_of_week,
    on_date,
    scheduler,
    spread,
    window,
)
from topics.raw_sql import execute, statement
from topics.visibility import hidden_sections_sql

SOON = timedelta(minutes=20)  # cards in their first steps are asked so much earlier if need be
LONGEST_ANSWER = timedelta(hours=1)  # a longer one is a page that stood open


@dataclass(frozen=True, slots=True)
class Queue:
    """What is left of today: how many cards of each kind, and the keys of the first of them."""

    learning: int
    known: int
    new: int
    done: int
    first: tuple[int, ...]

    @property
    def left(self) -> int:
        """How many cards are asked before the queue is empty."""
        return self.learning + self.known + self.new


@dataclass(frozen=True, slots=True)
class Day:
    """The day of a moment, where the learner lives."""

    now: datetime
    zone: tzinfo
    date: date
    start: datetime
    end: datetime

    @classmethod
    def of(cls, now: datetime, plan: Plan) -> "Day":
        """A day begins at midnight."""
        start = now.astimezone(plan.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(now, plan.zone, start.date(), start, start + timedelta(days=1))


def plan_of(user: User) -> Plan:
    """How the learner wants to be asked; the defaults if she never said. One query."""
    return Plan.objects.filter(user=user).first() or Plan(user=user)


def queue(
    user: User, now: datetime, *, plan: Plan | None = None, most: int = 2, without: int = 0
) -> Queue:
    """What the learner is asked next, leaving one card out. One query, and one for the plan."""
    plan = plan or plan_of(user)
    day = Day.of(now, plan)
    new, known = limits(plan, day.date)
    values = {
        "user": user.pk, "now": now, "soon": now + SOON, "day": day.start, "tomorrow": day.end,
        "most_new": new, "most_known": known, "most": most, "except": without,
    }  # fmt: skip
    ((learning, old, fresh, done, first),) = execute(
        statement("learning/queue").format(hidden=hidden_sections_sql()), values
    )
    return Queue(learning, old, fresh, done, tuple(first))


@transaction.atomic
def answer(
    user: User, pk: int, rating: int, now: datetime, *, reps: int, took_ms: int | None = None
) -> Card | None:
    """Note an answer and plan the card's next time.

    `reps` is how often the card had been answered when it was shown: an answer that is sent twice
    counts once. None where it does not count, or there is no such card of the learner's. A handful
    of queries.
    """
    card = Card.objects.of(user).select_for_update().filter(pk=pk, reps=reps).first()
    if card is None or card.is_suspended:
        return None
    plan = plan_of(user)
    day = Day.of(now, plan)
    before = Memory.of(card)
    after = answered(before, rating, now, scheduler(plan))
    if after.phase == REVIEW:
        after = _on_a_good_day(user, card, after, day, plan)
    longest = LONGEST_ANSWER / timedelta(milliseconds=1)
    Review.objects.create(
        user=user,
        card=card.pk,
        rating=rating,
        reviewed_at=now,
        phase=before.phase,
        is_first=before.last_review is None or before.last_review < day.start,
        took_ms=took_ms if took_ms is not None and 0 < took_ms <= longest else None,
        before=before.as_json(),
    )
    _write(card, after)
    return card


def _on_a_good_day(user: User, card: Card, memory: Memory, day: Day, plan: Plan) -> Memory:
    """Move a known card to the day near its own on which the fewest are due. One query."""
    last = memory.last_review or day.now
    days = max(1, round(interval(memory) / timedelta(days=1)))
    span = window(days, plan.days_to_exam(day.date))
    if span != (days, days):
        days = best_day(days, span, _load(user, day, span, card.pk), day.date, plan)
    its_day = last.astimezone(day.zone).date() + timedelta(days=days)
    return replace(memory, due=on_date(last, its_day, day.zone))


@transaction.atomic
def come_before_exam(user: User, now: datetime, plan: Plan) -> int:
    """Have known cards that are due on the day of the exam or later come once more before it.

    Returns how many there are. Three statements.
    """
    day = Day.of(now, plan)
    left = plan.days_to_exam(day.date)
    if left is None:
        return 0
    known = Card.objects.of(user).filter(is_suspended=False, phase=REVIEW)
    known = known.filter(due__gte=day.start + timedelta(days=left))
    late = list(known.select_for_update().order_by("due", "pk"))
    if not late:  # an exam may be farther off than any day that can be reckoned with
        return 0
    load = _load(user, day, (1, left - 1))
    for card, place in zip(late, spread(len(late), load, left - 1, day.date, plan), strict=True):
        card.due = on_date(card.due or now, day.date + timedelta(days=place), day.zone)
    Card.objects.bulk_update(late, ["due"], batch_size=1000)
    return len(late)


def _load(user: User, day: Day, span: tuple[int, int], without: int = 0) -> dict[int, int]:
    start = day.start + timedelta(days=span[0] - 1)
    end = day.start + timedelta(days=span[1] + 2)
    rows = (
        Card.objects.of(user)
        .filter(is_suspended=False, due__gte=start, due__lt=end)
        .exclude(pk=without)
        .annotate(day=TruncDate("due", tzinfo=day.zone))
        .order_by()
        .values_list("day")
        .annotate(count=Count("pk"))
    )
    return {(date_ - day.date).days: count for date_, count in rows}


def _write(card: Card, memory: Memory) -> None:
    for name in FIELDS:
        setattr(card, name, getattr(memory, name))
    card.save(update_fields=FIELDS)


def can_undo(user: User, now: datetime, plan: Plan) -> bool:
    """Whether there is an answer that `undo` would take back. Two queries at most."""
    last = _last(user, now, plan)
    return last is not None and Card.objects.of(user).filter(pk=last.card).exists()


def _last(user: User, now: datetime, plan: Plan) -> Review | None:
    """The learner's last answer of today that is not taken back."""
    start = Day.of(now, plan).start
    given = Review.objects.filter(user=user, reviewed_at__gte=start, undoes=None, undone_by=None)
    return given.order_by("-pk").first()


@transaction.atomic
def undo(user: User, now: datetime) -> Card | None:
    """Take the learner's last answer of today back; None if there is none, or its card is gone."""
    last = _last(user, now, plan_of(user))
    card = last and Card.objects.of(user).select_for_update().filter(pk=last.card).first()
    if not last or not card or Review.objects.filter(undoes=last).exists():
        return None
    Review.objects.create(
        user=user,
        card=card.pk,
        rating=Review.Rating.UNDONE,
        reviewed_at=now,
        phase=last.phase,
        is_first=last.is_first,
        before=Memory.of(card).as_json(),
        undoes=last,
    )
    _write(card, Memory.from_json(last.before))
    return card


def suspend(user: User, card: Card, *, is_suspended: bool) -> None:
    """Put a card of the learner's aside, or take it up again."""
    Card.objects.of(user).filter(pk=card.pk).update(is_suspended=is_suspended)


def outlook(card: Card, now: datetime, plan: Plan) -> dict[int, timedelta]:
    """After what time the card would come again, by answer, before a good day is looked for."""
    by, memory = scheduler(plan), Memory.of(card)
    return {rating: interval(answered(memory, rating, now, by)) for rating in (1, 2, 3, 4)}


def forecast(user: User, now: datetime, plan: Plan, days: int = 30) -> list[int]:
    """How many known cards are asked today and on each of the days after.

    What is too much for one day is left to the next. New cards are not among them. Two queries.
    """
    day = Day.of(now, plan)
    rows: Any = (
        Card.objects.of(user)
        .filter(is_suspended=False, due__lt=day.end + timedelta(days=days))
        .annotate(day=TruncDate("due", tzinfo=day.zone))
        .order_by()
        .values_list("day")
        .annotate(count=Count("pk"))
    )
    wanted = [0] * days
    for date_, count in rows:
        ahead = max(0, (date_ - day.date).days)
        if ahead < days:
            wanted[ahead] += count
    today = queue(user, now, plan=plan, most=0)
    planned, over = [], 0
    for ahead, count in enumerate(wanted):
        limit = limits(plan, day.date + timedelta(days=ahead))[1]
        if ahead == 0:
            limit = today.known + today.learning
        asked = min(count + over, limit)
        over += count - asked
        planned.append(asked)
    return planned


def done_today(user: User, now: datetime, plan: Plan) -> tuple[int, int]:
    """How many new cards and how many others count against the limits of the day. One query."""
    given = Review.objects.filter(
        user=user, reviewed_at__gte=Day.of(now, plan).start, undoes=None, undone_by=None
    )
    told = given.aggregate(
        new=Count("pk", filter=Q(phase=Card.Phase.NEW)),
        known=Count("pk", filter=Q(phase__gt=Card.Phase.NEW, is_first=True)),
    )
    return told["new"], told["known"]


def has_new_tomorrow(user: User, now: datetime, plan: Plan) -> bool:
    """Whether cards that were never asked come tomorrow. One query at most."""
    most, _known = limits(plan, Day.of(now, plan).date + timedelta(days=1))
    return most > 0 and Card.objects.of(user).filter(is_suspended=False, due=None).exists()


def never_to_come(user: User, plan: Plan) -> dict[str, int]:
    """How many cards no day asks: those that are put `aside`, and `fresh` ones, never asked, where
    her plan has new ones on no day of a week. One query."""
    own = Card.objects.of(user)
    told: dict[str, int] = own.aggregate(
        aside=Count("pk", filter=Q(is_suspended=True)),
        fresh=Count("pk", filter=Q(is_suspended=False, due=None)),
    )
    if any(new for new, _known in limits_of_week(plan)):
        told["fresh"] = 0
    return told


def days_behind(user: User, now: datetime, plan: Plan) -> int:
    """How many days it takes to catch up with what is due, new cards apart. One query."""
    due = Card.objects.of(user).filter(is_suspended=False, due__lt=Day.of(now, plan).end).count()
    return math.ceil(due / plan.reviews_a_day)
