"""What readers propose and report, what was said about it, and texts not yet sent."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from importer.models import Change
from topics.models import Section, Topic

LONGEST_TEXT = 200_000  # characters of a proposed Markdown text
LONGEST_REASON = 1_000
LONGEST_COMMENT = 4_000


class Proposal(models.Model):
    """An edit of a section, or a report of a problem in it, that waits for a curator.

    `base_title` and `base_markdown` are what the author saw, so that accepting can join the edit
    with what changed since. A report has neither these nor a text.
    """

    class Kind(models.TextChoices):
        EDIT = "edit", _("Edit")
        UNCLEAR = "unclear", _("Unclear")
        WRONG = "wrong", _("Wrong")
        OUTDATED = "outdated", _("Out of date")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        CHANGES = "changes", _("Changes asked for")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.EDIT)
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    base_title = models.CharField(max_length=500, blank=True)
    base_markdown = models.TextField(blank=True)
    title = models.CharField(max_length=500, blank=True)
    markdown = models.TextField(blank=True)
    why = models.CharField(max_length=LONGEST_REASON, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    change = models.ForeignKey(
        Change, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["created_at", "pk"]
        permissions = [("publish_at_once", "Can publish edits without review")]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(status="open"),
                name="proposal_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title or self.section_id}"

    @property
    def is_edit(self) -> bool:
        """Whether it brings a text; else it reports a problem."""
        return self.kind == self.Kind.EDIT

    @property
    def is_open(self) -> bool:
        """Whether it can still be answered."""
        return self.status in (self.Status.OPEN, self.Status.CHANGES)


class Comment(models.Model):
    """What the author or a curator said about a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    text = models.CharField(max_length=LONGEST_COMMENT)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Draft(models.Model):
    """A text that somebody is writing; `base` is the latest change when it was opened."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+")
    base = models.BigIntegerField(default=0)
    title = models.CharField(max_length=500)
    markdown = models.TextField(blank=True)
    why = models.CharField(max_length=LONGEST_REASON, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="draft_is_one_a_person")
        ]

    def __str__(self) -> str:
        return self.title


class TopicDraft(models.Model):
    """A whole topic that somebody is writing, or a new one; `base` is what it said when opened."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    under = models.CharField(max_length=500, blank=True)
    markdown = models.TextField(blank=True)
    base = models.TextField(blank=True)
    why = models.CharField(max_length=500, blank=True)
    answers = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "topic"],
                nulls_distinct=False,
                name="topic_draft_is_one_a_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.topic or self.title)


class HandledQuery(models.Model):
    """What a curator did about a query, and what it found before and after that."""

    class How(models.TextChoices):
        SYNONYM = "synonym", _("Synonym")
        PIN = "pin", _("Best result")
        REDIRECT = "redirect", _("Redirect")
        TOPIC = "topic", _("New topic")
        NOT_OURS = "not ours", _("Not ours")

    query = models.CharField(max_length=200, unique=True)
    how = models.CharField(max_length=20, choices=How)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    results_before = models.IntegerField(default=0)
    results_after = models.IntegerField(default=0)
    first = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["-at"], name="handled_query_time")]

    def __str__(self) -> str:
        return self.query


class Trial(models.Model):
    """A change of the search that is tried on queries before it is saved.

    `values` are, for weights, their new values by name; for a synonym `words`, `expansions`,
    `note` and, of one that is there, its `key`; for a pin the columns of `search.models.Pin`; with
    `is_removed` if it goes. `result` is what `curating.trials.tried` gives, None until then.
    """

    class Kind(models.TextChoices):
        WEIGHTS = "weights", _("Weights")
        SYNONYM = "synonym", _("Synonym")
        PIN = "pin", _("Best result")

    kind = models.CharField(max_length=20, choices=Kind)
    values = models.JSONField()
    query = models.CharField(max_length=200, blank=True, help_text="That it is to answer.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    job = models.BigIntegerField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"


class ExternalLink(models.Model):
    """An address on another site that sections link to, and what it answered.

    A failure counts once a day; with the third in a row it is broken. `moved_to` is where it
    redirects for good.
    """

    class State(models.TextChoices):
        NEW = "new", _("Not asked yet")
        FINE = "fine", _("Answers")
        MOVED = "moved", _("Moved")
        FAILING = "failing", _("Does not answer just now")
        BROKEN = "broken", _("Broken")
        CLOSED = "closed", _("Not to be asked")

    url = models.CharField(max_length=2_000, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    strikes = models.PositiveSmallIntegerField(default=0)
    moved_to = models.CharField(max_length=2_000, blank=True)
    note = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["url"]
        indexes = [models.Index(fields=["next_at"], name="external_link_next")]

    def __str__(self) -> str:
        return self.url


class LinkCheck(models.Model):
    """One time that an external link was asked; the latest of each are kept."""

    link = models.ForeignKey(ExternalLink, on_delete=models.CASCADE, related_name="checks")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=ExternalLink.State)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.state}"


class AuditEntry(models.Model):
    """Something that somebody did, for good: the database refuses to change or delete a row.

    It holds keys and no names, so that an account that is deleted takes away who it was. `actor` is
    the account's key, empty for nobody; `target` is that of what was done to, of the kind that
    `target_kind` names; `facts` are further keys, numbers and words of the program.
    """

    class Kind(models.TextChoices):
        SIGN_IN = "sign-in", _("Sign-in")
        RIGHTS = "rights", _("Rights")
        CONTENT = "content", _("Content")
        EXPORT = "export", _("Export")
        SETTINGS = "settings", _("Settings")

    at = models.DateTimeField(default=timezone.now)
    actor = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    action = models.CharField(max_length=40)
    target_kind = models.CharField(max_length=40, blank=True)
    target = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["kind", "-id"], name="audit_kind"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["at"], name="audit_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.action}"


class TopicCare(models.Model):
    """Who looks after a topic, by when it is to be read again, and when it comes and goes.

    With `four_eyes`, edits of the topic and of those below it take the yes of somebody else.
    """

    topic = models.OneToOneField(Topic, on_delete=models.CASCADE, related_name="care")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    review_by = models.DateField(null=True, blank=True)
    four_eyes = models.BooleanField(default=False)
    publish_at = models.DateTimeField(null=True, blank=True)
    withdraw_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["review_by"],
                condition=models.Q(review_by__isnull=False),
                name="care_review",
            )
        ]

    def __str__(self) -> str:
        return str(self.topic)


class MailWish(models.Model):
    """Somebody who wants to hear by e-mail what became of her proposals."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )

    def __str__(self) -> str:
        return str(self.user_id)


class SavedFilter(models.Model):
    """A list of Django admin as a curator filtered and searched it, under a name of hers."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=200, help_text="The address of the list.")
    query = models.CharField(max_length=500)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="saved_filter_is_unique")
        ]

    def __str__(self) -> str:
        return self.name
