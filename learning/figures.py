"""A learner's own figures: what she recalls, when she learned, and what is due. For her alone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from accounts.last_read import NEEDED, as_last_read
from learning.models import Card, Plan, Review
from learning.reviews import Day
from topics.models import Topic

DAYS_COUNTED = 90  # for what is recalled
WEEKS = 26  # of the calendar
FEWEST = 10  # answers, below which a share says nothing
HELD_DAYS = 30  # that a card was recalled without a failure, and counts as remembered
DAYS_OFF = 2  # of seven, that do not end a streak


@dataclass(frozen=True, slots=True)
class Recall:
    """How many known cards were asked, and how many of them were recalled."""

    asked: int
    recalled: int
    title: str = ""
    url: str = ""

    @property
    def percent(self) -> int | None:
        """None where too few were asked."""
        return round(100 * self.recalled / self.asked) if self.asked >= FEWEST else None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day with the number of answers; `level` is 0 to 4, by the busiest day."""

    date: date
    count: int
    level: int


def _counted(user: User) -> Any:
    """The learner's answers that were not taken back."""
    return Review.objects.filter(user=user, undoes=None, undone_by=None).order_by()


def retention(user: User, now: datetime) -> tuple[Recall, list[Recall]]:
    """How much she recalls of known cards at the first answer of a day, in 90 days: in all, and by
    topic, most asked first. Two queries, and those of `as_last_read` where some cannot be read."""
    rows = _counted(user).filter(
        phase=Card.Phase.REVIEW, is_first=True, reviewed_at__gte=now - timedelta(days=DAYS_COUNTED)
    )
    by_card = rows.values_list("card").annotate(
        asked=Count("pk"), recalled=Count("pk", filter=Q(rating__gt=Review.Rating.AGAIN))
    )
    found = {card: (asked, recalled) for card, asked, recalled in by_card}
    topics: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    names: dict[int, Topic] = {}
    own = Card.objects.of(user).filter(pk__in=found, section__isnull=False)
    own = own.select_related("section__topic").only(*(f"section__{name}" for name in NEEDED))
    cards = list(own)
    as_last_read(card.section for card in cards)
    for card in cards:
        topic = card.section.topic
        names[topic.pk] = topic
        topics[topic.pk][0] += found[card.pk][0]
        topics[topic.pk][1] += found[card.pk][1]
    told = [
        Recall(
            asked,
            recalled,
            names[pk].title,
            names[pk].get_absolute_url() if names[pk].is_published else "",
        )
        for pk, (asked, recalled) in topics.items()
    ]
    told.sort(key=lambda recall: (-recall.asked, recall.title))
    all_asked = sum(asked for asked, _ in found.values())
    return Recall(all_asked, sum(recalled for _, recalled in found.values())), told


def calendar(user: User, now: datetime, plan: Plan) -> list[list[CalendarDay]]:
    """Half a year of answers by weeks that begin on Monday; the last one ends today. One query."""
    today = Day.of(now, plan).date
    first = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    counts = _by_day(user, first, plan)
    most = max(counts.values(), default=0)
    weeks = []
    for week in range(WEEKS):
        days = (first + timedelta(days=7 * week + day) for day in range(7))
        weeks.append([_day(day, counts.get(day, 0), most) for day in days if day <= today])
    return weeks


def _day(day: date, number: int, most: int) -> CalendarDay:
    return CalendarDay(day, number, -(-4 * number // most) if most else 0)


def _by_day(user: User, first: date, plan: Plan, *, recalled: bool = False) -> dict[date, int]:
    start = datetime(first.year, first.month, first.day, tzinfo=plan.zone)
    rows = _counted(user).filter(reviewed_at__gte=start)
    if recalled:
        rows = rows.filter(rating__gt=Review.Rating.AGAIN)
    by_day = rows.annotate(day=TruncDate("reviewed_at", tzinfo=plan.zone)).values_list("day")
    return dict(by_day.annotate(count=Count("pk")))


def streak(user: User, now: datetime, plan: Plan) -> int:
    """On how many days in a row she recalled something; two days off of any seven end nothing.

    Today counts once something was recalled. One query.
    """
    today = Day.of(now, plan).date
    days = set(_by_day(user, today - timedelta(days=3660), plan, recalled=True))
    length = off = 0
    for back in count():
        day = today - timedelta(days=back)
        if day in days:
            length += 1
        elif back:
            week = [day + timedelta(days=ahead) for ahead in range(7)]
            off = sum(other not in days and other < today for other in week)
            if off > DAYS_OFF:
                break
    return length


def by_state(user: User) -> dict[str, int]:
    """How many cards she has, and how many of them are new, known and so on. One query."""
    known = Q(phase=Card.Phase.REVIEW)
    return Card.objects.of(user).aggregate(
        all=Count("pk"),
        new=Count("pk", filter=Q(phase=Card.Phase.NEW)),
        known=Count("pk", filter=known),
        aside=Count("pk", filter=Q(is_suspended=True)),
        changed=Count("pk", filter=Q(state=Card.State.CHANGED)),
        removed=Count("pk", filter=Q(state=Card.State.REMOVED)),
        held=Count(
            "pk", filter=known & Q(last_review__gte=F("held_since") + timedelta(days=HELD_DAYS))
        ),
    )
