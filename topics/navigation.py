"""Where to go from a page: the tree beside it, the topics above it, previous and next."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q

from topics.models import Topic
from topics.page import Branch, Place, TopicSummary
from topics.page_query import Row, Rows

WINDOW = 40  # neighbours of one level that the tree shows


class Around:
    """The topics above an address, those beside each of them, those below it, and the same document
    in other languages: one query.

    Beside a topic at the top are those of its source.
    """

    def __init__(self, path: str) -> None:
        parts = path.split("/")
        prefixes = ["/".join(parts[: i + 1]) for i in range(len(parts))]
        live = Topic.objects.published()
        found = Q(path__in=prefixes) | Q(parent__path__in=prefixes, parent__removed_at=None)
        found |= Q(parent=None, source__in=live.filter(path=parts[0]).values("source"))
        documents = live.filter(path__in=prefixes).exclude(document="").values("document")
        topics = live.filter(found | Q(document__in=documents))
        topics = topics.defer("front_matter", "prerequisites")
        topics = topics.annotate(verified=F("front_matter__extra__verified"))
        self._below: dict[int | None, list[TopicSummary]] = {}
        self._sources: dict[int, str] = {}
        self._verified: dict[int, date | None] = {}
        ordered = list(topics.order_by("position", "path"))
        self.translations = _translations(ordered, prefixes)
        tops = {topic.source for topic in ordered if topic.path == parts[0]}
        for topic in ordered:
            above, _, _ = topic.path.rpartition("/")
            is_top = not above and topic.source in tops
            if not is_top and above not in prefixes and topic.path not in prefixes:
                continue  # it is only a translation
            self._below.setdefault(topic.parent_id, []).append(TopicSummary.of(topic))
            self._sources[topic.pk] = f"{topic.source}/{topic.origin}"
            self._verified[topic.pk] = _day(topic.verified)
        self.above = self._line(prefixes)

    def _line(self, prefixes: Sequence[str]) -> list[TopicSummary]:
        by_path = {topic.path: topic for topics in self._below.values() for topic in topics}
        return [by_path[prefix] for prefix in prefixes if prefix in by_path]

    def source(self, topic: TopicSummary) -> str:
        """The file that the topic comes from, below the name of its source."""
        return self._sources[topic.id]

    def verified(self, topic: TopicSummary) -> date | None:
        """When the topic was last checked against its sources, as the document itself says."""
        return self._verified[topic.id]

    def below(self, topic: TopicSummary) -> list[TopicSummary]:
        return self._below.get(topic.id, [])

    def beside(self, topic: TopicSummary) -> list[TopicSummary]:
        """The topics of the same parent, itself among them; at the top those of its source."""
        return self._below.get(topic.parent_id, [])


def _translations(topics: Sequence[Topic], prefixes: Sequence[str]) -> list[TopicSummary]:
    """Of these topics those that are the same document as the one at the innermost address."""
    by_path = {topic.path: topic for topic in topics if topic.path in prefixes}
    here = by_path[max(by_path, key=len)] if by_path else None
    if here is None or not here.document:
        return []
    same = [t for t in topics if t.document == here.document and t.pk != here.pk]
    return sorted(map(TopicSummary.of, same), key=lambda topic: topic.lang)


def _day(text: object) -> date | None:
    """A day as front matter gives it; anybody may have written it."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def tree(around: Around, rows: Rows) -> tuple[Branch, ...]:
    """From the topic's top down, the open branch only; below the topic its pages and topics."""
    topic = around.above[-1]
    below = tuple(Branch(child.title, child.url) for child in around.below(topic))
    branches = _pages(rows) + below
    for above in reversed(around.above):
        is_current = above is topic and not rows.page.anchor
        branches = _level(around.beside(above), above, branches, is_current=is_current)
    return branches


def _level(
    topics: list[TopicSummary],
    opened: TopicSummary,
    children: tuple[Branch, ...],
    *,
    is_current: bool,
) -> tuple[Branch, ...]:
    """One level of the tree: at most WINDOW topics about the open one."""
    index = topics.index(opened)
    start = max(0, min(index - WINDOW // 2, len(topics) - WINDOW))
    shown = topics[start : start + WINDOW]
    hidden = len(topics) - len(shown)
    return tuple(
        Branch(
            topic.title,
            topic.url,
            is_current=is_current and topic is opened,
            is_open=topic is opened,
            children=children if topic is opened else (),
            hidden=hidden if topic is shown[-1] else 0,
        )
        for topic in shown
    )


def _pages(rows: Rows) -> tuple[Branch, ...]:
    """The topic's pages: those above the page, beside it and below it, not the others' insides."""
    by_key = {opener.id: opener for opener in rows.openers}
    inside: dict[int, list[Row]] = {}  # by the page above, 0 for those of the topic itself
    for opener in rows.openers:
        if opener.anchor:
            parent = by_key.get(opener.parent_id or 0)
            key = parent.id if parent and parent.anchor else 0
            inside.setdefault(key, []).append(opener)
    opened = {rows.page.id, *(row.id for row in pages_above(rows))}

    def branches(key: int) -> tuple[Branch, ...]:
        return tuple(
            Branch(
                row.title,
                row.heading.url,
                row.number,
                is_current=row.id == rows.page.id,
                is_open=row.id in opened,
                children=branches(row.id) if row.id in opened else (),
            )
            for row in inside.get(key, [])
        )

    return branches(0)


def pages_above(rows: Rows) -> list[Row]:
    """The pages above the page inside its topic, outermost first, but the topic's first one."""
    by_key = {opener.id: opener for opener in rows.openers}
    above = []
    parent = by_key.get(rows.page.parent_id or 0)
    while parent is not None and parent.anchor:
        above.append(parent)
        parent = by_key.get(parent.parent_id or 0)
    return above[::-1]


def neighbours(around: Around, rows: Rows) -> tuple[Place | None, Place | None]:
    """Previous and next in reading order: the topic's pages, then the topics below and beside."""
    pages = rows.openers
    index = next((i for i, opener in enumerate(pages) if opener.id == rows.page.id), 0)
    previous = pages[index - 1].heading.place if index else _before(around)
    following = pages[index + 1].heading.place if index + 1 < len(pages) else _after(around)
    return previous, following


def _before(around: Around) -> Place | None:
    topic = around.above[-1]
    beside = around.beside(topic)
    if index := beside.index(topic):
        return beside[index - 1].place
    return around.above[-2].place if around.above[:-1] else None


def _after(around: Around) -> Place | None:
    """The first topic below, else the next one beside it or beside one above it."""
    if below := around.below(around.above[-1]):
        return below[0].place
    for above in reversed(around.above):
        beside = around.beside(above)
        index = beside.index(above)
        if index + 1 < len(beside):
            return beside[index + 1].place
    return None
