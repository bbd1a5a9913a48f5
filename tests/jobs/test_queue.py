"""What becomes of a job: who gets it, when it is tried again, when it is given up."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from jobs import errors, queue
from jobs.models import Job
from jobs.queue import DEAD_AFTER, KILLED, Outcome, retry_delay
from jobs.tasks import TASKS
from tests.jobs import samples
from tests.jobs.running import run_due


@pytest.mark.parametrize(
    ("attempts", "chance", "seconds"),
    [
        (1, 0, 10), (2, 0, 20), (3, 0, 40), (4, 0, 80), (9, 0, 2560), (10, 0, 3600),
        (1000, 0, 3600), (1, 1, 12.5), (1, 0.5, 11.25), (3, 1, 50), (10, 1, 4500),
    ],
)  # fmt: skip
def test_the_time_before_the_next_attempt_is_exact(attempts, chance, seconds):
    assert retry_delay(attempts, chance) == timedelta(seconds=seconds)


@pytest.mark.django_db
def test_a_failing_task_is_tried_again_later_and_then_given_up(monkeypatch):
    monkeypatch.setattr("jobs.queue.random.random", lambda: 1.0)
    job = samples.fail.enqueue("no")
    for attempt, seconds in [(1, 12.5), (2, 25)]:
        assert run_due() == [job]
        job.refresh()
        assert (job.state, job.attempts, job.error) == ("READY", attempt, "ValueError: no")
        # In a test all moments of one transaction differ by little.
        waits = job.run_at - job.heartbeat_at
        assert timedelta(0) <= waits - timedelta(seconds=seconds) < timedelta(seconds=2)
        assert run_due() == []
        Job.objects.update(run_at=Now())
    run_due()
    job.refresh()
    assert (job.state, job.attempts, job.error) == ("FAILED", 3, "ValueError: no")
    assert job.finished_at is not None


@pytest.mark.django_db
def test_a_task_that_would_fail_again_is_not_tried_again():
    job = samples.refuse.enqueue("The folder is gone.")
    run_due()
    job.refresh()
    assert (job.state, job.attempts, job.error) == ("FAILED", 1, "NoRetry: The folder is gone.")


@pytest.mark.django_db
def test_a_task_that_has_to_wait_uses_up_no_attempt():
    job = samples.come_later.enqueue(300)
    for _ in range(10):
        run_due()
        Job.objects.update(run_at=Now())
    run_due()
    job.refresh()
    assert (job.state, job.attempts, job.error) == ("READY", 0, "")
    assert timedelta(seconds=290) < job.run_at - timezone.now() <= timedelta(seconds=300)


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["nul", "nan", "set", "half"])
def test_a_result_that_the_database_cannot_hold_is_a_failure(value):
    job = samples.give.enqueue(value)
    run_due()
    job.refresh()
    assert job.state == "FAILED"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("postgres://kb:hunter2@db/kb is away", "postgres://kb:***@db/kb is away"),
        ("redis://:hunter2@cache/0", "redis://:***@cache/0"),
        ("password=hunter2 host=db", "password=*** host=db"),
        ('{"api_key": "hunter2", "n": 1}', '{"api_key": ***, "n": 1}'),
        ("Authorization: Bearer hunter2", "Authorization: ***"),
        ("the key SECRET", "the key ***"),
        ("first\nDETAIL: Key (email)=(hunter2@x.y)", "first"),
        ("nul \0 and half \ud800", "nul  and half ?"),
        ("tokens: 3 words were read", "tokens: *** words were read"),
        ("x" * 1000, "x" * 488),
    ],
)
def test_errors_are_told_in_one_line_without_secrets(message, told, settings):
    settings.SECRET_KEY = "SECRET"
    assert errors.told(ValueError(message)) == f"ValueError: {told}"


@pytest.mark.django_db
def test_jobs_are_taken_in_the_order_of_their_times_and_by_queue():
    late = samples.give.using(run_after=timezone.now() - timedelta(minutes=1)).enqueue(1)
    early = samples.give.using(run_after=timezone.now() - timedelta(hours=1)).enqueue(1)
    mail = samples.give.using(
        queue_name="mail", run_after=timezone.now() - timedelta(hours=2)
    ).enqueue(1)
    assert queue.claim("w", ["default"]) == early
    assert queue.claim("w") == mail
    assert queue.claim("w") == late
    assert queue.claim("w") is None


@pytest.mark.django_db
def test_a_job_of_an_unknown_task_waits_for_a_worker_that_knows_it():
    job = samples.give.enqueue(1)
    TASKS.remove("tests.give")
    assert queue.claim("of an older version") is None
    TASKS.register("tests.give", samples.give)
    assert queue.claim("of this version") == job


@pytest.mark.django_db
def test_a_silent_worker_loses_its_job_and_can_change_it_no_more():
    job = samples.note.enqueue("file", "line")
    first = queue.claim("first")
    assert queue.take_from_dead() == []
    Job.objects.update(heartbeat_at=Now() - DEAD_AFTER - timedelta(seconds=1))
    assert queue.take_from_dead() == [job]
    job.refresh()
    assert (job.state, job.attempts, job.error) == ("READY", 1, KILLED)
    assert not queue.beat(first, 1, 1)
    Job.objects.update(run_at=Now())
    second = queue.claim("first")  # even one of the same name
    assert not queue.settle(first, Outcome("SUCCESSFUL", result=1))
    assert not queue.give_back(first)
    assert queue.settle(second, Outcome("SUCCESSFUL", result=2))
    job.refresh()
    assert (job.state, job.result) == ("SUCCESSFUL", 2)


@pytest.mark.django_db
def test_a_heartbeat_keeps_the_job_and_tells_how_far_it_is():
    job = samples.note.enqueue("f", "l")
    mine = queue.claim("w")
    Job.objects.update(heartbeat_at=Now() - DEAD_AFTER - timedelta(seconds=1))
    assert queue.beat(mine, 3, 7)
    assert queue.take_from_dead() == []
    job.refresh()
    assert (job.done, job.total) == (3, 7)


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up():
    job = samples.die.enqueue()
    for _ in range(2):
        Job.objects.update(run_at=Now())
        assert queue.claim("w") == job
        Job.objects.update(heartbeat_at=Now() - DEAD_AFTER - timedelta(seconds=1))
        queue.take_from_dead()
    job.refresh()
    assert (job.state, job.attempts, job.error) == ("FAILED", 2, KILLED)


@pytest.mark.django_db
def test_a_job_given_back_is_as_it_was():
    job = samples.give.enqueue(1)
    assert queue.give_back(queue.claim("w"))
    job.refresh()
    assert (job.state, job.attempts, job.worker) == ("READY", 0, "")
    assert queue.claim("other") == job


@pytest.mark.django_db
def test_only_what_has_failed_is_tried_again_and_only_alone():
    once = samples.fail.using(unique_key="a")
    job = once.enqueue("no")
    assert not queue.try_again(job)
    Job.objects.update(state="FAILED", attempts=3)
    assert queue.try_again(job)
    job.refresh()
    assert (job.state, job.attempts) == ("READY", 0)
    Job.objects.update(state="FAILED")
    once.enqueue("no")
    assert not queue.try_again(job)


@pytest.mark.django_db(transaction=True)
def test_claims_at_the_same_time_never_give_one_job_twice():
    for number in range(40):
        samples.give.enqueue(number)
    taken: list[int] = []

    def take(name: str) -> None:
        while job := queue.claim(name):
            taken.append(job.pk)
        connection.close()

    threads = [threading.Thread(target=take, args=[f"w{n}"]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))
    assert len(taken) == 40


@pytest.mark.django_db
def test_old_jobs_are_deleted_but_not_the_last_of_a_cron_line():
    def ended(state: str, days: int, **more: object) -> int:
        job = samples.give.enqueue(1)
        at = datetime.now(UTC) - timedelta(days=days)
        Job.objects.filter(pk=job.pk).update(state=state, finished_at=at, **more)
        return job.pk

    kept = {
        ended("SUCCESSFUL", 6),
        ended("FAILED", 89),
        samples.give.enqueue(1).pk,
        ended("SUCCESSFUL", 400, name="yearly", scheduled_for=datetime(2025, 1, 1, tzinfo=UTC)),
    }
    ended("SUCCESSFUL", 8)
    ended("FAILED", 91)
    ended("SUCCESSFUL", 800, name="yearly", scheduled_for=datetime(2024, 1, 1, tzinfo=UTC))
    assert queue.clear_jobs.call() == 3
    assert set(Job.objects.values_list("pk", flat=True)) == kept


@pytest.mark.django_db
def test_the_poll_uses_its_index():
    samples.give.enqueue(1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT * FROM jobs_job WHERE state = 'READY' AND run_at <= now()"
            " ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "jobs_job_waiting" in plan
    assert "Sort" not in plan
