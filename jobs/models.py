"""The job: one call of a task that waits, runs or has ended."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class TaskResultStatus(models.TextChoices):
    """The names that Django 6 gives them in `django.tasks`."""

    READY = "READY", _("Ready")
    RUNNING = "RUNNING", _("Running")
    FAILED = "FAILED", _("Failed")
    SUCCESSFUL = "SUCCESSFUL", _("Successful")


OPEN = [TaskResultStatus.READY, TaskResultStatus.RUNNING]


class Job(models.Model):
    """One call of a task. It is also what `enqueue` gives: what Django 6 calls a `TaskResult`.

    All times are the database's, so that the clocks of several machines need not agree.
    """

    queue = models.CharField(_("queue"), max_length=50, default="default")
    name = models.CharField(
        _("name"), max_length=100, help_text="The task, as `jobs.tasks.TASKS` knows it."
    )
    arguments = models.JSONField(default=dict, help_text='{"args": […], "kwargs": {…}}')
    unique_key = models.CharField(
        max_length=200, blank=True, help_text="While such a job waits or runs there is no second."
    )
    scheduled_for = models.DateTimeField(
        null=True, blank=True, help_text="The moment of the task's cron line that it is for."
    )
    state = models.CharField(
        _("state"), max_length=10, choices=TaskResultStatus, default=TaskResultStatus.READY
    )
    run_at = models.DateTimeField(_("run at"), help_text="Not before this moment.")
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveIntegerField(default=5)
    worker = models.CharField(max_length=100, blank=True, help_text="Who runs it, or did last.")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0, help_text="Progress: so many of `total`.")
    total = models.PositiveIntegerField(default=0)
    enqueued_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    error = models.TextField(blank=True, help_text="Why the last attempt failed, without secrets.")
    result = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state__in=["READY", "RUNNING"]) & ~Q(unique_key=""),
                name="jobs_job_one_open_of_a_key",
            ),
            models.UniqueConstraint(fields=["name", "scheduled_for"], name="jobs_job_one_a_moment"),
        ]
        indexes = [
            models.Index(
                fields=["run_at", "id"], condition=Q(state="READY"), name="jobs_job_waiting"
            ),
            models.Index(
                fields=["heartbeat_at"], condition=Q(state="RUNNING"), name="jobs_job_running"
            ),
            models.Index(fields=["state", "finished_at"], name="jobs_job_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def status(self) -> TaskResultStatus:
        """The state, by the name that Django 6 uses."""
        return TaskResultStatus(self.state)

    @property
    def args(self) -> list[Any]:
        """The positional arguments of the call."""
        return self.arguments.get("args", [])

    @property
    def kwargs(self) -> dict[str, Any]:
        """The named arguments of the call."""
        return self.arguments.get("kwargs", {})

    @property
    def is_finished(self) -> bool:
        """Whether it has succeeded or failed for good."""
        return self.state not in OPEN

    @property
    def return_value(self) -> Any:
        """What the task gave. Raises ValueError if it has not succeeded."""
        if self.state != TaskResultStatus.SUCCESSFUL:
            raise ValueError(f"{self} has not succeeded.")
        return self.result

    def refresh(self) -> None:
        """Read the job's present state from the database."""
        self.refresh_from_db()
