"""The version of what readers see, by which pages are kept."""

from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db import models

from topics.raw_sql import execute


class ContentVersion(models.Model):
    """One row: a number that grows with every change of what readers see.

    Pages kept in memory belong to a version, so that nothing stale is ever served.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="content_version_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.version)


class ContentChange(models.Model):
    """A version of the content that differs from the one before in the pages of these topics alone.

    A version without a row may differ in all pages. The last CHANGES are kept.
    """

    version = models.BigIntegerField(primary_key=True)
    topics = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return str(self.version)


CHANGES = 1000


def content_changed(topics: Collection[int] | None = None) -> None:
    """Say that content changed: last in the transaction that changes it, which holds the row.

    `topics` are those whose pages alone show it, None where others may.
    """
    [(version,)] = execute(
        "INSERT INTO topics_contentversion AS now (id, version) VALUES (1, 1)"
        " ON CONFLICT (id) DO UPDATE SET version = now.version + 1 RETURNING version"
    )
    if topics is not None:
        ContentChange.objects.create(version=version, topics=sorted(topics))
        ContentChange.objects.filter(version__lte=version - CHANGES).delete()


def topics_changed(since: int, version: int) -> set[int] | None:
    """The topics whose pages alone changed from one version to another; None if others may have."""
    rows = ContentChange.objects.filter(version__gt=since, version__lte=version)
    changes = list(rows.values_list("topics", flat=True))
    return {pk for topics in changes for pk in topics} if len(changes) == version - since else None


def content_version() -> int:
    """The version of what readers see now; 0 before the first change. One query."""
    rows = execute("SELECT version FROM topics_contentversion")
    return rows[0][0] if rows else 0
