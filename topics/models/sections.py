"""Sections and their earlier addresses."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from topics.addresses import section_url
from topics.models.topics import Topic
from topics.visibility import Current, live, published, seen


class SectionQuerySet(models.QuerySet["Section"]):
    """Sections that are there, and those that readers may see."""

    def live(self) -> "SectionQuerySet":
        """Those not removed, alone or with their topic; sections of drafts are among them."""
        return self.filter(live())

    def seen(self) -> "SectionQuerySet":
        """Those in trees that the present reader may see."""
        return self.filter(seen("topic__"))

    def published(self) -> "SectionQuerySet":
        """Those that the present reader may see."""
        return self.filter(published())

    def current(self, section_id: int) -> "Section | None":
        """The published section, with its topic, that is read at this key today. One query."""
        rows = self.published().select_related("topic")
        return rows.filter(pk=Current(Value(section_id))).first()


class Section(models.Model):
    """One heading of a topic with the text under it, up to the next heading.

    The root section (empty anchor) holds the text before the first heading. `position` is the
    place in the document, from 0. `page` is the section whose page shows this one.
    """

    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="sections", verbose_name=_("topic")
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    page = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="page_sections"
    )
    position = models.PositiveIntegerField()
    anchor = models.CharField(_("anchor"), max_length=300, blank=True)
    number = models.CharField(_("number"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=500)
    title_html = models.TextField(blank=True)
    heading = models.TextField(blank=True, help_text="The heading's source, without its number.")
    level = models.PositiveSmallIntegerField(default=0)
    is_item = models.BooleanField(_("is item"), default=False)
    breadcrumbs = ArrayField(
        models.TextField(), default=list, help_text="Titles from the topic down to the parent."
    )
    markdown = models.TextField(_("markdown"), blank=True)
    written_html = models.TextField(blank=True, help_text="Sanitised, with links as written.")
    html = models.TextField(blank=True, help_text="Sanitised, with links resolved.")
    text = models.TextField(blank=True)
    code = models.TextField(blank=True)
    words = models.PositiveIntegerField(_("words"), default=0)

    # In these three "no text" and "an empty text" mean different things, hence NULL.
    file_markdown = models.TextField(  # noqa: DJ001
        null=True,
        blank=True,
        help_text="The file's text while an admin's edit stands instead of it; else empty.",
    )
    file_title = models.CharField(max_length=500, null=True, blank=True)  # noqa: DJ001
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(
        "auth.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    conflict_markdown = models.TextField(  # noqa: DJ001
        null=True, blank=True, help_text="The file's newer text, where both sides changed."
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )

    see_also = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        help_text="Keys of the sections most alike, best first; of sections that open a page.",
    )
    match = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Of a bare item: the best section elsewhere that has text on it.",
    )

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["topic", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "anchor"],
                condition=Q(removed_at=None),
                name="section_anchor_is_unique",
            ),
            models.CheckConstraint(
                condition=Q(anchor="", parent=None) | ~Q(anchor="", removed_at=None),
                name="section_root_has_no_parent",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(removed_at__isnull=False),
                name="section_merged_is_removed",
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="section_not_own_parent"
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "position"], name="section_place"),
            models.Index(fields=["page", "position"], name="section_page"),
            models.Index(fields=["number"], condition=~Q(number=""), name="section_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        """The lasting address. Needs `topic` loaded."""
        return section_url(self.topic.path, self.anchor)

    @property
    def title_in_file(self) -> str:
        """The title as the file has it; an admin may have given the section another."""
        return self.title if self.file_title is None else self.file_title

    @property
    def markdown_in_file(self) -> str:
        """The text as the file has it, whatever an admin has written instead."""
        return self.markdown if self.file_markdown is None else self.file_markdown

    @property
    def gone_at(self) -> datetime | None:
        """When it was removed, alone or with its topic; None if it was not."""
        return self.removed_at or self.topic.removed_at

    @property
    def is_published(self) -> bool:
        """Whether the present reader may see it."""
        return self.removed_at is None and self.topic.is_published


class Address(models.Model):
    """An earlier address of a section: it redirects, and no live section may take it."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="addresses")
    anchor = models.CharField(max_length=300)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="addresses")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "anchor"], name="address_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.topic_id}#{self.anchor}"
