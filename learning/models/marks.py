"""Marks on sections: bookmarks with notes, what was read, collections, highlights."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from topics.raw_sql import statement
from topics.visibility import Current, hidden_sections_sql

NOTE_LIMIT = 10_000  # characters
# Of one learner's notes together: a search reads them all, in less than a tenth of a second. An
# index would serve words of three letters and more alone.
NOTES_LIMIT = 1_000_000
BOOKMARKS_LIMIT = 20_000  # of one learner
COLLECTED_NOTE_LIMIT = 2_000
QUOTE_LIMIT = 2_000


class MarkQuerySet(models.QuerySet[Any]):
    """Marks by learner, and by the section that is read today."""

    def of(self, user: User | AnonymousUser) -> "MarkQuerySet":
        """The marks of one learner; none for a reader who is not logged in.

        Those in private topics that she may no longer see are kept, and left out.
        """
        if not user.is_authenticated:
            return self.none()
        hidden = RawSQL(hidden_sections_sql(), ())  # noqa: S611 - of keys alone
        return self.filter(user_id=user.pk).exclude(section__in=hidden)

    def with_shown(self) -> "MarkQuerySet":
        """Annotate `shown_id`: the section that is read today where the mark was made."""
        return self.annotate(shown_id=Current("section"))

    def showing(self, section_ids: Iterable[int]) -> "MarkQuerySet":
        """Those that are read at one of these sections today, in the order they were made."""
        read_here = f"SELECT id FROM ({read_here_sql('%s::bigint[]')}) AS here"  # noqa: S608
        keys = RawSQL(read_here, [list(section_ids)])  # noqa: S611 - it is a file of ours
        return self.filter(section__in=keys).with_shown().order_by("pk")


def read_here_sql(keys: str) -> str:
    """A SELECT of `id` and `shown_id`: the sections read today at these keys, an SQL array."""
    return statement("learning/read_here").format(keys=keys)


class Mark(models.Model):
    """What a learner keeps on a section.

    The section cannot be deleted while a mark points to it: imports and admins set `removed_at`
    instead, and what shows the mark shows the section's last text.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    section = models.ForeignKey(
        "topics.Section", on_delete=models.PROTECT, related_name="%(class)ss"
    )

    # The section that is read today where the mark was made: see `MarkQuerySet.with_shown`.
    shown_id: int

    objects = MarkQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.user}: {self.section}"


class Bookmark(Mark):
    """A section to come back to, with a note that only its owner sees."""

    note = models.TextField(blank=True, validators=[MaxLengthValidator(NOTE_LIMIT)])
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="bookmark_is_unique"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("note"), NOTE_LIMIT), name="bookmark_note_fits"
            ),
        ]


class Reading(Mark):
    """How far a learner is with a section; without a row it is unread."""

    class State(models.TextChoices):
        READ = "read", _("Read")
        AGAIN = "again", _("To be repeated")

    state = models.CharField(max_length=10, choices=State)
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "section"], include=["state"], name="reading_is_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["read", "again"]), name="reading_state_is_known"
            ),
        ]
        indexes = [models.Index(fields=["user", "-marked_at"], name="reading_latest")]


class Collection(models.Model):
    """Sections in an order of a learner's own. Anybody with its `token` may read it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="collections"
    )
    title = models.CharField(max_length=200)
    token = models.CharField(max_length=40, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Its sections are read one after another: their pages say what comes next.
    is_path = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="collection_has_a_title")
        ]

    def __str__(self) -> str:
        return self.title


class CollectedSection(Mark):
    """A section in a collection, at its place, with a note that is shared with the collection."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    note = models.TextField(blank=True, validators=[MaxLengthValidator(COLLECTED_NOTE_LIMIT)])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["collection", "section"], name="collected_once"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("note"), COLLECTED_NOTE_LIMIT),
                name="collected_note_fits",
            ),
        ]


class Highlight(Mark):
    """Words of a section that a learner marked, with a note if she likes.

    The words are kept as W3C's Web Annotation model has them: by a quote with what stands around
    it, and by their place in the section's text (`learning.anchoring`). `was` are the words that
    she marked, where others stand in their place today.
    """

    class Color(models.TextChoices):
        YELLOW = "yellow", _("Yellow")
        GREEN = "green", _("Green")
        BLUE = "blue", _("Blue")
        RED = "red", _("Red")

    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    exact = models.TextField(validators=[MaxLengthValidator(QUOTE_LIMIT)])
    prefix = models.CharField(max_length=64, blank=True)
    suffix = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default="exact")
    was = models.TextField(blank=True)
    color = models.CharField(max_length=10, choices=Color, default=Color.YELLOW)
    note = models.TextField(blank=True, validators=[MaxLengthValidator(NOTE_LIMIT)])
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["user", "section"], name="highlight_of")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["exact", "moved", "changed", "orphaned"]),
                name="highlight_state_is_known",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("note"), NOTE_LIMIT), name="highlight_note_fits"
            ),
        ]


class HighlightedText(models.Model):
    """The text in which the highlights of a section were last found: the next edit starts there."""

    section = models.OneToOneField("topics.Section", on_delete=models.PROTECT, primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.section_id)
