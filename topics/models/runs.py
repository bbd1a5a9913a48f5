"""The record of each import, and the version of all content."""

from django.conf import settings
from django.db import connection, models
from django.utils import timezone


class ImportRun(models.Model):
    """One run of the importer: what it did and what it could not read.

    `counts` maps a word of the summary to a number; `notes` is a list of
    `{"level", "path", "line", "message"}` with level `warning`, `refused` or `conflict`.
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    source = models.CharField(max_length=100)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    dry_run = models.BooleanField(default=False)
    folder = models.CharField(
        max_length=500, blank=True, help_text="Where an upload's files lie until they are imported."
    )
    under = models.CharField(max_length=500, blank=True)
    prune = models.BooleanField(default=False)
    files_done = models.PositiveIntegerField(default=0)
    files_total = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=20, choices=Status, default=Status.RUNNING)
    counts = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=list, blank=True)
    lines = models.JSONField(default=list, blank=True, help_text="Each change, in words.")

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.source}, {self.started_at:%Y-%m-%d %H:%M}"


class ContentVersion(models.Model):
    """One row: a number that grows with every change of what readers see.

    Pages kept in memory are kept for a version, so that nothing stale is ever served.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="content_version_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.version)


def content_changed() -> None:
    """Say that content changed: last in the transaction that changes it, which holds the row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO topics_contentversion AS now (id, version) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET version = now.version + 1"
        )


def content_version() -> int:
    """The version of what readers see now; 0 before the first change. One query."""
    return ContentVersion.objects.values_list("version", flat=True).first() or 0
