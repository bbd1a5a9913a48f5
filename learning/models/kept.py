"""What came with a file and has no place in the texts of this site, or waits for a yes."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Kept(models.Model):
    """A row of a file that has no place here: it is kept as it came, and goes out again so.

    `part` says what it is, as `accounts.own_data.PARTS` names it; each import tries it again.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept"
    )
    part = models.CharField(max_length=20)
    row = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "part", "digest"], name="kept_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.part}"


class WaitingImport(models.Model):
    """What a learner's file of another program says, until she takes it or leaves it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="waiting_import",
    )
    name = models.CharField(max_length=200)
    rows = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
