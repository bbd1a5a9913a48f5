"""When a card is asked again: FSRS, and a day on which there is room. No request, no query.

The memory of a card is a stability (days until its recall falls to 90 %) and a difficulty (1 to
10). https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm has the formulas; the
package `fsrs` computes them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from heapq import heapify, heapreplace

import fsrs

from learning.models import Card, Plan

LEECH = 8  # times that a known card was failed, after which it is put aside
LEECH_AGAIN = 4  # more times, once it was taken up again
FUZZ = [(2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, math.inf, 0.05)]  # as in the package
SHORTEST_MOVED = 3  # days: shorter intervals stay as they are
SHARE_BEFORE_EXAM = 0.8  # of the days to an exam, behind which cards are seen once more
NEW, REVIEW, RELEARNING = Card.Phase.NEW, Card.Phase.REVIEW, Card.Phase.RELEARNING


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a card's memory: columns of `Card`, by their names."""

    phase: int = 0
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    due: datetime | None = None
    last_review: datetime | None = None
    held_since: datetime | None = None
    reps: int = 0
    lapses: int = 0
    is_suspended: bool = False

    @classmethod
    def of(cls, card: Card) -> "Memory":
        """From a row."""
        return cls(**{name: getattr(card, name) for name in FIELDS})

    @property
    def is_leech(self) -> bool:
        """Whether it was failed so often that its text should be looked at."""
        return self.lapses >= LEECH

    def as_json(self) -> dict[str, object]:
        """For the log: moments are texts."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name in FIELDS
            for value in [getattr(self, name)]
        }

    @classmethod
    def from_json(cls, row: Mapping[str, object]) -> "Memory":
        """What `as_json` gave."""
        values: dict[str, object] = {name: row[name] for name in FIELDS if name in row}
        for name in ("due", "last_review", "held_since"):
            if isinstance(text := values.get(name), str):
                values[name] = datetime.fromisoformat(text)
        return cls(**values)  # type: ignore[arg-type]


FIELDS = (
    "phase", "step", "stability", "difficulty", "due", "last_review", "held_since", "reps",
    "lapses", "is_suspended",
)  # fmt: skip


def scheduler(plan: Plan) -> fsrs.Scheduler:
    """FSRS with the learner's weights and the share of cards that she wants to recall."""
    weights = tuple(plan.weights) or fsrs.scheduler.DEFAULT_PARAMETERS
    return fsrs.Scheduler(weights, plan.retention, enable_fuzzing=False)


def answered(memory: Memory, rating: int, now: datetime, by: fsrs.Scheduler) -> Memory:
    """The memory after an answer (1 again, 2 hard, 3 good, 4 easy), due when FSRS says."""
    card = fsrs.Card(
        card_id=1,
        state=fsrs.State(memory.phase or fsrs.State.Learning),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due or now,
        last_review=memory.last_review,
    )
    moment = max(now, memory.last_review or now).astimezone(UTC)  # clocks are set back at times
    after, _log = by.review_card(card, fsrs.Rating(rating), moment)
    has_failed = rating == fsrs.Rating.Again
    lapses = memory.lapses + (has_failed and memory.phase == REVIEW)
    is_leech = lapses > memory.lapses and lapses >= LEECH and (lapses - LEECH) % LEECH_AGAIN == 0
    return Memory(
        phase=int(after.state),
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        due=after.due,
        last_review=moment,
        held_since=None if has_failed else memory.held_since or moment,
        reps=memory.reps + 1,
        lapses=lapses,
        is_suspended=is_leech,
    )


def interval(memory: Memory) -> timedelta:
    """From the last answer to the next one."""
    if memory.due is None or memory.last_review is None:
        return timedelta(0)
    return memory.due - memory.last_review


def window(days: int, days_to_exam: int | None = None) -> tuple[int, int]:
    """The first and the last day, counted from today, on which a card of this interval may come.

    What would come behind the exam comes once more before it.
    """
    if days_to_exam is not None and days >= days_to_exam:
        last = max(1, days_to_exam - 1)
        return max(1, min(last, math.ceil(last * SHARE_BEFORE_EXAM))), last
    if days < SHORTEST_MOVED:
        return days, days
    spread = 1 + sum(share * max(min(days, end) - start, 0.0) for start, end, share in FUZZ)
    last = round(days + spread)
    if days_to_exam is not None:
        last = max(days, min(last, days_to_exam - 1))
    return max(2, round(days - spread)), last


def best_day(
    days: int, span: tuple[int, int], load: Mapping[int, int], today: date, plan: Plan
) -> int:
    """The day in the span with the fewest cards, no easy one if there is another.

    `load` is how many cards are due on each day, counted from today.
    """

    def cost(day: int) -> tuple[bool, int, int]:
        is_easy = (today + timedelta(days=day)).weekday() in plan.easy_days
        return is_easy, load.get(day, 0), abs(day - days)

    first, last = span
    return min(range(first, last + 1), key=cost)


def on_date(moment: datetime, day: date, zone: tzinfo) -> datetime:
    """The same time of another day, also where clocks are changed in between."""
    local = moment.astimezone(zone)
    return datetime.combine(day, local.time(), zone).astimezone(UTC)


def spread(count: int, load: Mapping[int, int], last: int, today: date, plan: Plan) -> list[int]:
    """Days for so many cards, counted from today: late ones, and none after the last.

    `load` is how many cards are due on each day. Easy days are taken if there are no others.
    """
    first = math.ceil(last * SHARE_BEFORE_EXAM)
    room = [plan.reviews_a_day - load.get(day, 0) for day in range(last + 1)]
    while first and sum(room[first:]) < count:
        first -= 1
    days = []
    for day in range(first, last + 1):
        is_easy = (today + timedelta(days=day)).weekday() in plan.easy_days
        days.append((is_easy, load.get(day, 0), last - day, day))
    heapify(days)
    found = []
    for _card in range(count):
        is_easy, number, before, day = days[0]
        found.append(day)
        heapreplace(days, (is_easy, number + 1, before, day))
    return sorted(found)


def limits(plan: Plan, today: date) -> tuple[int, int]:
    """How many new cards and how many others are asked today: none new and half on an easy day."""
    if today.weekday() in plan.easy_days:
        return 0, max(1, plan.reviews_a_day // 2)
    return plan.new_a_day, plan.reviews_a_day


def limits_of_week(plan: Plan) -> list[tuple[int, int]]:
    """The same for each day of a week, from Monday on."""
    monday = date(2026, 1, 5)
    return [limits(plan, monday + timedelta(days=day)) for day in range(7)]


def recall(card: Card, now: datetime, by: fsrs.Scheduler) -> float:
    """How likely it is that the card is known at a moment, from 0 to 1; 0 if it was never asked."""
    if card.stability is None or card.last_review is None:
        return 0.0
    seen = fsrs.Card(card_id=1, stability=card.stability, last_review=card.last_review)
    return by.get_card_retrievability(seen, now)
