"""Which public texts name a topic, before it is made private: what people wrote stays written."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from topics.models import Link, PathStep, Section, Topic
from topics.visibility import PUBLIC, published

MOST = 100  # places that are listed
SHORTEST = 3  # characters of a title that is looked for in texts
# In which way a text names a topic.
LINK, STEP, TITLE, BEFORE = (
    _("a link"), _("a step of a path"), _("its title in the text"), _("a prerequisite"),
)  # fmt: skip


@dataclass
class Place:
    """A section that names the topic, and how."""

    section: Section
    how: list[str | Promise] = field(default_factory=list)


@dataclass(frozen=True)
class Naming:
    """The places in public texts that name a topic or what is below it, and how many there are."""

    places: list[Place]
    count: int


def places_naming(topic: Topic) -> Naming:
    """Where public texts outside a topic name it: by links and steps of paths to it and to all
    below it, by its title, and as what is to be read before. Six queries; one reads all texts."""
    below = f"{topic.path}/"

    def inside(prefix: str) -> Q:
        return Q(**{f"{prefix}path": topic.path}) | Q(**{f"{prefix}path__startswith": below})

    public = Section.objects.filter(published(), topic__tree=PUBLIC).exclude(inside("topic__"))
    links = Link.objects.filter(inside("target__topic__"))
    steps = PathStep.objects.filter(inside("target__topic__"))
    names = list(Topic.objects.live().filter(inside("")).values_list("path", "title"))
    asked = Topic.objects.filter(prerequisites__overlap=[one for pair in names for one in pair])
    found: dict[str | Promise, QuerySet[Section]] = {
        LINK: public.filter(pk__in=links.values("section")),
        STEP: public.filter(pk__in=steps.values("section")),
        BEFORE: public.filter(topic__in=asked, anchor=""),
    }
    if len(topic.title) >= SHORTEST:
        title = Q(markdown__icontains=topic.title) | Q(title__icontains=topic.title)
        title |= Q(topic__summary__icontains=topic.title, anchor="")
        found[TITLE] = public.filter(title)
    places: dict[int, Place] = {}
    for how, rows in found.items():
        for section in rows.select_related("topic").order_by("topic__path", "position"):
            places.setdefault(section.pk, Place(section)).how.append(how)
    ordered = sorted(
        places.values(), key=lambda one: (one.section.topic.path, one.section.position)
    )
    return Naming(ordered[:MOST], len(ordered))
