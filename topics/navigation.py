"""The ways from a page: the tree beside it, the topics above it, previous and next."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse

from topics.models import Section, Topic

WINDOW = 40  # neighbours of one level that the tree shows


@dataclass
class Branch:
    """An entry of the tree. `hidden` counts the neighbours that are left out."""

    title: str
    url: str
    number: str = ""
    is_current: bool = False
    is_open: bool = False
    children: list["Branch"] = field(default_factory=list)
    hidden: int = 0


class Around:
    """The topics above an address, those beside each of them, and those below it: one query."""

    def __init__(self, path: str) -> None:
        parts = path.split("/")
        prefixes = ["/".join(parts[: i + 1]) for i in range(len(parts))]
        found = Q(path__in=prefixes) | Q(parent__path__in=prefixes, parent__removed_at=None)
        topics = Topic.objects.published().filter(found).defer("front_matter", "prerequisites")
        self._below: dict[int | None, list[Topic]] = {}
        for topic in topics.order_by("position", "path"):
            self._below.setdefault(topic.parent_id, []).append(topic)
        self.above = self._line(prefixes)

    def _line(self, prefixes: Sequence[str]) -> list[Topic]:
        by_path = {topic.path: topic for topics in self._below.values() for topic in topics}
        return [by_path[prefix] for prefix in prefixes if prefix in by_path]

    def below(self, topic: Topic) -> list[Topic]:
        return self._below.get(topic.pk, [])

    def beside(self, topic: Topic) -> list[Topic]:
        """The topics of the same parent, itself among them; of a top topic only itself."""
        return self._below.get(topic.parent_id, []) if topic.parent_id else [topic]


def section_url(topic: Topic, section: Section) -> str:
    """The section's lasting address, from a topic that is at hand."""
    if not section.anchor:
        return reverse("topics:topic", args=[topic.path])
    return reverse("topics:section", args=[topic.path, section.anchor])


def tree(around: Around, topic: Topic, openers: list[Section], page: Section) -> list[Branch]:
    """From the topic's top down, the open branch only; below the topic its pages and topics."""
    own = _pages(topic, openers, page)
    branches: list[Branch] = []
    for above in reversed(around.above):
        branches = _level(around.beside(above), above, page, own + branches)
        own = []
        if above is topic:
            here = next(b for b in branches if b.is_open)
            here.children += [
                Branch(below.title, below.get_absolute_url()) for below in around.below(topic)
            ]
            here.is_current = not page.anchor
    return branches


def _level(
    topics: list[Topic], opened: Topic, page: Section, children: list[Branch]
) -> list[Branch]:
    """One level of the tree: at most WINDOW topics about the open one."""
    index = topics.index(opened)
    start = max(0, min(index - WINDOW // 2, len(topics) - WINDOW))
    shown = topics[start : start + WINDOW]
    branches = [Branch(topic.title, topic.get_absolute_url()) for topic in shown]
    here = branches[index - start]
    here.is_open, here.children = True, children
    here.hidden = 0
    branches[-1].hidden = len(topics) - len(shown)
    return branches


def _pages(topic: Topic, openers: list[Section], page: Section) -> list[Branch]:
    """The topic's pages: those above the page, beside it and below it, not the others' insides."""
    by_key = {opener.pk: opener for opener in openers}
    path = {page.pk}
    above = by_key.get(page.parent_id or 0)
    while above is not None:
        path.add(above.pk)
        above = by_key.get(above.parent_id or 0)
    inside: dict[int | None, list[Branch]] = {}
    top: list[Branch] = []
    for opener in openers:
        if not opener.anchor:
            continue
        branch = Branch(opener.title, section_url(topic, opener), opener.number)
        branch.is_current, branch.is_open = opener.pk == page.pk, opener.pk in path
        if opener.pk in path:
            inside[opener.pk] = branch.children
        parent = by_key.get(opener.parent_id or 0)
        if parent is None or not parent.anchor:
            top.append(branch)
        elif parent.pk in inside:
            inside[parent.pk].append(branch)
    return top


def neighbours(
    around: Around, topic: Topic, openers: list[Section], page: Section
) -> dict[str, Branch | None]:
    """Previous and next in reading order: the topic's pages, then the topics below and beside."""
    index = next((i for i, opener in enumerate(openers) if opener.pk == page.pk), 0)
    previous = _page_branch(topic, openers[index - 1]) if index > 0 else _before(around, topic)
    following = (
        _page_branch(topic, openers[index + 1])
        if index + 1 < len(openers)
        else _after(around, topic)
    )
    return {"previous": previous, "following": following}


def _page_branch(topic: Topic, opener: Section) -> Branch:
    return Branch(opener.title, section_url(topic, opener), opener.number)


def _topic_branch(topic: Topic) -> Branch:
    return Branch(topic.title, topic.get_absolute_url())


def _before(around: Around, topic: Topic) -> Branch | None:
    beside = around.beside(topic)
    index = beside.index(topic)
    if index > 0:
        return _topic_branch(beside[index - 1])
    parents = around.above[:-1]
    return _topic_branch(parents[-1]) if parents else None


def _after(around: Around, topic: Topic) -> Branch | None:
    """The first topic below, else the next one beside it or beside one above it."""
    if below := around.below(topic):
        return _topic_branch(below[0])
    for above in reversed(around.above):
        beside = around.beside(above)
        index = beside.index(above)
        if index + 1 < len(beside):
            return _topic_branch(beside[index + 1])
    return None
