"""What belongs to one person: bookmarks and their notes."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from topics.visibility import Current

NOTE_LIMIT = 10_000


class BookmarkQuerySet(models.QuerySet["Bookmark"]):
    """Bookmarks by learner, and by the section that is read today."""

    def of(self, user: User | AnonymousUser) -> "BookmarkQuerySet":
        """The bookmarks of one learner; none for a reader who is not logged in."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def with_shown(self) -> "BookmarkQuerySet":
        """Annotate `shown_id`: the section that is read today where the mark was made."""
        return self.annotate(shown_id=Current("section"))

    def showing(self, section_ids: Iterable[int]) -> "BookmarkQuerySet":
        """Those that are read at one of these sections today, oldest first."""
        is_shown = models.Q(shown_id__in=list(section_ids))
        return self.with_shown().filter(is_shown).order_by("created_at", "pk")


class Bookmark(models.Model):
    """A learner's mark on a section, with a note only its owner sees.

    The section cannot be deleted while a bookmark points to it: imports and admins set
    `removed_at` instead, and the mark keeps showing the section's last text.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bookmarks"
    )
    section = models.ForeignKey(
        "topics.Section", on_delete=models.PROTECT, related_name="bookmarks"
    )
    note = models.TextField(blank=True, validators=[MaxLengthValidator(NOTE_LIMIT)])
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    # The section that is read today where the mark was made: see `BookmarkQuerySet.with_shown`.
    shown_id: int

    objects = BookmarkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="bookmark_is_unique"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("note"), NOTE_LIMIT), name="bookmark_note_fits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.section}"
