"""Places of the shapes in pictures of figures; templates draw them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.figures import CalendarDay

WIDTH, GAP, HEIGHT = 10, 2, 80  # of a bar, and between two
SQUARE, SPACE = 11, 3


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that is on the ground, `y` from the top."""

    x: int
    y: int
    height: int
    value: int


@dataclass(frozen=True, slots=True)
class Square:
    """A day of a calendar."""

    x: int
    y: int
    day: CalendarDay


def bars(values: Sequence[int]) -> list[Bar]:
    """A bar for each value; the highest fills the height, and what is not nothing is seen."""
    most = max(values, default=0)
    found = []
    for number, value in enumerate(values):
        height = max(2, round(HEIGHT * value / most)) if value else 0
        found.append(Bar(number * (WIDTH + GAP), HEIGHT - height, height, value))
    return found


def squares(weeks: Sequence[Sequence[CalendarDay]]) -> list[Square]:
    """A column for each week, a row for each weekday."""
    step = SQUARE + SPACE
    return [
        Square(column * step, day.date.weekday() * step, day)
        for column, week in enumerate(weeks)
        for day in week
    ]
