"""One page of a topic: a section with all below it, and the ways from there."""

from dataclasses import dataclass, field

from django.db.models import F, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from topics.models import Section, Topic, TopicAddress
from topics.querysets import SectionQuerySet


@dataclass
class Node:
    """A section on its page. `heading` is 2 to 6; `before` opens and closes lists around items."""

    section: Section
    depth: int
    heading: int
    before: str = ""
    after: str = ""


@dataclass
class Branch:
    """An entry of the tree beside the text."""

    title: str
    number: str
    url: str
    is_current: bool = False
    children: list["Branch"] = field(default_factory=list)


@require_safe
def read(request: HttpRequest, path: str) -> HttpResponse:
    """Show the page at an address, or redirect to it. Three queries for a page that exists."""
    parts = path.strip("/").split("/")
    if "\x00" in path or len(path) > 1000:
        raise Http404
    topics = _topics_around(parts)
    full = "/".join(parts)
    topic, anchor = topics.get(full), ""
    if topic is None and len(parts) > 1:
        topic, anchor = topics.get("/".join(parts[:-1])), parts[-1]
    sections = _page(topic, anchor) if topic else []
    if topic is None or not sections:
        return _elsewhere(request, parts, topic, anchor)
    page = next((s for s in sections if s.pk == s.page_id), sections[0])
    if page.anchor != anchor:
        return redirect(f"{_url(topic, page.anchor)}#{anchor}")
    pages = list(
        Section.objects.filter(topic=topic, removed_at=None, page_id=F("pk"))
        .only("pk", "parent_id", "anchor", "number", "title", "level", "position", "topic_id")
        .order_by("position")
    )
    context = {
        "topic": topic,
        "ancestors": [t for p in _prefixes(parts) if (t := topics.get(p)) and t.pk != topic.pk],
        "page": page,
        "sections": sections,
        "nodes": nodes_of(page, sections),
        "tree": _tree(topic, topics, pages, page),
        "parents": _parents(topic, page, pages),
        "children": _children(topic, topics) if not page.anchor else [],
        "minutes": max(1, round(sum(s.words for s in sections) / 220)),
        **_neighbours(topic, topics, pages, page),
    }
    return render(request, "topics/read.html", context)


def _prefixes(parts: list[str]) -> list[str]:
    return ["/".join(parts[:i]) for i in range(1, len(parts) + 1)]


def _url(topic: Topic, anchor: str) -> str:
    return Section(topic=topic, anchor=anchor).get_absolute_url()


def _topics_around(parts: list[str]) -> dict[str, Topic]:
    """By path: the topics on the way to an address, with their siblings and children."""
    prefixes = _prefixes(parts)
    around = Q(path__in=prefixes) | Q(parent__path__in=prefixes[-2:], parent__removed_at=None)
    if len(parts) <= 2:
        around |= Q(parent=None)
    if len(parts) > 2:
        around |= Q(parent__path=prefixes[-3], parent__removed_at=None)
    topics = Topic.objects.published().filter(around).defer("front_matter")
    return {t.path: t for t in topics.order_by("position", "title")}


def _page(topic: Topic, anchor: str) -> list[Section]:
    """The sections of the page that shows this anchor, in order; none when there is no such."""
    page = Section.objects.filter(topic=topic, anchor=anchor, removed_at=None).values("page")
    rows = Section.objects.filter(topic=topic, page=Subquery(page[:1]), removed_at=None)
    fields = "pk topic_id parent_id page_id anchor number title title_html level is_item html words"
    found = list(rows.only(*fields.split(), "breadcrumbs", "changed_at").order_by("position"))
    for section in found:
        section.topic = topic
    return found


def _elsewhere(
    request: HttpRequest, parts: list[str], topic: Topic | None, anchor: str
) -> HttpResponse:
    """Redirect from an earlier address; show what stood at that of a removed section; else 404."""
    full, head = "/".join(parts), "/".join(parts[:-1])
    if topic is None:
        moved = {
            row.path: row.topic
            for row in TopicAddress.objects.filter(path__in=[full, head], topic__removed_at=None)
            .select_related("topic")
            .all()
        }
        if full in moved:
            return redirect(moved[full].get_absolute_url(), permanent=True)
        if head in moved:
            return redirect(_url(moved[head], parts[-1]), permanent=True)
        gone = Topic.objects.filter(path__in=[full, head]).exclude(removed_at=None)
        if gone.exists():
            return render(request, "topics/gone.html", {"topic": gone.first()}, status=410)
        raise Http404
    section = _follow(
        Section.objects.filter(addresses__topic=topic, addresses__anchor=anchor)
        | Section.objects.filter(topic=topic, anchor=anchor)
    )
    if section is None:
        raise Http404
    if section.removed_at or section.topic.removed_at:
        context = {"topic": topic, "section": section}
        return render(request, "topics/gone.html", context, status=410)
    return redirect(section.get_absolute_url(), permanent=True)


def _follow(rows: SectionQuerySet) -> Section | None:
    """The section itself, or the one it was merged into, however often."""
    section = rows.select_related("topic").light().first()
    for _ in range(20):
        if section is None or section.merged_into_id is None:
            break
        section = (
            Section.objects.select_related("topic").light().get(pk=section.merged_into_id)
        )
    return section


def nodes_of(page: Section, sections: list[Section]) -> list[Node]:
    """The sections below the page's own, with what the template needs to nest them."""
    depths = {page.pk: 0}
    nodes: list[Node] = []
    open_items: list[int] = []
    for section in sections:
        if section.pk == page.pk:
            continue
        depth = depths.get(section.parent_id or 0, 0) + 1
        depths[section.pk] = depth
        node = Node(section, depth, heading=min(6, depth + 1))
        if section.is_item:
            node.before = _list_tags(open_items, depth)
        elif open_items:
            node.before = "</li></ul>" * len(open_items)
            open_items.clear()
        nodes.append(node)
    if nodes and open_items:
        nodes[-1].after = "</li></ul>" * len(open_items)
    return nodes


def _list_tags(open_items: list[int], depth: int) -> str:
    """The tags between the item before and one at `depth`; keeps `open_items` up to date."""
    tags = ""
    while open_items and open_items[-1] > depth:
        open_items.pop()
        tags += "</li></ul>"
    if open_items and open_items[-1] == depth:
        return tags + "</li>"
    open_items.append(depth)
    return tags + '<ul class="items">'


def _parents(topic: Topic, page: Section, pages: list[Section]) -> list[Section]:
    """The pages above this one inside its topic, outermost first."""
    by_key = {p.pk: p for p in pages}
    above = []
    parent = by_key.get(page.parent_id or 0)
    while parent is not None and parent.anchor:
        parent.topic = topic
        above.append(parent)
        parent = by_key.get(parent.parent_id or 0)
    return above[::-1]


def _siblings(topic: Topic, topics: dict[str, Topic]) -> list[Topic]:
    return [t for t in topics.values() if t.parent_id == topic.parent_id]


def _children(topic: Topic, topics: dict[str, Topic]) -> list[Topic]:
    return [t for t in topics.values() if t.parent_id == topic.pk]


def _tree(
    topic: Topic, topics: dict[str, Topic], pages: list[Section], page: Section
) -> list[Branch]:
    """The siblings of the topic; below it its pages, or the topics it groups."""
    branches = []
    for sibling in _siblings(topic, topics):
        branch = Branch(sibling.title, "", sibling.get_absolute_url())
        if sibling.pk == topic.pk:
            branch.is_current = not page.anchor
            branch.children = [
                Branch(p.title, p.number, _url(topic, p.anchor), p.pk == page.pk)
                for p in pages
                if p.anchor
            ] + [Branch(t.title, "", t.get_absolute_url()) for t in _children(topic, topics)]
        branches.append(branch)
    return branches


def _neighbours(
    topic: Topic, topics: dict[str, Topic], pages: list[Section], page: Section
) -> dict[str, Branch | None]:
    """Previous and next: the pages of the topic, then the topics beside it."""
    index = next((i for i, p in enumerate(pages) if p.pk == page.pk), 0)
    previous = following = None
    if index > 0:
        p = pages[index - 1]
        previous = Branch(p.title, p.number, _url(topic, p.anchor))
    if index + 1 < len(pages):
        p = pages[index + 1]
        following = Branch(p.title, p.number, _url(topic, p.anchor))
    siblings = _siblings(topic, topics)
    here = next(i for i, t in enumerate(siblings) if t.pk == topic.pk)
    children = _children(topic, topics)
    if previous is None and here > 0:
        previous = Branch(siblings[here - 1].title, "", siblings[here - 1].get_absolute_url())
    elif previous is None and topic.parent_id:
        parent = next((t for t in topics.values() if t.pk == topic.parent_id), None)
        previous = parent and Branch(parent.title, "", parent.get_absolute_url())
    if following is None and children:
        following = Branch(children[0].title, "", children[0].get_absolute_url())
    elif following is None and here + 1 < len(siblings):
        following = Branch(siblings[here + 1].title, "", siblings[here + 1].get_absolute_url())
    return {"previous": previous, "following": following}
