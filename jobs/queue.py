"""Every change of a job's state. Each function is one short transaction and holds nothing between.

So a connection pool that gives each transaction another session (PgBouncer) is no matter, and a
worker that was killed leaves nothing locked. The worker that runs a job is known by its name and by
the number of the attempt: one that was taken for dead can change the job no more.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Greatest, Now

from jobs.models import OPEN, Job, TaskResultStatus
from jobs.schedule import last_time
from jobs.tasks import TASKS, Task, task

DEAD_AFTER = timedelta(seconds=60)  # without a heartbeat
FIRST_DELAY, LONGEST_DELAY = 10, 3600  # seconds before the second attempt, and at most
JITTER = 0.25  # of the delay, so that what failed together does not come back together
KEPT = {TaskResultStatus.SUCCESSFUL: timedelta(days=7), TaskResultStatus.FAILED: timedelta(days=90)}
KILLED = "The worker that ran it was killed, or its machine failed."


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: it succeeded, failed (for good or not), or has to wait."""

    state: TaskResultStatus
    result: Any = None
    error: str = ""
    may_retry: bool = True
    delay: timedelta | None = None


def retry_delay(attempts: int, chance: float) -> timedelta:
    """The time to wait after so many attempts: 10 s, 20 s, 40 s and so on, an hour at most.

    Up to a quarter is added by `chance`, which is between 0 and 1.
    """
    seconds = min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY)
    return timedelta(seconds=seconds * (1 + JITTER * chance))


def claim(worker: str, queues: Collection[str] = ()) -> Job | None:
    """Take the job that has waited longest for this worker; None if there is none.

    Jobs of tasks that this process does not know wait for a worker that does. Without `queues`
    it may be of any queue.
    """
    waiting = Job.objects.filter(
        state=TaskResultStatus.READY, run_at__lte=Now(), name__in=[known.name for known in TASKS]
    )
    if queues:
        waiting = waiting.filter(queue__in=queues)
    with transaction.atomic():
        job = (
            waiting.order_by("run_at", "pk")
            .select_for_update(skip_locked=True, of=["self"])
            .first()
        )
        if job is None:
            return None
        Job.objects.filter(pk=job.pk).update(
            state=TaskResultStatus.RUNNING,
            worker=worker,
            attempts=F("attempts") + 1,
            heartbeat_at=Now(),
            started_at=Now(),
            finished_at=None,
            done=0,
            total=0,
        )
        job.refresh_from_db()
    return job


def beat(job: Job, done: int, total: int) -> bool:
    """Say that the job is being run, and how far it is; False if it is no longer this worker's."""
    return bool(_own(job).update(heartbeat_at=Now(), done=done, total=total))


def settle(job: Job, outcome: Outcome) -> bool:
    """Write down what came of an attempt; False if the job is no longer this worker's."""
    if outcome.state == TaskResultStatus.SUCCESSFUL:
        changed = _own(job).update(
            state=TaskResultStatus.SUCCESSFUL,
            finished_at=Now(),
            result=outcome.result,
            error="",
            done=F("total"),
        )
    elif outcome.state == TaskResultStatus.READY:
        changed = _wait(_own(job), outcome.delay or timedelta(0))
    elif outcome.may_retry and job.attempts < job.max_attempts:
        delay = retry_delay(job.attempts, random.random())  # noqa: S311, no secret
        changed = _own(job).update(
            state=TaskResultStatus.READY, run_at=Now() + delay, error=outcome.error
        )
    else:
        changed = _own(job).update(
            state=TaskResultStatus.FAILED, finished_at=Now(), error=outcome.error
        )
    return bool(changed)


def give_back(job: Job) -> bool:
    """Let others run the job from its beginning; the attempt is not counted."""
    return bool(_wait(_own(job), timedelta(0)))


def take_from_dead() -> list[Job]:
    """Put back the jobs whose worker has said nothing for a time, and give them.

    One whose attempts are used up has failed: it may be what kills the workers.
    """
    with transaction.atomic():
        rows = Job.objects.filter(
            state=TaskResultStatus.RUNNING, heartbeat_at__lt=Now() - DEAD_AFTER
        )
        jobs = list(rows.select_for_update(skip_locked=True))
        for job in jobs:
            settle(job, Outcome(TaskResultStatus.FAILED, error=KILLED))
    return jobs


def try_again(job: Job) -> bool:
    """Put a failed job back as new; False if it has not failed, or one of its key is open."""
    same = Job.objects.filter(unique_key=job.unique_key, state__in=OPEN).exclude(unique_key="")
    with transaction.atomic():
        failed = Job.objects.filter(pk=job.pk, state=TaskResultStatus.FAILED)
        if not failed.select_for_update().exists() or same.exists():
            return False
        failed.update(state=TaskResultStatus.READY, run_at=Now(), attempts=0, finished_at=None)
    return True


def enqueue_scheduled(now: datetime) -> None:
    """Enqueue each task that has a cron line for the line's last moment, unless that was done.

    Moments at which no worker ran are made up for once. Workers that do this at the same time
    make one job of it.
    """
    for scheduled in [known for known in TASKS if known.cron]:
        moment = last_time(scheduled.cron, now)
        if not Job.objects.filter(name=scheduled.name, scheduled_for__gte=moment).exists():
            Job.objects.bulk_create([_scheduled(scheduled, moment)], ignore_conflicts=True)


def _scheduled(scheduled: Task, moment: datetime) -> Job:
    return Job(
        queue=scheduled.queue_name,
        name=scheduled.name,
        arguments={"args": [], "kwargs": {}},
        scheduled_for=moment,
        run_at=moment,
        max_attempts=scheduled.max_attempts,
    )


def _own(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(
        pk=job.pk, state=TaskResultStatus.RUNNING, worker=job.worker, attempts=job.attempts
    )


def _wait(jobs: QuerySet[Job], delay: timedelta) -> int:
    return jobs.update(
        state=TaskResultStatus.READY,
        run_at=Now() + delay,
        attempts=Greatest(F("attempts") - 1, 0),
        worker="",
    )


@task(cron="43 3 * * *")
def clear_jobs() -> int:
    """Delete the jobs that ended long ago; gives their number.

    The last one of each cron line stays: it says which moment was the last.
    """
    last = Job.objects.exclude(scheduled_for=None).values("name").annotate(at=Max("scheduled_for"))
    kept = Q()
    for row in last:
        kept |= Q(name=row["name"], scheduled_for=row["at"])
    deleted = 0
    for state, time in KEPT.items():
        old = Job.objects.filter(state=state, finished_at__lt=datetime.now(UTC) - time)
        deleted += (old.exclude(kept) if kept else old).delete()[0]
    return deleted
