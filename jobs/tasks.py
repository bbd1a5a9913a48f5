"""Tasks: functions that a worker calls. The shape is that of `django.tasks` in Django 6.

    @task(takes_context=True)
    def check_links(context: TaskContext, topic_id: int) -> int: ...

    TASKS.register(check_links.name, check_links)          # in the room's AppConfig.ready
    job = check_links.enqueue(topic.pk)                    # visible to workers at the commit
    check_links.using(unique_key=f"links:{topic.pk}", run_after=tomorrow).enqueue(topic.pk)

A task may run twice, after a worker was killed in the middle or just before it could say that the
task was done. So write it such that the second run does no harm.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from jobs.models import OPEN, Job
from jobs.schedule import check_line
from registry import Registry

NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it; not a backslash that is text
Report = Callable[[int, int], None]
TRIES = 5  # at a unique key that others take and free at the same time


class NotNow(Exception):
    """Raised by a task that cannot run yet: the job waits, and no attempt is counted."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"not before {delay.total_seconds():.0f} s from now")
        self.delay = delay


class NoRetry(Exception):
    """Raised by a task that would fail again; the message is shown in the admin."""


@dataclass(frozen=True)
class TaskContext:
    """The first argument of tasks that take it: the job, and a way to report progress."""

    job: Job
    report: Report = field(default=lambda done, total: None)

    @property
    def attempt(self) -> int:
        """1 for the first attempt."""
        return self.job.attempts


@dataclass(frozen=True)
class Task:
    """A function that can be enqueued, and how its jobs are run.

    `cron` is a line of five fields in UTC: workers enqueue the task by themselves at its moments.
    An attempt that takes longer than `time_limit` is ended and counts as failed.
    """

    func: Callable[..., Any]
    name: str
    queue_name: str = "default"
    takes_context: bool = False
    max_attempts: int = 5
    time_limit: timedelta = timedelta(hours=1)
    cron: str = ""
    run_after: datetime | timedelta | None = None
    unique_key: str = ""

    def using(
        self,
        *,
        queue_name: str | None = None,
        run_after: datetime | timedelta | None = None,
        unique_key: str | None = None,
    ) -> "Task":
        """The same task with other options for the jobs that are enqueued with it.

        `run_after` is a moment, or the time from now; `unique_key` makes enqueueing give the job
        of that key that waits or runs, if there is one, instead of a second.
        """
        return replace(
            self,
            queue_name=self.queue_name if queue_name is None else queue_name,
            run_after=self.run_after if run_after is None else run_after,
            unique_key=self.unique_key if unique_key is None else unique_key,
        )

    def enqueue(self, *args: Any, **kwargs: Any) -> Job:
        """Have a worker call the task with these arguments, which must be JSON; gives the job.

        Inside a transaction the job exists once that commits. Raises TypeError or ValueError for
        arguments that `plain` refuses, ValueError for a task that nobody registered.
        """
        if self.name not in TASKS:
            raise ValueError(f"The task {self.name} is not registered in jobs.tasks.TASKS.")
        arguments = plain({"args": args, "kwargs": kwargs})
        for _ in range(TRIES):
            if self.unique_key:
                same = Job.objects.filter(unique_key=self.unique_key, state__in=OPEN).first()
                if same is not None:
                    return same
            try:
                with transaction.atomic():
                    return self._create(arguments)
            except IntegrityError:
                if not self.unique_key:
                    raise
        raise RuntimeError(f"{self.unique_key}: others enqueue and end such jobs all the time.")

    def _create(self, arguments: dict[str, Any]) -> Job:
        job = Job(
            queue=self.queue_name,
            name=self.name,
            arguments=arguments,
            unique_key=self.unique_key,
            max_attempts=self.max_attempts,
        )
        after = self.run_after
        when: Any = Now() + after if isinstance(after, timedelta) else after or Now()
        job.run_at = when
        job.save(force_insert=True)
        job.refresh_from_db()
        return job

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function here and now, without a job and its context."""
        return self.func(*args, **kwargs)

    def get_result(self, job_id: int) -> Job:
        """The job of this task with that id. Raises Job.DoesNotExist."""
        return Job.objects.get(pk=job_id, name=self.name)


def task(
    *,
    name: str = "",
    queue_name: str = "default",
    takes_context: bool = False,
    max_attempts: int = 5,
    time_limit: timedelta = timedelta(hours=1),
    cron: str = "",
) -> Callable[[Callable[..., Any]], Task]:
    """Decorator that makes a function a Task.

    The name is by default the room's and the function's (`importer.import_upload`): waiting jobs
    know their task by it. Raises ValueError for a cron line that cannot be read.
    """
    if cron:
        check_line(cron)

    def decorate(func: Callable[..., Any]) -> Task:
        room = func.__module__.partition(".")[0]
        return Task(
            func=func,
            name=name or f"{room}.{func.__name__}",
            queue_name=queue_name,
            takes_context=takes_context,
            max_attempts=max_attempts,
            time_limit=time_limit,
            cron=cron,
        )

    return decorate


def plain(value: Any) -> Any:
    """The value as PostgreSQL's JSON gives it back: tuples are lists, keys are texts.

    Raises TypeError for what JSON does not know, ValueError for what PostgreSQL does not (a NUL
    character, half a character, infinity).
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    text.encode()
    if NUL.search(text):
        raise ValueError("PostgreSQL cannot hold a NUL character.")
    return json.loads(text)


TASKS: Registry[Task] = Registry("jobs.tasks.TASKS")
