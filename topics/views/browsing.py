"""Home, the list of all topics, and images."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from topics.models import Asset, Section, Topic
from topics.page import minutes
from topics.page_cache import kept_in_memory

YEAR = 31_536_000
RECENT = 8
MOST_CARDS = 8  # topics of one group on the home page; the rest is a click away
MOST_GROUPS, MOST_SINGLES = 40, 24  # and of what stands at the top

COLUMNS = (
    "parent_id",
    "path",
    "title",
    "summary",
    "kind",
    "level",
    "tags",
    "words",
    "updated",
    "changed_at",
)


@dataclass
class Group:
    """A topic with those below it. `documents` counts the topics under it that hold no others."""

    topic: Topic
    children: list["Group"] = field(default_factory=list)
    words: int = 0
    documents: int = 1

    @property
    def minutes(self) -> int:
        return minutes(self.words)

    @property
    def first(self) -> list["Group"]:
        return self.children[:MOST_CARDS]

    @property
    def hidden(self) -> int:
        return max(0, len(self.children) - MOST_CARDS)


@require_safe
@kept_in_memory
def home(request: HttpRequest) -> HttpResponse:
    topics = _topics()
    groups = grouped(topics)
    parents = {topic.parent_id for topic in topics}
    documents = [topic for topic in topics if topic.words and topic.pk not in parents]
    folders = [group for group in groups if group.children]
    singles = [group for group in groups if not group.children]
    hidden = [*folders[MOST_GROUPS:], *singles[MOST_SINGLES:]]
    context = {
        "groups": folders[:MOST_GROUPS],
        "singles": singles[:MOST_SINGLES],
        "hidden": sum(group.documents for group in hidden),
        "paths": [topic for topic in documents if topic.kind == Topic.Kind.PATH],
        "recent": sorted(documents, key=_last_change, reverse=True)[:RECENT],
        "document_count": len(documents),
        "section_count": Section.objects.published().count(),
    }
    return render(request, "topics/home.html", context)


@require_safe
@kept_in_memory
def topic_list(request: HttpRequest) -> HttpResponse:
    topics = _topics()
    kind, level, tag = (request.GET.get(name, "") for name in ("kind", "level", "tag"))
    is_filtered = bool(kind or level or tag)
    chosen = [
        topic
        for topic in topics
        if topic.words
        and kind in ("", topic.kind)
        and level in ("", topic.level)
        and (not tag or tag in topic.tags)
    ]
    groups = grouped(topics)
    context = {
        "groups": [] if is_filtered else [group for group in groups if group.children],
        "singles": [] if is_filtered else [group for group in groups if not group.children],
        "topics": chosen if is_filtered else [],
        "is_filtered": is_filtered,
        "kinds": [choice for choice in Topic.Kind.choices if _has(topics, "kind", choice[0])],
        "levels": [choice for choice in Topic.Level.choices if _has(topics, "level", choice[0])],
        "tags": sorted({tag for topic in topics for tag in topic.tags}),
        "kind": kind,
        "level": level,
        "tag": tag,
    }
    return render(request, "topics/topic_list.html", context)


@require_safe
def asset(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """An image of a document. SVG may carry script, so nothing in it is allowed to run."""
    image = get_object_or_404(Asset.objects.filter(digest=digest)[:1])
    response = HttpResponse(bytes(image.data), content_type=image.content_type)
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_replace = {  # type: ignore[attr-defined]
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "sandbox": [""],
    }
    return response


def grouped(topics: Iterable[Topic]) -> list[Group]:
    """The topics as a tree, with words and documents summed up from below."""
    groups = {topic.pk: Group(topic, words=topic.words) for topic in topics}
    tops: list[Group] = []
    for group in groups.values():
        parent = groups.get(group.topic.parent_id or 0)
        (parent.children if parent else tops).append(group)
    for top in tops:
        _sum_up(top)
    return tops


def _sum_up(group: Group) -> None:
    for child in group.children:
        _sum_up(child)
    if group.children:
        group.words += sum(child.words for child in group.children)
        group.documents = sum(child.documents for child in group.children)


def _topics() -> list[Topic]:
    return list(Topic.objects.published().only(*COLUMNS).order_by("position", "title"))


def _last_change(topic: Topic) -> tuple[str, str]:
    """The document's own date counts before the time of its import."""
    return (str(topic.updated or topic.changed_at.date()), str(topic.changed_at))


def _has(topics: list[Topic], name: str, value: str) -> bool:
    return any(getattr(topic, name) == value for topic in topics)
