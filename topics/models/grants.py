"""Who may do what with a topic and all below it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from topics.models.topics import Topic


class Grant(models.Model):
    """A right of a group to a topic and all below it; any right is one to read it, if private.

    The rights are steps: each holds those before it.
    """

    class Right(models.TextChoices):
        READ = "read", _("Read it")
        PROPOSE = "propose", _("Propose edits")
        EDIT = "edit", _("Edit it")
        REVIEW = "review", _("Review edits")
        PUBLISH = "publish", _("Write topics")
        MANAGE = "manage", _("Manage rights")

    group = models.ForeignKey("auth.Group", on_delete=models.CASCADE, related_name="grants")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="grants")
    right = models.CharField(max_length=10, choices=Right)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "topic"], name="grant_is_unique"),
            models.CheckConstraint(
                condition=models.Q(
                    right__in=["read", "propose", "edit", "review", "publish", "manage"]
                ),
                name="grant_right_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.right} at {self.topic_id}"
