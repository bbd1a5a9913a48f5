"""Cron lines at generated moments."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from jobs.schedule import last_time, next_time


@given(
    st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2100, 1, 1)),
    st.sampled_from(["* * * * *", "*/7 3 * * *", "0 0 31 * *", "1 1 29 2 *", "5 4 * * 0"]),
)
def test_between_the_last_and_the_next_moment_there_is_none(moment, line):
    moment = moment.replace(tzinfo=UTC)
    last, following = last_time(line, moment), next_time(line, moment)
    assert last <= moment < following
    assert next_time(line, last) == following
    assert last.second == last.microsecond == 0
