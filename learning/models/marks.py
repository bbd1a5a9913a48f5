"""Marks on sections: bookmarks with notes, what was read, collections, highlights."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.note_words import vector
from topics.raw_sql import statement
from topics.visibility import Current, hidden_sections_sql

NOTE_LIMIT = 10_000  # characters
# Of one learner's notes together: her list of bookmarks reads them all, in less than a tenth of a
# second, where she looks for letters in it.
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


class NotedQuerySet(MarkQuerySet):
    """Marks with notes: what writes many of them indexes them as `Noted.save` does."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create marks together with the index of their notes."""
        marks = list(objs)
        for mark in marks:
            mark.index_note()
        return super().bulk_create(marks, *args, **kwargs)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        """Write fields of marks, and the index of their notes if a text is among these."""
        marks, names = list(objs), list(fields)
        if not {*self.model.TEXTS}.isdisjoint(names):
            names.append("words")
            for mark in marks:
                mark.index_note()
        return super().bulk_update(marks, names, batch_size)


class Noted(Mark):
    """A mark with a text of its learner's own, which she finds by its words.

    `words` are the lexemes of TEXTS (`learning.note_words`). A trigger empties them where a text is
    written without them.
    """

    TEXTS: ClassVar[Sequence[str]] = ("note",)
    words = SearchVectorField(null=True, editable=False)

    objects = NotedQuerySet.as_manager()  # type: ignore[misc]  # it is a class variable, too

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the mark together with the index of its note."""
        loaded = {*self.TEXTS} - self.get_deferred_fields()
        if loaded if update_fields is None else {*self.TEXTS} & {*update_fields}:
            self.index_note()
            update_fields = None if update_fields is None else {*update_fields, "words"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def index_note(self) -> None:
        """Set the index to what the texts say."""
        self.words = vector(self.user_id, [getattr(self, name) for name in self.TEXTS])


def note_indexes(name: str) -> list[models.Index]:
    """Of the notes of one kind: their words, the few whose words it does not hold yet, and which
    sections have one."""
    return [
        GinIndex(fields=["words"], name=f"{name}_words"),
        models.Index(fields=["user"], name=f"{name}_unindexed", condition=models.Q(words=None)),
        models.Index(
            fields=["user", "section"], name=f"{name}_noted", condition=~models.Q(note="")
        ),
    ]


def brought_in_words(program: str, place: str) -> str:
    """The program that something came from, and the deck, book or file in which it was."""
    told = _("From %(program)s: %(place)s") if place else _("From %(program)s")
    return str(told) % {"program": program or _("another program"), "place": place}


class Bookmark(Noted):
    """A section to come back to, with a note that only its owner sees."""

    note = models.TextField(blank=True, validators=[MaxLengthValidator(NOTE_LIMIT)])
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = note_indexes("bookmark")
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


class CollectedSection(Noted):
    """A section in a collection, at its place, with a note that is shared with the collection."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    note = models.TextField(blank=True, validators=[MaxLengthValidator(COLLECTED_NOTE_LIMIT)])

    class Meta:
        ordering = ["position", "pk"]
        indexes = note_indexes("collected")
        constraints = [
            models.UniqueConstraint(fields=["collection", "section"], name="collected_once"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("note"), COLLECTED_NOTE_LIMIT),
                name="collected_note_fits",
            ),
        ]


class Highlight(Noted):
    """Words of a section that a learner marked, with a note if she likes.

    The words are kept as W3C's Web Annotation model has them: by a quote with what is around
    it, and by their place in the section's text (`learning.anchoring`). `was` are the words that
    she marked, where others are in their place today.
    """

    TEXTS = ("note", "exact", "was")

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
    # Of one that another program had: the `program`, the `book`, the `place` in it and the `file`.
    brought_from = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "section"], name="highlight_of"),
            *note_indexes("highlight"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["exact", "moved", "changed", "orphaned"]),
                name="highlight_state_is_known",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("note"), NOTE_LIMIT), name="highlight_note_fits"
            ),
        ]

    @property
    def source(self) -> str:
        """Of one that another program had, that with the book and the place; else nothing."""
        return source_of(self.brought_from)


def source_of(brought: dict[str, str] | None) -> str:
    """The source of a highlight that was brought along, in words."""
    if not brought:
        return ""
    place = ", ".join(filter(None, (brought["book"], brought["place"]))) or brought["file"]
    return brought_in_words(brought["program"], place)


class HighlightedText(models.Model):
    """The text in which the highlights of a section were last found: the next edit starts there."""

    section = models.OneToOneField("topics.Section", on_delete=models.PROTECT, primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.section_id)
