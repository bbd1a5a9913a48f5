"""Cron lines: five fields (minute, hour, day, month, day of the week) as Debian's cron reads them.

All moments are UTC, which has no summer time: every moment comes exactly once.
"""

from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError


def check_line(line: str) -> None:
    """Raises ValueError for what is no line of five fields, or one that never comes."""
    next_time(line, datetime(2000, 1, 1, tzinfo=UTC))


def next_time(line: str, after: datetime) -> datetime:
    """The first moment of the line later than `after`. Raises ValueError as `check_line` does."""
    return _moment(line, after, reverse=False)


def last_time(line: str, until: datetime) -> datetime:
    """The latest moment of the line that is not later than `until`. Raises ValueError."""
    return _moment(line, until + timedelta(microseconds=1), reverse=True)


def _moment(line: str, start: datetime, *, reverse: bool) -> datetime:
    if len(line.split()) != 5:
        raise ValueError(f"{line!r} is no cron line: it needs five fields, as in '30 3 * * *'.")
    try:
        return next(CronSim(line, start.astimezone(UTC), reverse=reverse))
    except CronSimError as error:
        raise ValueError(f"{line!r} is no cron line: {error}.") from error
    except StopIteration:
        raise ValueError(f"{line!r} names a moment that never comes.") from None
