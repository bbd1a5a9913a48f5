"""Where to go from a page: the tree beside it, the topics above it, previous and next."""

from datetime import date

from topics.addresses import topic_urls
from topics.page import Branch
from topics.page_query import Row, Rows
from topics.raw_sql import execute, statement
from topics.summaries import Neighbour, Place, TopicSummary
from topics.visibility import published_sql

WINDOW = 40  # neighbours of one level that the tree shows


class Around:
    """The topics above an address, some beside each of them, those below it, and the same document
    in other languages: one query.

    Beside a topic at the top are those of its source.
    """

    def __init__(self, path: str) -> None:
        parts = path.split("/")
        prefixes = ["/".join(parts[: i + 1]) for i in range(len(parts))]
        sql = statement("topics/around").format(published=published_sql())
        self._levels: dict[int | None, list[Neighbour]] = {}
        self._sizes: dict[int | None, int] = {}
        self._whole: dict[int, TopicSummary] = {}
        self.translations: list[TopicSummary] = []
        by_path: dict[str, tuple[TopicSummary, str, date | None]] = {}
        for row in execute(sql, {"prefixes": prefixes, "window": WINDOW}, keeps_plan=True):
            name, (size, *more, source, verified) = Neighbour._make(row[:4]), row[4:]
            if source is not None:
                self._whole[name.id] = TopicSummary(*name, *more)
            if size is None:
                self.translations.append(self._whole[name.id])
                continue
            if source is not None:
                by_path[name.path] = self._whole[name.id], source, _day(verified)
            self._levels.setdefault(name.parent_id, []).append(name)
            self._sizes[name.parent_id] = size
        line = [by_path[prefix] for prefix in prefixes if prefix in by_path]
        self.above = [topic for topic, _, _ in line]
        # The file that the last of them comes from, below the name of its source, and when that was
        # last checked against its own sources, as the document itself says.
        self.source, self.verified = line[-1][1:] if line else ("", None)

    def below(self, topic: TopicSummary) -> list[TopicSummary]:
        """The topics right below a topic, in order."""
        return [self._whole[name.id] for name in self._levels.get(topic.id, [])]

    def beside(self, topic: TopicSummary) -> list[Neighbour]:
        """At most WINDOW topics of the same parent about this one; at the top, of its source."""
        return self._levels[topic.parent_id]

    def hidden_beside(self, topic: TopicSummary) -> int:
        """How many topics of the same parent `beside` leaves out."""
        return self._sizes[topic.parent_id] - len(self.beside(topic))


def _day(text: object) -> date | None:
    """A day as front matter gives it; anybody may have written it."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def tree(around: Around, rows: Rows) -> tuple[Branch, ...]:
    """From the topic's top down, the open branch only; below the topic its pages and topics."""
    topic = around.above[-1]
    below = tuple(Branch(child.title, child.url, topic=child.id) for child in around.below(topic))
    branches = _pages(rows) + below
    for above in reversed(around.above):
        is_current = above is topic and not rows.page.anchor
        branches = _level(around, above, branches, is_current=is_current)
    return branches


def _level(
    around: Around, opened: TopicSummary, children: tuple[Branch, ...], *, is_current: bool
) -> tuple[Branch, ...]:
    shown = around.beside(opened)
    urls = topic_urls(topic.path for topic in shown)
    branches = [
        Branch(topic.title, url, topic=topic.id) for topic, url in zip(shown, urls, strict=True)
    ]
    at = _index(shown, opened)
    branches[at] = branches[at]._replace(is_current=is_current, is_open=True, children=children)
    branches[-1] = branches[-1]._replace(hidden=around.hidden_beside(opened))
    return tuple(branches)


def _index(level: list[Neighbour], topic: TopicSummary) -> int:
    return next(i for i, name in enumerate(level) if name.id == topic.id)


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
                section=row.id,
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
    if index := _index(beside, topic):
        return beside[index - 1].place
    return around.above[-2].place if around.above[:-1] else None


def _after(around: Around) -> Place | None:
    """The first topic below, else the next one beside it or beside one above it."""
    if below := around.below(around.above[-1]):
        return below[0].place
    for above in reversed(around.above):
        beside = around.beside(above)
        index = _index(beside, above)
        if index + 1 < len(beside):
            return beside[index + 1].place
    return None
