"""Cards: what a learner is asked again, when, and every answer that she gave."""

from datetime import date, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import DataError, connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.models.marks import Mark, brought_in_words

FRONT_LIMIT = 2_000  # characters of a question, and of an answer that was written by hand
CARDS_LIMIT = 20_000  # of one learner
RETENTION = 0.9  # that most people want, and what FSRS was fitted to
LEAST_RETENTION, MOST_RETENTION = 0.7, 0.97  # beyond, the days between make no sense


class Card(Mark):
    """A question with its answer, from a section's text or written by a learner.

    `origin` says what it was made from, `origin_key` the row of it: a question, a definition or a
    highlight, which may be gone. `back` is the answer's text; `html`, sanitised, is how it is
    shown if that is more. Both are the source's, and its last ones once it is removed. `was_front`
    and `was_back` are what she learned, where the source says something else today; what a card of
    her own is beside is known by `checked_at`, when she saw its section last.
    """

    class Origin(models.TextChoices):
        QUESTION = "question", _("Question of the text")
        DEFINITION = "definition", _("Definition")
        CLOZE = "cloze", _("Gap in the text")
        WORDS = "words", _("Question on highlighted words")
        OWN = "own", _("Written by hand")

    class State(models.TextChoices):
        FRESH = "fresh", _("As in the text")
        CHANGED = "changed", _("The text has changed")
        REMOVED = "removed", _("No longer in the text")

    class Phase(models.IntegerChoices):
        """Those of FSRS, and 0 for a card that was never asked."""

        NEW = 0, _("New")
        LEARNING = 1, _("Learning")
        REVIEW = 2, _("Known")
        RELEARNING = 3, _("Learning again")

    # A card that came with a file, and whose place is not in these texts, has none.
    section = models.ForeignKey(  # type: ignore[assignment]
        "topics.Section", null=True, blank=True, on_delete=models.PROTECT, related_name="cards"
    )
    # Of such a card: the `topic`, `section` and `address` that the file named.
    came_from = models.JSONField(null=True, blank=True)
    # Of one that another program had: the `program` if its file says so, the `deck` and the `file`.
    brought_from = models.JSONField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    origin_key = models.BigIntegerField(null=True, blank=True)
    front = models.TextField(validators=[MaxLengthValidator(FRONT_LIMIT)])
    back = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.FRESH)
    was_front = models.TextField(blank=True)
    was_back = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now)

    phase = models.PositiveSmallIntegerField(choices=Phase, default=Phase.NEW)
    step = models.PositiveSmallIntegerField(null=True, blank=True)
    stability = models.FloatField(null=True, blank=True)  # days until recall falls to 90 %
    difficulty = models.FloatField(null=True, blank=True)  # 1 to 10
    due = models.DateTimeField(null=True, blank=True)
    last_review = models.DateTimeField(null=True, blank=True)
    held_since = models.DateTimeField(null=True, blank=True)  # the first answer since she failed
    reps = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0)
    is_suspended = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "origin", "origin_key"],
                condition=Q(origin__in=["question", "definition"]),
                name="card_is_unique",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["question", "definition", "cloze", "words", "own"]),
                name="card_origin_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["fresh", "changed", "removed"]), name="card_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(phase=0, due=None) | Q(phase__in=[1, 2, 3], due__isnull=False),
                name="card_is_due_once_it_was_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "section"], name="card_of"),
            models.Index(
                fields=["user", "due"],
                include=["last_review"],
                condition=Q(is_suspended=False, due__isnull=False),
                name="card_due",
            ),
            models.Index(
                fields=["user", "id"],
                condition=Q(is_suspended=False, due=None),
                name="card_new",
            ),
        ]

    def __str__(self) -> str:
        return self.front

    @property
    def source(self) -> str:
        """What it was made from, in words; of one that another program had, that and its deck."""
        if not self.brought_from:
            return self.get_origin_display()
        place = self.brought_from["deck"] or self.brought_from["file"]
        return brought_in_words(self.brought_from["program"], place)

    @property
    def topic_title(self) -> str:
        """The topic that it is from; needs the section's topic. Of a file's card, what it said."""
        if self.section:
            return self.section.topic.title
        return str((self.came_from or {}).get("topic", ""))


class Review(models.Model):
    """An answer. Rows are added and never changed: a later FSRS can replay all of them.

    Taking an answer back adds a row with the `rating` 0, whose `undoes` is the answer. `card` is
    the card's key, and stays when the card is deleted. `phase` and `before` are what the card was
    before; `is_first` says that it was the card's first answer of the day.
    """

    class Rating(models.IntegerChoices):
        UNDONE = 0, _("Taken back")
        AGAIN = 1, _("Again")
        HARD = 2, _("Hard")
        GOOD = 3, _("Good")
        EASY = 4, _("Easy")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews"
    )
    card = models.BigIntegerField()
    rating = models.PositiveSmallIntegerField(choices=Rating)
    reviewed_at = models.DateTimeField()
    phase = models.PositiveSmallIntegerField(choices=Card.Phase)
    is_first = models.BooleanField()
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    before = models.JSONField()
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="undone_by"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__in=[1, 2, 3, 4], undoes=None)
                | Q(rating=0, undoes__isnull=False),
                name="review_rating_is_known",
            )
        ]
        indexes = [
            models.Index(
                fields=["user", "reviewed_at"],
                include=["rating", "phase", "is_first"],
                name="review_latest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.card}: {self.rating}"


class Plan(models.Model):
    """How a learner wants to be asked. Without a row all of it is as the defaults say."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="review_plan",
    )
    retention = models.FloatField(
        default=RETENTION,
        validators=[MinValueValidator(LEAST_RETENTION), MaxValueValidator(MOST_RETENTION)],
    )
    new_a_day = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(500)])
    reviews_a_day = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(2_000)]
    )
    exam_on = models.DateField(null=True, blank=True)
    easy_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)  # in which her days begin
    has_streak = models.BooleanField(default=False)
    has_two_buttons = models.BooleanField(default=False, db_default=False)  # knew it, or not
    # Of FSRS, fitted to her own answers; empty while there are too few of them.
    weights = ArrayField(models.FloatField(), default=list, blank=True)
    trained_at = models.DateTimeField(null=True, blank=True)
    trained_on = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retention__gte=LEAST_RETENTION, retention__lte=MOST_RETENTION),
                name="plan_retention_makes_sense",
            )
        ]

    def __str__(self) -> str:
        return str(self.user_id)

    @property
    def zone(self) -> tzinfo:
        """Her time zone, or else the site's."""
        return ZoneInfo(self.time_zone) if self.time_zone else timezone.get_current_timezone()

    def has_known_zone(self) -> bool:
        """Whether her time zone is known here, and to the database, which counts days by it."""
        try:
            name = str(self.zone)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT now() AT TIME ZONE %s", [name])
        except (OSError, KeyError, ValueError, DataError):
            return False
        return True

    def days_to_exam(self, today: date) -> int | None:
        """How many days are left to the exam; None if there is none to come."""
        if self.exam_on is None or self.exam_on <= today:
            return None
        return (self.exam_on - today).days
