"""The whole library as lists: the home page, and all topics by group or filter.

Of a large library these pages show a part, so only the rows of that part are read whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from sys import getsizeof
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest

from topics.kinds import STARTING_POINTS
from topics.models import Section, Topic, TopicQuerySet
from topics.page_cache import Memory, keeps_pages, version_of
from topics.raw_sql import execute, statement
from topics.summaries import TopicSummary, minutes
from topics.visibility import published_sql, trees

RECENT = 6
MOST_GROUPS, MOST_SINGLES = 12, 8  # on the home page; the rest is a click away
MOST_ENTRIES, MOST_LEAVES = 60, 24  # of a group in the list of topics, and of one of its entries
MOST_MATCHES = 300  # in the list with filters
UNKNOWN = "\N{REPLACEMENT CHARACTER}"  # in place of a value that no topic has


@dataclass(frozen=True, slots=True)
class Group:
    """A topic and the first of those right below it; `hidden` counts the others.

    `words` and `documents` (topics without others below) are those of all that is below it.
    """

    topic: TopicSummary
    children: tuple["Group", ...]
    hidden: int
    words: int
    documents: int

    @property
    def is_folder(self) -> bool:
        """Whether topics are below it, shown or not."""
        return bool(self.children or self.hidden)

    @property
    def minutes(self) -> int:
        """Reading time of the topic and all below it."""
        return minutes(self.words)


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


class Choices(NamedTuple):
    """What topics can be filtered by: the values that published ones have."""

    kinds: frozenset[str]
    levels: frozenset[str]
    tags: frozenset[str]


memory: Memory[Choices] = Memory(share=0.01)


def choices(request: HttpRequest) -> Choices:
    """The choices; kept until the content changes, for each set of trees that readers may see."""
    version = version_of(request) if keeps_pages() else 0
    key = (str(trees()),)
    found = memory.get(version, key) if version else None
    if found is None:
        [row] = execute(statement("topics/filter_choices").format(published=published_sql()))
        found = Choices(*map(frozenset, row))
        if version:
            memory.keep(version, key, found, sum(map(getsizeof, found.tags)))
    return found


@dataclass(frozen=True, slots=True)
class Filters:
    """Which topics to list; an empty field matches all of them."""

    kind: str = ""
    level: str = ""
    tag: str = ""

    def __bool__(self) -> bool:
        return bool(self.kind or self.level or self.tag)

    def known(self, choices: "Choices") -> "Filters":
        """The same; values that no topic has become one, since they all find nothing."""
        given = zip((self.kind, self.level, self.tag), choices, strict=True)
        return Filters(*(v if not v or v in values else UNKNOWN for v, values in given))

    def apply(self, topics: TopicQuerySet) -> TopicQuerySet:
        """Those of the topics that match."""
        given = {"kind": self.kind, "level": self.level, "tags__contains": self.tag and [self.tag]}
        return topics.filter(**{name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class TopicList:
    """All topics by group, or with filters the documents that match.

    `topics` are the first of these, `count` is how many there are. `kinds`, `levels` and `tags` are
    what can be filtered by, the first two with their labels.
    """

    filters: Filters
    groups: tuple[Group, ...]
    singles: tuple[Group, ...]
    topics: tuple[TopicSummary, ...]
    count: int
    kinds: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]

    @property
    def kind_label(self) -> str:
        """What the chosen kind is called; empty where none is chosen, or an unknown one."""
        return dict(self.kinds).get(self.filters.kind, "")

    @property
    def hidden(self) -> int:
        """How many documents match and are not shown."""
        return self.count - len(self.topics)


class _Tree:
    """Which published topic is below which, in order, with the sums of what is below each."""

    def __init__(self) -> None:
        """One query."""
        rows = Topic.objects.published().order_by("position", "path")
        found = list(rows.values_list("pk", "parent_id", "words"))
        self._words = {pk: words for pk, _, words in found}
        self._below: dict[int | None, list[int]] = {}
        for pk, parent, _ in found:
            self._below.setdefault(parent if parent in self._words else None, []).append(pk)
        self.sums: dict[int, tuple[int, int]] = {}  # words and documents
        for top in self._below.get(None, []):
            self._add_up(top)

    def _add_up(self, pk: int) -> tuple[int, int]:
        below = [self._add_up(child) for child in self._below.get(pk, [])]
        words = self._words[pk] + sum(words for words, _ in below)
        self.sums[pk] = words, sum(documents for _, documents in below) or 1
        return self.sums[pk]

    @property
    def document_count(self) -> int:
        """How many topics have words and no others below."""
        return sum(1 for pk, words in self._words.items() if words and pk not in self._below)

    def tops(self) -> tuple[list[int], list[int]]:
        """The topics at the top: those with others below, and the rest."""
        tops = self._below.get(None, [])
        folders = [pk for pk in tops if pk in self._below]
        return folders, [pk for pk in tops if pk not in self._below]

    def groups(self, keys: Sequence[int], *most: int) -> tuple[Group, ...]:
        """These topics, the first `most[0]` right below each, of theirs `most[1]`, and so on.

        One query.
        """
        rows = Topic.objects.published().filter(pk__in=list(self._shown(keys, most)))
        topics = {topic.id: topic for topic in _summaries(rows)}

        def group(pk: int, most: Sequence[int]) -> Group:
            below = self._below.get(pk, [])
            shown = below[: most[0]] if most else []
            children = tuple(group(child, most[1:]) for child in shown if child in topics)
            return Group(topics[pk], children, len(below) - len(shown), *self.sums[pk])

        return tuple(group(pk, most) for pk in keys if pk in topics)

    def _shown(self, keys: Iterable[int], most: Sequence[int]) -> Iterator[int]:
        for pk in keys:
            yield pk
            if most:
                yield from self._shown(self._below.get(pk, [])[: most[0]], most[1:])


def home() -> Home:
    """The home page. Six queries."""
    tree = _Tree()
    folders, singles = tree.tops()
    hidden = folders[MOST_GROUPS:] + singles[MOST_SINGLES:]
    published = Topic.objects.published()
    is_folder = Exists(published.filter(parent=OuterRef("pk")))
    documents = published.filter(~is_folder, words__gt=0)
    # The document's own date counts before the time of its import.
    day = Coalesce("updated", TruncDate("changed_at"))
    return Home(
        groups=tree.groups(folders[:MOST_GROUPS]),
        singles=tree.groups(singles[:MOST_SINGLES]),
        hidden=sum(tree.sums[pk][1] for pk in hidden),
        paths=_summaries(documents.filter(kind__in=STARTING_POINTS).order_by("position", "path")),
        recent=_summaries(documents.order_by(day.desc(), "-changed_at", "path")[:RECENT]),
        document_count=tree.document_count,
        section_count=Section.objects.published().count(),
    )


def topic_list(filters: Filters, choices: Choices) -> TopicList:
    """All topics, or those that match the filters. Three queries."""
    groups: tuple[Group, ...] = ()
    singles: tuple[Group, ...] = ()
    matches = Topic.objects.none()
    if filters:
        matches = filters.apply(Topic.objects.published().filter(words__gt=0))
    else:
        tree = _Tree()
        folders, others = tree.tops()
        groups, singles = tree.groups(folders, MOST_ENTRIES, MOST_LEAVES), tree.groups(others)
    kinds, levels, tags = choices
    return TopicList(
        filters=filters,
        groups=groups,
        singles=singles,
        topics=_summaries(matches.order_by("position", "path")[:MOST_MATCHES]),
        count=matches.count(),
        kinds=tuple((kind.value, str(kind.label)) for kind in Topic.Kind if kind in kinds),
        levels=tuple((level.value, str(level.label)) for level in Topic.Level if level in levels),
        tags=tuple(sorted(tags)),
    )


def _summaries(topics: TopicQuerySet) -> tuple[TopicSummary, ...]:
    return tuple(TopicSummary.of(topic) for topic in topics.defer("front_matter", "prerequisites"))
