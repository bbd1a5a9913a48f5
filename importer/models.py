"""The record of each import, and of each change of content with what was there before it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from topics.models import Section, Topic


class Source(models.Model):
    """What is kept of a source from one import to the next.

    `dialect` is the tool that an import was told of, `tool` the one that is known from that or was
    found by the files; `site` is a `link_names.Site` but for its tool, as JSON, with the patterns
    of files that are no pages.
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
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    source = models.CharField(_("source"), max_length=100)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("started by"),
    )
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    dry_run = models.BooleanField(_("dry run"), default=False)
    folder = models.CharField(
        max_length=500, blank=True, help_text="Where an upload's files lie until they are imported."
    )
    under = models.CharField(max_length=500, blank=True)
    prune = models.BooleanField(default=False)
    dialect = models.CharField(max_length=40, blank=True, default="", db_default="")
    files_done = models.PositiveIntegerField(default=0)
    files_total = models.PositiveIntegerField(default=0)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.RUNNING)
    counts = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=list, blank=True)
    lines = models.JSONField(default=list, blank=True, help_text="Each change, in words.")

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        db_table = "topics_importrun"  # see search.models
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.source}, {self.started_at:%Y-%m-%d %H:%M}"


class IncludedFile(models.Model):
    """The text of a file of a source that its documents take in, for what is read without the
    source: edits, previews and exports."""

    source = models.CharField(max_length=100)
    path = models.CharField(max_length=500, help_text="From the source's root.")
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "path"], name="included_file_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.path}"


class Change(models.Model):
    """One change of content, as one transaction made it: an import, an edit, a removal.

    Sections and topics that it made are those whose `created_at` is its `at`; what it changed
    otherwise is in its revisions.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("Import")
        CREATION = "creation", _("Creation")
        EDIT = "edit", _("Edit")
        MERGE = "merge", _("Conflict settled")
        MOVE = "move", _("Move")
        SPLIT = "split", _("Split")
        JOIN = "join", _("Sections joined")
        REMOVAL = "removal", _("Removal")
        RESTORE = "restore", _("Restore")
        DESCRIPTION = "description", _("Description")
        ROLLBACK = "rollback", _("Rollback")

    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    run = models.OneToOneField(
        ImportRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="change"
    )
    why = models.CharField(max_length=500, blank=True)
    undoes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by"
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"


class Revision(models.Model):
    """What a section or a topic was before a change; what it became is its next revision, or its
    row.

    `section` is empty for a revision of the topic itself. `topic` is the one that a section was in.
    `markdown` is empty where the change left it as it was. `state` holds the other columns by name.
    """

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="revisions")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="revisions")
    section = models.ForeignKey(
        Section,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="revisions",
        db_index=False,  # the constraint below has one
    )
    title = models.CharField(max_length=500)
    markdown = models.TextField(  # noqa: DJ001 - no text and an empty one are two things
        null=True, blank=True
    )
    state = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "change"], name="revision_of_section_is_one_for_a_change"
            ),
            models.UniqueConstraint(
                fields=["topic", "change"],
                condition=models.Q(section=None),
                name="revision_of_topic_is_one_for_a_change",
            ),
        ]

    def __str__(self) -> str:
        return self.title
