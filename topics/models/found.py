"""What the importer found in sections: links, files, definitions, steps, questions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, StrIndex
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from topics.models.sections import Section
from topics.models.topics import Topic
from topics.visibility import PUBLIC


class Link(models.Model):
    """A link as written in a section, and what it points to."""

    class Kind(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        EXTERNAL = "external", _("External")
        PLANNED = "planned", _("Planned")
        BROKEN = "broken", _("Broken")
        IMAGE = "image", _("Image")
        FILE = "file", _("File")
        MAIL = "mail", _("Mail")

    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="links", verbose_name=_("section")
    )
    position = models.PositiveIntegerField()
    href = models.TextField(_("href"))
    text = models.TextField(blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
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
        Section,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="linked_from",
        verbose_name=_("target"),
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
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["section", "position"]
        indexes = [
            models.Index(fields=["wanted"], condition=~Q(wanted=""), name="link_wanted"),
            models.Index(fields=["file"], condition=Q(file__isnull=False), name="link_file"),
        ]

    def __str__(self) -> str:
        return self.href


def tree_of_file() -> Combinable:
    """Of an asset the private tree in whose folder it came, else PUBLIC."""
    tops = Topic.objects.filter(tree=F("pk"), tree_path__endswith="/")
    held = tops.filter(Exact(StrIndex(OuterRef("path"), F("tree_path")), 1))
    return Coalesce(Subquery(held.values("tree")[:1]), PUBLIC)


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
