"""Topics, sections and what the importer found in them."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from topics.addresses import section_url, topic_url
from topics.raw_sql import execute
from topics.visibility import PUBLISHED, Current, published, published_topic


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics that are there, and those that readers may see."""

    def live(self) -> "TopicQuerySet":
        """Those not removed; drafts are among them."""
        return self.filter(removed_at=None)

    def published(self) -> "TopicQuerySet":
        """Those that readers may see."""
        return self.filter(published_topic())


class SectionQuerySet(models.QuerySet["Section"]):
    """Sections that are there, and those that readers may see."""

    def live(self) -> "SectionQuerySet":
        """Those not removed, alone or with their topic; sections of drafts are among them."""
        return self.filter(removed_at=None, topic__removed_at=None)

    def published(self) -> "SectionQuerySet":
        """Those that readers may see."""
        return self.filter(published())

    def current(self, section_id: int) -> "Section | None":
        """The published section, with its topic, that is read at this key today. One query."""
        rows = self.published().select_related("topic")
        return rows.filter(pk=Current(Value(section_id))).first()


class Topic(models.Model):
    """A document, or a folder that groups topics; topics form a tree.

    `origin` is the path of the file below its source (of a folder: with a slash at the end).
    `tree_path` is that path in the tree of files it is mounted in (`source:folder/file.md`).
    `path` is the address below /topics/: the slugs from the top of the tree down.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        GUIDE = "guide", _("Guide")
        ROADMAP = "roadmap", _("Roadmap")
        PATH = "path", _("Learning path")
        OUTLINE = "outline", _("Outline")
        INTERVIEW = "interview", _("Interview")
        GLOSSARY = "glossary", _("Glossary")

    class Level(models.TextChoices):
        BEGINNER = "beginner", _("Beginner")
        INTERMEDIATE = "intermediate", _("Intermediate")
        ADVANCED = "advanced", _("Advanced")
        EXPERT = "expert", _("Expert")

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    source = models.CharField(max_length=100)
    origin = models.CharField(max_length=500)
    tree_path = models.CharField(
        max_length=700, help_text="The file's place in the mounted tree, which links resolve in."
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    slug = models.CharField(max_length=200)
    path = models.CharField(max_length=500)
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.ARTICLE)
    chosen = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="The fields that an admin has set: imports leave them alone.",
    )
    level = models.CharField(max_length=20, choices=Level, blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    prerequisites = ArrayField(models.CharField(max_length=500), default=list, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.PUBLISHED)
    updated = models.DateField(null=True, blank=True, help_text="As the document itself says.")
    language = models.CharField(
        max_length=35,
        blank=True,
        default="",
        db_default="",
        help_text="Its tag, where it is known.",
    )
    document = models.CharField(
        max_length=700,
        blank=True,
        default="",
        db_default="",
        help_text="What the file and its translations have in common; empty without any.",
    )
    words = models.PositiveIntegerField(default=0)
    front_matter = models.JSONField(default=dict, blank=True)
    title_anchor = models.CharField(max_length=300, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["position", "path"]
        constraints = [
            models.UniqueConstraint(
                fields=["path"], condition=Q(removed_at=None), name="topic_path_is_unique"
            ),
            models.UniqueConstraint(
                fields=["source", "origin"],
                condition=Q(removed_at=None),
                name="topic_origin_is_unique",
            ),
            models.CheckConstraint(condition=~Q(slug=""), name="topic_has_a_slug"),
            models.CheckConstraint(condition=~Q(title=""), name="topic_has_a_title"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published"]), name="topic_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="topic_not_own_parent"
            ),
        ]
        indexes = [
            models.Index(fields=["tree_path"], name="topic_tree_path"),
            models.Index(fields=["document"], condition=~Q(document=""), name="topic_document"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The address of the topic's first page."""
        return topic_url(self.path)

    @property
    def is_published(self) -> bool:
        """Whether readers may see it."""
        return self.removed_at is None and self.status == PUBLISHED


class TopicAddress(models.Model):
    """An earlier path of a topic: it redirects, and no other topic may take it."""

    path = models.CharField(max_length=500, unique=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="earlier_addresses")

    def __str__(self) -> str:
        return self.path


class Section(models.Model):
    """One heading of a topic with the text under it, up to the next heading.

    The root section (empty anchor) holds the text before the first heading. `position` is the
    place in the document, from 0. `page` is the section whose page shows this one.
    """

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="sections")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    page = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="page_sections"
    )
    position = models.PositiveIntegerField()
    anchor = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=500)
    title_html = models.TextField(blank=True)
    heading = models.TextField(blank=True, help_text="The heading's source, without its number.")
    level = models.PositiveSmallIntegerField(default=0)
    is_item = models.BooleanField(default=False)
    breadcrumbs = ArrayField(
        models.TextField(), default=list, help_text="Titles from the topic down to the parent."
    )
    markdown = models.TextField(blank=True)
    written_html = models.TextField(blank=True, help_text="Sanitised, with links as written.")
    html = models.TextField(blank=True, help_text="Sanitised, with links resolved.")
    text = models.TextField(blank=True)
    code = models.TextField(blank=True)
    words = models.PositiveIntegerField(default=0)

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
        """Whether readers may see it."""
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


class Link(models.Model):
    """A link as written in a section, and what it points to."""

    class Kind(models.TextChoices):
        INTERNAL = "internal", "Internal"
        EXTERNAL = "external", "External"
        PLANNED = "planned", "Planned"
        BROKEN = "broken", "Broken"
        IMAGE = "image", "Image"
        FILE = "file", "File"
        MAIL = "mail", "Mail"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="links")
    position = models.PositiveIntegerField()
    href = models.TextField()
    text = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    wanted = models.CharField(
        max_length=700, blank=True, help_text="Place in the tree of the file that is linked to."
    )
    wanted_anchor = models.CharField(max_length=300, blank=True)
    names = ArrayField(
        models.TextField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="What it may mean besides, likeliest first: see importer.link_names.",
    )
    target = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.SET_NULL, related_name="linked_from"
    )
    file = models.ForeignKey(
        "Asset",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="linked_from",
        db_constraint=False,
        db_index=False,
        help_text="The picture or other file that it shows or leads to.",
    )

    class Meta:
        ordering = ["section", "position"]
        indexes = [
            models.Index(fields=["wanted"], condition=~Q(wanted=""), name="link_wanted"),
            models.Index(fields=["file"], condition=Q(file__isnull=False), name="link_file"),
        ]

    def __str__(self) -> str:
        return self.href


class Asset(models.Model):
    """A picture or another file that sections link to; `data` is served as it is, under a strict
    policy.

    `digest` is that of the file as it came, and its address: `data` may lack what a camera wrote
    into it. `width` and `height` are those of a picture as it is shown; `copy_of` is the path of
    the picture that this is a smaller one of.
    """

    source = models.CharField(max_length=100)
    path = models.CharField(max_length=500)
    content_type = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    data = models.BinaryField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    copy_of = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "path"], name="asset_is_unique")]

    def __str__(self) -> str:
        return f"{self.source}:{self.path}"


class Definition(models.Model):
    """A term that a section defines, in the document's own words."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="definitions")
    position = models.PositiveIntegerField()
    term = models.CharField(max_length=300)
    text = models.TextField()

    class Meta:
        ordering = ["section", "position"]

    def __str__(self) -> str:
        return self.term


class PathStep(models.Model):
    """A step of a learning path that a section describes, and the section that it leads to.

    `names` are what the step calls its goal: its bold words and the texts of its links.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    text = models.TextField()
    names = ArrayField(models.TextField(), default=list)
    hrefs = ArrayField(models.TextField(), default=list)
    target = models.ForeignKey(
        Section, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["section", "position"]

    def __str__(self) -> str:
        return self.text


class Question(models.Model):
    """A question that a section asks; its text holds the answer."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["section", "position"]

    def __str__(self) -> str:
        return self.text


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
    return ContentVersion.objects.values_list("version", flat=True).first() or 0
