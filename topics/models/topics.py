"""Topics and their earlier addresses."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from topics.addresses import topic_url
from topics.visibility import PUBLIC, PUBLISHED, is_seen, published_topic, seen


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics that are there, and those that readers may see."""

    def live(self) -> "TopicQuerySet":
        """Those not removed, of all trees; drafts are among them."""
        return self.filter(removed_at=None)

    def seen(self) -> "TopicQuerySet":
        """Those in trees that the present reader may see; with `live()` what a curator sees."""
        return self.filter(seen())

    def published(self) -> "TopicQuerySet":
        """Those that the present reader may see."""
        return self.filter(published_topic())


class Topic(models.Model):
    """A document, or a folder that groups topics; topics form a tree.

    `origin` is the path of the file below its source (of a folder: with a slash at the end).
    `tree_path` is that path in the tree of files it is mounted in (`source:folder/file.md`).
    `path` is the address below /topics/: the slugs from the top of the tree down.
    `is_private` says that it was made private itself, `tree` which topic at or above it makes it
    so, the topmost one; a trigger writes it whenever a topic is written (`topics.visibility`).
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
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    source = models.CharField(_("source"), max_length=100)
    origin = models.CharField(_("origin"), max_length=500)
    tree_path = models.CharField(
        max_length=700, help_text="The file's place in the mounted tree, which links resolve in."
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    slug = models.CharField(max_length=200)
    path = models.CharField(_("path"), max_length=500)
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(_("title"), max_length=300)
    summary = models.TextField(_("summary"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ARTICLE)
    chosen = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="The fields that an admin has set: imports leave them alone.",
    )
    level = models.CharField(_("level"), max_length=20, choices=Level, blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    prerequisites = ArrayField(models.CharField(max_length=500), default=list, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PUBLISHED)
    is_private = models.BooleanField(default=False, db_default=False)
    tree = models.BigIntegerField(default=PUBLIC, db_default=PUBLIC, editable=False)
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
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
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
            models.Index(
                fields=["parent", "position", "path"],
                include=["id", "source", "tree"],
                condition=Q(removed_at=None, status=PUBLISHED),
                name="topic_beside",
            ),
            models.Index(
                fields=["kind"],
                condition=Q(removed_at=None, status=PUBLISHED),
                name="topic_kind",
            ),
            models.Index(fields=["tree"], condition=~Q(tree=PUBLIC), name="topic_private"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The address of the topic's first page."""
        return topic_url(self.path)

    @property
    def is_released(self) -> bool:
        """Whether it is there for anybody, be it for the readers of a private tree alone."""
        return self.removed_at is None and self.status == PUBLISHED

    @property
    def is_published(self) -> bool:
        """Whether the present reader may see it."""
        return self.is_released and self.is_seen

    @property
    def is_seen(self) -> bool:
        """Whether it is in a tree that the present reader may see."""
        return is_seen(self.tree)


class TopicAddress(models.Model):
    """An earlier path of a topic: it redirects, and no other topic may take it."""

    path = models.CharField(max_length=500, unique=True)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="earlier_addresses")

    def __str__(self) -> str:
        return self.path
