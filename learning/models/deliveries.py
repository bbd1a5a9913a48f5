"""What a browser sent with a key of its own: it may send it again, and it counts once."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Delivery(models.Model):
    """A mark or an answer that arrived, and what the browser was told: see `learning.deliveries`.

    `status` is 0 while the first request is still at work.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries"
    )
    key = models.UUIDField()
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)
    arrived_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="delivery_counts_once")]
        indexes = [models.Index(fields=["arrived_at"], name="delivery_age")]

    def __str__(self) -> str:
        return str(self.key)
