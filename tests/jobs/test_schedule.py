"""Cron lines: their moments to the minute, and one job for each."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

from jobs import queue
from jobs.models import Job
from jobs.schedule import check_line, last_time, next_time
from jobs.tasks import TASKS, task


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "after", "following"),
    [
        ("30 3 * * *", "2026-11-29 03:29:59", "2026-11-29 03:30"),
        ("30 3 * * *", "2026-11-29 03:30", "2026-11-30 03:30"),
        ("0 0 1 * *", "2026-12-31 23:59", "2027-01-01 00:00"),
        ("0 0 31 * *", "2026-01-31 00:00", "2026-03-31 00:00"),
        ("0 0 30 * *", "2027-01-30 00:00", "2027-03-30 00:00"),
        ("59 23 L * *", "2027-02-01 00:00", "2027-02-28 23:59"),
        ("59 23 L * *", "2028-02-01 00:00", "2028-02-29 23:59"),
        ("0 12 29 2 *", "2026-01-01 00:00", "2028-02-29 12:00"),
        ("*/15 * * * *", "2026-11-29 23:46", "2026-11-30 00:00"),
        ("5-7 8 * * *", "2026-11-29 08:06", "2026-11-29 08:07"),
        ("0 9 * * 1-5", "2026-11-27 09:00", "2026-11-30 09:00"),
        ("0 9 * * sun", "2026-11-28 00:00", "2026-11-29 09:00"),
        ("0 9 * * 7", "2026-11-28 00:00", "2026-11-29 09:00"),
        ("0 9 13 * 5", "2026-11-01 00:00", "2026-11-06 09:00"),  # the 13th, and every Friday
        ("0 9 1 jan *", "2026-11-29 00:00", "2027-01-01 09:00"),
        # The night in which clocks change in much of Europe: UTC knows nothing of it.
        ("30 2 * * *", "2027-03-28 00:00", "2027-03-28 02:30"),
        ("30 2 * * *", "2027-10-31 02:30", "2027-11-01 02:30"),
    ],
)
def test_the_next_and_the_last_moment_are_exact(line, after, following):
    assert next_time(line, at(after)) == at(following)
    assert last_time(line, at(following)) == at(following)
    assert last_time(line, at(following) - timedelta(microseconds=1)) <= at(after)


def test_a_moment_of_another_zone_is_read_as_what_it_is():
    berlin = timezone(timedelta(hours=2))
    assert next_time("0 3 * * *", datetime(2026, 7, 1, 4, tzinfo=berlin)) == at("2026-07-01 03:00")


@pytest.mark.parametrize(
    "line",
    ["", "* * * *", "* * * * * *", "@daily", "60 * * * *", "* 24 * * *", "* * 0 * *",
     "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *", "a * * * *", "0 0 31 2 *"],
)  # fmt: skip
def test_what_is_no_line_is_refused(line):
    with pytest.raises(ValueError, match=r"is no cron line|never comes"):
        check_line(line)


@pytest.fixture
def nightly():
    nightly = task(name="tests.nightly", cron="30 3 * * *")(lambda: None)
    TASKS.register(nightly.name, nightly)
    yield Job.objects.filter(name=nightly.name)
    TASKS.remove(nightly.name)


def test_each_moment_gets_one_job_and_missed_ones_get_one_together(db, nightly):
    queue.enqueue_scheduled(at("2026-11-29 03:30"))
    queue.enqueue_scheduled(at("2026-11-29 03:30:01"))
    queue.enqueue_scheduled(at("2026-11-30 03:29"))
    assert [job.scheduled_for for job in nightly] == [at("2026-11-29 03:30")]
    nightly.update(state="SUCCESSFUL")
    queue.enqueue_scheduled(at("2026-11-29 04:00"))
    assert nightly.count() == 1
    queue.enqueue_scheduled(at("2026-12-09 12:00"))
    assert [job.scheduled_for for job in nightly] == [
        at("2026-12-09 03:30"),
        at("2026-11-29 03:30"),
    ]


def test_a_clock_that_is_set_back_brings_no_second_job(db, nightly):
    queue.enqueue_scheduled(at("2026-11-29 03:30"))
    queue.enqueue_scheduled(at("2026-11-27 12:00"))
    assert nightly.count() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_the_same_time_make_one_job(nightly):
    def look() -> None:
        queue.enqueue_scheduled(at("2026-11-29 03:30"))
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert nightly.count() == 1


def test_what_is_to_be_done_every_night_is_registered():
    lines = {known.name: known.cron for known in TASKS if known.cron}
    assert {
        "accounts.clear_counts",
        "accounts.clear_sessions",
        "importer.clear_uploads",
        "importer.end_runs_without_a_process",
        "jobs.clear_jobs",
    } <= set(lines)
