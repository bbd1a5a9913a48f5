"""The record of each import."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Source(models.Model):
    """What is kept of a source from one import to the next.

    `dialect` is the tool that an import was told of, `tool` the one that is known from that or was
    found by the files; `site` is a `link_names.Site` but for its tool, as JSON.
    """

    name = models.CharField(max_length=100, unique=True)
    dialect = models.CharField(max_length=40, blank=True)
    tool = models.CharField(max_length=40, blank=True)
    site = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name


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
    dialect = models.CharField(max_length=40, blank=True, default="", db_default="")
    files_done = models.PositiveIntegerField(default=0)
    files_total = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=20, choices=Status, default=Status.RUNNING)
    counts = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=list, blank=True)
    lines = models.JSONField(default=list, blank=True, help_text="Each change, in words.")

    class Meta:
        db_table = "topics_importrun"  # see search.models
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.source}, {self.started_at:%Y-%m-%d %H:%M}"
