"""What an address of a topic or section leads to: a page, another address, or a removal."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from django.db.models import F, Q, Subquery

from topics.addresses import place_url, topic_url
from topics.kinds import KINDS, WITH_CARDS, WITH_STEPS
from topics.models import Section, Topic
from topics.navigation import Around, neighbours, pages_above, tree
from topics.page import Extent, InnerPage, Node, Options, ReadingPage, Shape
from topics.page_query import Row, Rows, rows_at
from topics.summaries import Place, TopicSummary, minutes
from topics.visibility import Current, trees
from topics.walks import walk

HIDDEN = "?answers=hidden"

Entry = TypeVar("Entry", Place, InnerPage)


@dataclass(frozen=True, slots=True)
class Moved:
    """The address redirects: permanently, or to its place on the page that shows it now."""

    url: str
    is_permanent: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that was here and was removed; `topic` is the section's, if that still exists."""

    title: str
    removed_at: datetime
    is_section: bool
    topic: Place | None = None


def read(path: str, options: Options) -> ReadingPage | Moved | Gone | None:
    """What to show at a path below /topics/; None if there never was anything.

    Two queries for a page, one more for an outline and for a page read along a path.
    """
    rows = rows_at(
        path, with_steps=WITH_STEPS, with_cards=WITH_CARDS, with_extent=options.with_extent
    )
    if rows is None:
        return _elsewhere(path)
    around = Around(path)
    if not around.above or around.above[-1].id != rows.page.topic_id:
        return None  # it changed between the two queries
    if rows.target.id != rows.page.id:
        return Moved(place_url(rows.page.heading.url, rows.target.anchor), is_permanent=False)
    return _page(rows, around, options)


def section_at(address: str, among: Collection[int] | None = None) -> Section | None:
    """The published section at an address as a browser shows it, or at a path below /topics/.

    Earlier addresses count, and the place on a page (`#anchor`) where one is named. It is one that
    the present reader may see, or in one of the trees `among`.
    """
    seen = trees() if among is None else among
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    root = urlsplit(topic_url("")).path.strip("/")
    path, anchor = unquote(parts.path).strip("/"), unquote(parts.fragment)
    path = path.removeprefix(f"{root}/")
    head, _, last = path.rpartition("/")
    if not path or "\0" in path + anchor:
        return None
    for held, wanted in ((path, anchor), (head, anchor or last)):
        for topic in _holders(held, seen):
            section = _section_of(topic, wanted) if wanted else None
            if not wanted:
                section = topic.sections.filter(anchor="", removed_at=None).first()
            if section is None or section.gone_at or not section.topic.is_released:
                continue
            if section.topic.tree in seen:
                return section
    return None


def _page(rows: Rows, around: Around, options: Options) -> ReadingPage:
    page, topic = rows.page, around.above[-1]
    kind = KINDS[topic.kind]
    shape = kind.shape(rows, options)
    nodes = _nodes(rows, shape)
    contents = kind.inner(rows)
    previous, following = neighbours(around, rows)
    is_first = not page.anchor
    has_answers = kind.has_answers(shape.answers, has_contents=bool(contents))
    hides_answers = has_answers and options.hides_answers
    if hides_answers:
        contents = tuple(_hidden(entry, topic) for entry in contents)
        previous = previous and _hidden(previous, topic)
        following = following and _hidden(following, topic)
    is_start = bool(contents) and is_first
    above = [summary.place for summary in around.above[: -1 if is_first else None]]
    return ReadingPage(
        topic=topic,
        source=around.source,
        verified=around.verified,
        section=page.heading,
        html=shape.html.get(page.id, page.html),
        is_answer=page.id in shape.answers,
        above=(*above, *(row.heading.place for row in pages_above(rows))),
        nodes=tuple(nodes),
        runs=kind.runs(nodes),
        tree=tree(around, rows),
        contents=contents,
        contents_title=kind.contents_title(is_first=is_first),
        below=tuple(around.below(topic)) if is_first else (),
        see_also=_places(rows.alike),
        linking=_places(rows.linking),
        translations=tuple(around.translations),
        previous=previous,
        following=following,
        minutes=topic.minutes if is_start else minutes(sum(row.words for row in rows.sections)),
        page_count=len(rows.openers) if is_start else 0,
        has_answers=has_answers,
        hides_answers=hides_answers,
        outline=shape.outline,
        steps=shape.steps,
        letters=shape.letters,
        extent=Extent.of(page.extent) if page.extent else None,
        walk=walk(options.path, page, following) if options.path else None,
    )


def _nodes(rows: Rows, shape: Shape) -> list[Node]:
    """The sections below the page's own, flat and in order; `children` hold them as a tree."""
    depths: dict[int | None, int] = {}
    for row in rows.below:
        depths[row.id] = depths.get(row.parent_id, 0) + 1
    first = rows.below[0].id if rows.below else 0
    below: dict[int | None, list[Node]] = {}
    nodes: list[Node] = []
    for row in reversed(rows.below):
        node = Node(
            row.heading,
            depths[row.id],
            html=shape.html.get(row.id, row.html),
            is_item=row.is_item,
            is_answer=row.id in shape.answers,
            is_twin=row.id == first and not rows.page.html and row.title == rows.page.title,
            elsewhere=shape.elsewhere.get(row.id),
            children=tuple(reversed(below.pop(row.id, []))),
        )
        below.setdefault(row.parent_id, []).append(node)
        nodes.append(node)
    return nodes[::-1]


def _hidden(entry: Entry, topic: TopicSummary) -> Entry:
    """Keep answers hidden on the topic's other pages."""
    return replace(entry, url=entry.url + HIDDEN) if entry.url.startswith(topic.url) else entry


def _places(rows: list[Row]) -> tuple[Place, ...]:
    return tuple(Place(row.label, row.heading.url) for row in rows)


def _elsewhere(path: str) -> Moved | Gone | None:
    """Where an earlier address leads now, or what was removed there."""
    gone = None
    for topic in _holders(path, trees()):
        if topic.removed_at is None:
            return Moved(topic.get_absolute_url(), is_permanent=True)
        gone = gone or Gone(topic.title, topic.removed_at, is_section=False)
    head, _, last = path.rpartition("/")
    for topic in _holders(head, trees()):
        section = _section_of(topic, last)
        if section is None or not section.topic.is_seen:
            continue
        if section.gone_at is None:
            return Moved(section.get_absolute_url(), is_permanent=True)
        left = None if topic.removed_at else Place(topic.title, topic.get_absolute_url())
        gone = gone or Gone(section.title, section.gone_at, is_section=True, topic=left)
    return gone


def _holders(path: str, seen: Collection[int]) -> list[Topic]:
    """The topics in these trees (no drafts) that have or had a path, those not removed first."""
    held = Q(path=path) | Q(earlier_addresses__path=path)
    topics = Topic.objects.filter(held, status=Topic.Status.PUBLISHED, tree__in=seen).distinct()
    return sorted(topics, key=lambda topic: (topic.removed_at is not None, -topic.pk))


def _section_of(topic: Topic, anchor: str) -> Section | None:
    """The section that has or had an anchor in a topic, or the one that it was merged into."""
    held = Q(topic=topic, anchor=anchor) | Q(addresses__topic=topic, addresses__anchor=anchor)
    rows = Section.objects.filter(held).exclude(anchor="")
    newest = rows.order_by(F("removed_at").desc(nulls_first=True)).annotate(today=Current("pk"))
    sections = Section.objects.select_related("topic")
    return sections.filter(pk=Subquery(newest.values("today")[:1])).first()
