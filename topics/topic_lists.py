"""The whole library as lists: the home page, and all topics by group or filter."""

from collections.abc import Iterable
from dataclasses import dataclass

from topics.kinds import KINDS
from topics.models import Section, Topic
from topics.page import TopicSummary, minutes

RECENT = 8
MOST_CARDS = 8  # topics of one group on the home page; the rest is a click away
MOST_GROUPS, MOST_SINGLES = 40, 24  # and of those at the top
COLUMNS = (
    "parent_id", "path", "title", "summary", "kind", "level", "tags", "words", "updated",
    "changed_at", "language",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """A topic with those below it, and their words and documents (topics without others below)."""

    topic: TopicSummary
    children: tuple["Group", ...]
    words: int
    documents: int

    @property
    def minutes(self) -> int:
        return minutes(self.words)

    @property
    def first(self) -> tuple["Group", ...]:
        return self.children[:MOST_CARDS]

    @property
    def hidden(self) -> int:
        return max(0, len(self.children) - MOST_CARDS)


@dataclass(frozen=True, slots=True)
class Home:
    """The home page. `hidden` counts the documents that it leaves out at the top."""

    groups: tuple[Group, ...]
    singles: tuple[Group, ...]
    hidden: int
    paths: tuple[TopicSummary, ...]
    recent: tuple[TopicSummary, ...]
    document_count: int
    section_count: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Which topics to list; an empty field matches all of them."""

    kind: str = ""
    level: str = ""
    tag: str = ""

    def __bool__(self) -> bool:
        return bool(self.kind or self.level or self.tag)

    def match(self, topic: TopicSummary) -> bool:
        return (
            self.kind in ("", topic.kind)
            and self.level in ("", topic.level)
            and (not self.tag or self.tag in topic.tags)
        )


@dataclass(frozen=True, slots=True)
class TopicList:
    """All topics by group, or with filters the documents that match.

    `kinds`, `levels` and `tags` are what can be filtered by, the first two with their labels.
    """

    filters: Filters
    groups: tuple[Group, ...]
    singles: tuple[Group, ...]
    topics: tuple[TopicSummary, ...]
    kinds: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]


def home() -> Home:
    """The home page. Two queries."""
    topics = _topics()
    folders, singles = _grouped(topics)
    parents = {topic.parent_id for topic in topics}
    documents = [topic for topic in topics if topic.words and topic.id not in parents]
    recent = sorted(documents, key=_last_change, reverse=True)
    hidden = [*folders[MOST_GROUPS:], *singles[MOST_SINGLES:]]
    return Home(
        groups=folders[:MOST_GROUPS],
        singles=singles[:MOST_SINGLES],
        hidden=sum(group.documents for group in hidden),
        paths=tuple(topic for topic in documents if KINDS[topic.kind].is_starting_point),
        recent=tuple(recent[:RECENT]),
        document_count=len(documents),
        section_count=Section.objects.published().count(),
    )


def topic_list(filters: Filters) -> TopicList:
    """All topics, or those that match the filters. One query."""
    topics = _topics()
    folders, singles = _grouped([] if filters else topics)
    chosen = [topic for topic in topics if topic.words and filters.match(topic)] if filters else []
    kinds, levels = ({getattr(topic, name) for topic in topics} for name in ("kind", "level"))
    return TopicList(
        filters=filters,
        groups=folders,
        singles=singles,
        topics=tuple(chosen),
        kinds=tuple((kind.value, str(kind.label)) for kind in Topic.Kind if kind in kinds),
        levels=tuple((level.value, str(level.label)) for level in Topic.Level if level in levels),
        tags=tuple(sorted({tag for topic in topics for tag in topic.tags})),
    )


def _grouped(topics: Iterable[TopicSummary]) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """The topics as trees, with words and documents summed up from below: groups, and the rest."""
    topics = list(topics)
    known = {topic.id for topic in topics}
    below: dict[int, list[TopicSummary]] = {}  # 0 for those at the top
    for topic in topics:
        parent = topic.parent_id if topic.parent_id in known else None
        below.setdefault(parent or 0, []).append(topic)

    def groups(key: int) -> tuple[Group, ...]:
        return tuple(group(topic) for topic in below.get(key, []))

    def group(topic: TopicSummary) -> Group:
        children = groups(topic.id)
        words = topic.words + sum(child.words for child in children)
        return Group(topic, children, words, sum(child.documents for child in children) or 1)

    tops = groups(0)
    folders = tuple(top for top in tops if top.children)
    return folders, tuple(top for top in tops if not top.children)


def _topics() -> list[TopicSummary]:
    rows = Topic.objects.published().only(*COLUMNS).order_by("position", "path")
    return [TopicSummary.of(row) for row in rows]


def _last_change(topic: TopicSummary) -> tuple[str, str]:
    """The document's own date counts before the time of its import."""
    return (str(topic.updated or topic.changed_at.date()), str(topic.changed_at))
