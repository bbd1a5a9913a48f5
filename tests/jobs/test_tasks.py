"""Enqueueing: what becomes of a call, in the shape of Django 6's tasks."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jobs.models import Job, TaskResultStatus
from jobs.tasks import TASKS, task
from tests.jobs import samples
from tests.jobs.running import run_due


def test_a_job_goes_from_ready_to_successful(db):
    job = samples.give.enqueue({"a": [1, "ü"]})
    assert (job.status, job.attempts, job.is_finished) == (TaskResultStatus.READY, 0, False)
    assert (job.name, job.queue, job.args, job.kwargs) == (
        "tests.give",
        "default",
        [{"a": [1, "ü"]}],
        {},
    )
    with pytest.raises(ValueError, match="has not succeeded"):
        _ = job.return_value
    assert run_due() == [job]
    job.refresh()
    assert (job.status, job.attempts, job.is_finished) == ("SUCCESSFUL", 1, True)
    assert job.return_value == {"a": [1, "ü"]}
    assert job.enqueued_at <= job.started_at <= job.finished_at
    assert samples.give.get_result(job.pk) == job


def test_names_of_the_states_are_those_of_django_6():
    assert TaskResultStatus.values == ["READY", "RUNNING", "FAILED", "SUCCESSFUL"]


def test_a_job_enqueued_in_a_transaction_that_fails_never_was(db):
    with pytest.raises(RuntimeError), transaction.atomic():
        samples.give.enqueue(1)
        raise RuntimeError
    assert not Job.objects.exists()


def test_a_job_may_wait_for_a_moment_or_for_a_time(db):
    moment = timezone.now() + timedelta(days=1)
    assert samples.give.using(run_after=moment).enqueue(1).run_at == moment
    later = samples.give.using(run_after=timedelta(hours=1)).enqueue(1)
    assert timedelta(minutes=59) < later.run_at - timezone.now() <= timedelta(hours=1)
    assert run_due() == []


@pytest.mark.parametrize(
    ("value", "error"),
    [({1}, TypeError), (b"x", TypeError), ("\0", ValueError), (float("inf"), ValueError),
     ("\ud800", ValueError), (samples.give, TypeError)],
)  # fmt: skip
def test_arguments_that_are_no_json_are_refused(db, value, error):
    with pytest.raises(error):
        samples.give.enqueue(value)
    assert not Job.objects.exists()


def test_a_backslash_is_no_nul(db):
    assert samples.give.enqueue("\\u0000").args == ["\\u0000"]


def test_a_task_that_nobody_registered_is_refused(db):
    with pytest.raises(ValueError, match=r"tests\.unknown is not registered"):
        task(name="tests.unknown")(print).enqueue()


def test_names_are_unique():
    with pytest.raises(ValueError, match=r"'tests\.give' is registered already"):
        TASKS.register("tests.give", samples.note)


@pytest.mark.parametrize("state", ["READY", "RUNNING"])
def test_enqueueing_twice_under_one_key_is_one_job(db, state):
    once = samples.give.using(unique_key="a")
    first = once.enqueue(1)
    Job.objects.update(state=state)
    assert once.enqueue(2).pk == first.pk
    assert samples.give.using(unique_key="b").enqueue(1).pk != first.pk
    assert Job.objects.count() == 2


@pytest.mark.parametrize("state", ["FAILED", "SUCCESSFUL"])
def test_a_key_is_free_again_once_its_job_has_ended(db, state):
    once = samples.give.using(unique_key="a")
    first = once.enqueue(1)
    Job.objects.update(state=state)
    assert once.enqueue(1).pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_many_that_enqueue_one_key_at_once_make_one_job():
    found = []

    def enqueue() -> None:
        found.append(samples.give.using(unique_key="a").enqueue(1).pk)
        connection.close()

    threads = [threading.Thread(target=enqueue) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found)), Job.objects.count()) == (8, 1, 1)


def test_a_wrong_cron_line_is_named_where_it_is_written():
    with pytest.raises(ValueError, match="'61 \\* \\* \\* \\*' is no cron line: Bad minute"):
        task(cron="61 * * * *")
