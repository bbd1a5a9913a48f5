"""Home, the list of all topics, and images."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from topics.models import Asset, Topic

YEAR = 31_536_000
RECENT = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    topics = list(_counted(Topic.objects.published()))
    context = {
        "groups": grouped(topics),
        "paths": [t for t in topics if t.kind == Topic.Kind.PATH and t.words],
        "recent": sorted(topics, key=lambda t: t.changed_at, reverse=True)[:RECENT],
        "topic_count": sum(1 for t in topics if t.words),
        "section_count": sum(t.section_count for t in topics),
    }
    return render(request, "topics/home.html", context)


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    topics = list(_counted(Topic.objects.published()))
    kind, level, tag = (request.GET.get(name, "") for name in ("kind", "level", "tag"))
    chosen = [
        t
        for t in topics
        if (not kind or t.kind == kind)
        and (not level or t.level == level)
        and (not tag or tag in t.tags)
    ]
    is_filtered = bool(kind or level or tag)
    context = {
        "groups": [] if is_filtered else grouped(topics),
        "topics": chosen if is_filtered else [],
        "is_filtered": is_filtered,
        "kinds": [k for k in Topic.Kind.choices if any(t.kind == k[0] for t in topics)],
        "levels": [v for v in Topic.Level.choices if any(t.level == v[0] for t in topics)],
        "tags": sorted({tag for t in topics for tag in t.tags}),
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


def _counted(topics):  # type: ignore[no-untyped-def]
    live = Q(sections__removed_at=None)
    return (
        topics.annotate(section_count=Count("sections", filter=live))
        .defer("front_matter", "prerequisites")
        .order_by("position", "title")
    )


def grouped(topics: list[Topic]) -> list[dict[str, object]]:
    """The tree's first two levels: each top topic with those below it, counts summed up."""
    below: dict[int | None, list[Topic]] = {}
    for topic in topics:
        below.setdefault(topic.parent_id, []).append(topic)

    def total(topic: Topic, name: str) -> int:
        own = int(getattr(topic, name))
        return own + sum(total(child, name) for child in below.get(topic.pk, []))

    def leaves(topic: Topic) -> int:
        children = below.get(topic.pk, [])
        return sum(leaves(child) for child in children) if children else 1

    def entry(topic: Topic) -> dict[str, object]:
        return {
            "topic": topic,
            "sections": total(topic, "section_count"),
            "minutes": max(1, round(total(topic, "words") / 220)),
            "documents": leaves(topic),
            "children": below.get(topic.pk, []),
        }

    return [
        entry(top) | {"entries": [entry(child) for child in below.get(top.pk, [])]}
        for top in below.get(None, [])
    ]
