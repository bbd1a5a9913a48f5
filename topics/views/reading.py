"""One page of a topic: a section with all below it, and the ways from there."""

from typing import Any

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from topics.kinds.outline import outline_of
from topics.models import Section, SectionQuerySet, Topic
from topics.navigation import Around, neighbours, section_url, tree
from topics.nodes import (
    Node,
    card_runs,
    items_of,
    mark_answers,
    nodes_of,
    pages_below,
    steps_with_minutes,
)
from topics.page import Page, clean, minutes, page_at
from topics.page_cache import kept_in_memory

LONGEST_FILTER = 100
HIDDEN = "?answers=hidden"


@require_safe
@kept_in_memory
def read(request: HttpRequest, path: str) -> HttpResponse:
    """Show the page at an address, or redirect to it. Two queries for a page that exists."""
    path = path.strip("/")
    if "\x00" in path or len(path) > 1000:
        raise Http404
    page = page_at(path)
    if page is None:
        return _elsewhere(request, path.split("/"))
    around = Around(path)
    if not around.above or around.above[-1].pk != page.section.topic_id:
        raise Http404  # changed between the two queries
    topic = around.above[-1]
    for section in page.sections:
        section.topic = topic
    if page.asked.pk != page.section.pk:
        return redirect(f"{section_url(topic, page.section)}#{page.asked.anchor}")
    nodes = nodes_of(page.section, page.sections)
    context = {
        "topic": topic,
        "above": around.above[:-1],
        "page": page.section,
        "sections": page.sections,
        "nodes": nodes,
        "headings": [node for node in nodes if not node.section.is_item],
        "html": page.section.html,
        "tree": tree(around, topic, page.openers, page.section),
        "parents": _parents(page),
        "below": [] if page.section.anchor else _described(around.below(topic)),
        "minutes": page.minutes,
        "see_also": _links(page.alike),
        "linking": _links(page.linking),
        **neighbours(around, topic, page.openers, page.section),
        **_by_kind(request, topic, page, nodes),
    }
    if context["hides_answers"]:
        _keep_hidden(topic, context)
    return render(request, "topics/read.html", context)


def _keep_hidden(topic: Topic, context: dict[str, Any]) -> None:
    """The answers stay hidden on the way through the topic's pages."""
    start = topic.get_absolute_url()
    for entry in (context["previous"], context["following"], *context.get("inner", [])):
        if entry is not None and entry.url.startswith(start):
            entry.url += HIDDEN


def _by_kind(request: HttpRequest, topic: Topic, page: Page, nodes: list[Node]) -> dict[str, Any]:
    """What the page shows beyond its text because of the topic's kind."""
    shown: dict[str, Any] = {}
    if topic.kind == Topic.Kind.OUTLINE:
        query = clean(request, "filter")[:LONGEST_FILTER]
        for node in nodes:
            if match := page.matches.get(node.section.match_id or 0):
                node.elsewhere = (_label(match), _url(match))
        shown |= {"outline": outline_of(topic, page.section, query), "items": items_of(nodes)}
    elif topic.kind == Topic.Kind.ROADMAP:
        shown["runs"] = card_runs(nodes)
    elif topic.kind == Topic.Kind.PATH and page.steps:
        html, count, total = steps_with_minutes(page.section.html, page.steps)
        for node in nodes:
            node.html, more, longer = steps_with_minutes(node.html, page.steps)
            count, total = count + more, total + longer
        shown |= {"html": html, "step_count": count, "step_minutes": total}
    elif topic.kind == Topic.Kind.GLOSSARY:
        shown["letters"] = _letters(nodes)
    if topic.kind != Topic.Kind.OUTLINE:
        shown["inner"] = pages_below(topic, page.section, page.openers)
    if shown.get("inner") and not page.section.anchor:
        shown |= {"page_count": len(page.openers), "minutes": minutes(topic.words)}
    is_interview = topic.kind == Topic.Kind.INTERVIEW
    shown["is_answer"] = is_interview and bool(page.section.anchor and page.section.html)
    asks = mark_answers(nodes, is_interview=is_interview)
    leads_to_answers = is_interview and bool(shown.get("inner"))
    shown["has_answers"] = asks or shown["is_answer"] or leads_to_answers
    shown["hides_answers"] = shown["has_answers"] and request.GET.get("answers") == "hidden"
    return shown


def _letters(nodes: list[Node]) -> list[tuple[str, str]]:
    """Of a glossary that is a document: each first letter, and the first heading that has it."""
    letters: dict[str, str] = {}
    for node in nodes:
        letters.setdefault(node.section.title[:1].upper(), node.section.anchor)
    return sorted(letters.items())


def _described(topics: list[Topic]) -> list[tuple[Topic, int]]:
    """Topics with their minutes, where they have text of their own."""
    return [(topic, minutes(topic.words) if topic.words else 0) for topic in topics]


def _parents(page: Page) -> list[Section]:
    """The pages above this one inside its topic, outermost first."""
    by_key = {opener.pk: opener for opener in page.openers}
    above = []
    parent = by_key.get(page.section.parent_id or 0)
    while parent is not None and parent.anchor:
        parent.topic = page.section.topic
        above.append(parent)
        parent = by_key.get(parent.parent_id or 0)
    return above[::-1]


def _links(sections: list[Section]) -> list[tuple[str, str]]:
    return [(_label(section), _url(section)) for section in sections]


def _label(section: Section) -> str:
    """The topic's title, and the section's after it."""
    topic_title = section.topic_title  # type: ignore[attr-defined]
    return f"{topic_title}: {section.title}" if section.anchor else topic_title


def _url(section: Section) -> str:
    return section_url(Topic(path=section.topic_path), section)  # type: ignore[attr-defined]


def _elsewhere(request: HttpRequest, parts: list[str]) -> HttpResponse:
    """Redirect from an earlier address; show what stood at that of a removed section; else 404."""
    full, head, last = "/".join(parts), "/".join(parts[:-1]), parts[-1]
    removed: dict[str, Any] = {}
    for topic in _holders(full):
        if topic.removed_at is None:
            return redirect(topic.get_absolute_url(), permanent=True)
        removed = removed or {"topic": topic}
    for topic in _holders(head):
        section = _section_of(topic, last)
        if section is None:
            continue
        if section.removed_at or section.topic.removed_at:
            removed = removed or {"topic": topic, "section": section}
        else:
            return redirect(section.get_absolute_url(), permanent=True)
    if not removed:
        raise Http404
    return render(request, "topics/gone.html", removed, status=410)


def _holders(path: str) -> list[Topic]:
    """The published topics that have or had a path, those that still live first."""
    held = Q(path=path) | Q(earlier_addresses__path=path)
    topics = Topic.objects.filter(held, status=Topic.Status.PUBLISHED).distinct()
    return sorted(topics, key=lambda topic: (topic.removed_at is not None, -topic.pk))


def _section_of(topic: Topic, anchor: str) -> Section | None:
    """The section that has or had an anchor in a topic, or the one that it was merged into."""
    held = Q(topic=topic, anchor=anchor) | Q(addresses__topic=topic, addresses__anchor=anchor)
    return _follow(Section.objects.filter(held).exclude(anchor=""))


def _follow(rows: SectionQuerySet) -> Section | None:
    """The section itself, or the one it was merged into, however often."""
    section = rows.select_related("topic").order_by(F("removed_at").desc(nulls_first=True)).first()
    for _ in range(20):
        if section is None or section.merged_into_id is None:
            break
        section = Section.objects.select_related("topic").get(pk=section.merged_into_id)
    return section
