"""When a card is asked again: FSRS, days with room, an exam, cards that fail again and again."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from learning.models import Plan
from learning.schedule import (
    Memory,
    answered,
    best_day,
    interval,
    limits,
    on_date,
    scheduler,
    spread,
    window,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
BY = scheduler(Plan())
KNOWN = Memory(
    phase=2, stability=10.0, difficulty=5.0, due=NOW, last_review=NOW - timedelta(days=10),
    held_since=NOW - timedelta(days=20), reps=3,
)  # fmt: skip


@pytest.mark.parametrize(
    ("rating", "phase", "time"),
    [
        (1, 1, timedelta(minutes=1)),
        (2, 1, timedelta(minutes=5, seconds=30)),
        (3, 1, timedelta(minutes=10)),
        (4, 2, timedelta(days=8)),
    ],
)
def test_the_first_answer_begins_with_short_steps(rating, phase, time) -> None:
    after = answered(Memory(), rating, NOW, BY)
    assert (after.phase, interval(after), after.reps, after.last_review) == (phase, time, 1, NOW)


def test_a_card_that_is_known_on_its_day_comes_later_each_time() -> None:
    memory, days = KNOWN, []
    for _ in range(4):
        memory = answered(memory, 3, memory.due, BY)
        days.append(interval(memory).days)
    assert days == sorted(days)
    assert days[0] > 10
    assert memory.held_since == KNOWN.held_since


def test_a_failed_card_is_learned_again_and_holds_from_then_on() -> None:
    after = answered(KNOWN, 1, NOW, BY)
    assert (after.phase, after.lapses, after.held_since) == (3, 1, None)
    assert interval(after) == timedelta(minutes=10)
    again = answered(after, 3, NOW + timedelta(minutes=10), BY)
    assert (again.phase, again.held_since) == (2, NOW + timedelta(minutes=10))


def test_who_wants_to_remember_more_is_asked_sooner() -> None:
    often = answered(KNOWN, 3, NOW, scheduler(Plan(retention=0.96)))
    seldom = answered(KNOWN, 3, NOW, scheduler(Plan(retention=0.8)))
    assert interval(often) < interval(answered(KNOWN, 3, NOW, BY)) < interval(seldom)


def test_weights_of_ones_own_decide() -> None:
    weights = [*scheduler(Plan()).parameters]
    weights[2] = 20.0  # days that a card is known for after a first "good"
    own = scheduler(Plan(weights=weights))
    first = answered(answered(Memory(), 3, NOW, own), 3, NOW + timedelta(minutes=10), own)
    assert interval(first).days > 15


def test_a_clock_that_is_set_back_breaks_nothing() -> None:
    early = answered(KNOWN, 3, KNOWN.last_review - timedelta(days=3), BY)
    assert early.last_review == KNOWN.last_review
    assert interval(early) > timedelta(0)


@pytest.mark.parametrize(
    ("lapses", "is_aside"), [(6, False), (7, True), (8, False), (10, False), (11, True), (15, True)]
)
def test_a_card_that_fails_too_often_is_put_aside(lapses: int, is_aside: bool) -> None:
    memory = Memory(**{**KNOWN_VALUES, "lapses": lapses})
    assert answered(memory, 1, NOW, BY).is_suspended is is_aside


KNOWN_VALUES = {
    "phase": 2, "stability": 10.0, "difficulty": 5.0, "due": NOW,
    "last_review": NOW - timedelta(days=10), "reps": 3,
}  # fmt: skip


def test_what_the_log_keeps_can_be_put_back() -> None:
    assert Memory.from_json(KNOWN.as_json()) == KNOWN
    assert Memory.from_json(Memory().as_json()) == Memory()


@pytest.mark.parametrize(
    ("days", "exam", "span"),
    [
        (1, None, (1, 1)),
        (2, None, (2, 2)),
        (3, None, (2, 4)),
        (10, None, (8, 12)),
        (30, None, (27, 33)),
        (365, None, (345, 385)),
        (365, 20, (16, 19)),
        (20, 20, (16, 19)),
        (10, 11, (8, 10)),
        (10, 1, (1, 1)),
        (10, 2, (1, 1)),
        (2, 40, (2, 2)),
    ],
)
def test_a_card_may_come_on_days_near_its_own_and_before_an_exam(days, exam, span) -> None:
    assert window(days, exam) == span


@pytest.mark.parametrize(
    ("load", "easy", "expected"),
    [
        ({}, [], 10),
        ({10: 5}, [], 9),
        ({8: 1, 9: 3, 10: 5, 11: 2, 12: 4}, [], 8),
        ({8: 1, 9: 3, 10: 5, 11: 2, 12: 4}, [1], 11),  # the 8th day from a Monday is a Tuesday
        ({8: 1}, [0, 1, 2, 3, 4, 5, 6], 10),  # no day is harder than another
    ],
)
def test_the_day_with_the_fewest_cards_is_taken(load, easy, expected) -> None:
    plan = Plan(easy_days=easy)
    assert best_day(10, (8, 12), load, date(2026, 3, 2), plan) == expected


@pytest.mark.parametrize(
    ("moment", "day", "there"),
    [
        ("2026-03-28T23:30+01:00", date(2026, 4, 4), "2026-04-04T23:30+02:00"),
        ("2026-10-24T00:10+02:00", date(2026, 10, 26), "2026-10-26T00:10+01:00"),
        ("2026-06-01T08:00+00:00", date(2026, 6, 2), "2026-06-02T10:00+02:00"),
    ],
)
def test_a_card_comes_at_the_same_time_of_a_day_when_clocks_were_changed(
    moment, day, there
) -> None:
    found = on_date(datetime.fromisoformat(moment), day, ZoneInfo("Europe/Berlin"))
    assert found == datetime.fromisoformat(there)


@pytest.mark.parametrize(
    ("count", "load", "last", "limit", "expected"),
    [
        (3, {}, 10, 100, [8, 9, 10]),
        (4, {10: 2, 9: 1}, 10, 100, [8, 8, 9, 10]),
        (0, {}, 10, 100, []),
        (5, {}, 1, 100, [1] * 5),
        (2, {}, 0, 100, [0, 0]),  # tomorrow is the exam
        (10, {}, 10, 1, list(range(1, 11))),  # more than the last days have room for
        (13, {}, 4, 2, [0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]),  # no day has room
    ],
)
def test_what_comes_before_an_exam_is_spread(count, load, last, limit, expected) -> None:
    plan = Plan(reviews_a_day=limit)
    found = spread(count, load, last, date(2026, 3, 2), plan)
    assert found == expected


def test_easy_days_before_an_exam_are_the_last_to_be_taken() -> None:
    plan = Plan(easy_days=[3])  # the 10th day from a Monday is a Thursday
    assert spread(4, {}, 10, date(2026, 3, 2), plan) == [8, 8, 9, 9]


def test_easy_days_ask_half_and_nothing_new() -> None:
    plan = Plan(new_a_day=7, reviews_a_day=51, easy_days=[0])
    assert limits(plan, date(2026, 3, 2)) == (0, 25)
    assert limits(plan, date(2026, 3, 3)) == (7, 51)
