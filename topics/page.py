"""Pages as values: what templates show and an API can serve. No request, no query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any, NamedTuple

from django.utils.html import strip_tags
from django.utils.text import Truncator

from topics.addresses import on_path
from topics.summaries import Place, SectionHeading, TopicSummary

DESCRIPTION = 155  # characters that search engines show


class Branch(NamedTuple):
    """An entry of the tree beside a page, for a topic or for a section that opens a page.

    `topic` or `section` is its key, `hidden` counts the neighbours left out after it.
    """

    title: str
    url: str
    number: str = ""
    topic: int = 0
    section: int = 0
    is_current: bool = False
    is_open: bool = False
    children: tuple["Branch", ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A section below the one that opens its page, `depth` levels below it.

    `children` are those below it. `is_twin` says that it only repeats the page's title, right
    below it; `is_answer` that its text answers its heading. `elsewhere` explains a bare item of an
    outline.
    """

    section: SectionHeading
    depth: int
    html: str = ""
    is_item: bool = False
    is_answer: bool = False
    is_twin: bool = False
    elsewhere: Place | None = None
    children: tuple["Node", ...] = ()

    @property
    def rank(self) -> int:
        """As in `<h2>` to `<h6>`."""
        return min(6, self.depth + 1)


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive sections of a page, shown below each other or as cards in one grid."""

    nodes: tuple[Node, ...]
    is_cards: bool = False


@dataclass(frozen=True, slots=True)
class InnerPage:
    """A page right below the one that is shown, with the pages right below it in turn.

    `purpose` (HTML) and `tools` are those of a roadmap's step.
    """

    section: SectionHeading
    url: str
    minutes: int
    inner: tuple[SectionHeading, ...] = ()
    purpose: str = ""
    tools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a learning path, with what it leads to and how long that takes to read."""

    number: int
    text: str
    title: str
    url: str
    minutes: int


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An entry of an outline. `below` counts all entries under it, shown or not."""

    id: int
    number: str
    title: str
    url: str
    has_text: bool
    below: int
    children: tuple["OutlineItem", ...] = ()
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """Of `total` entries, `items` are the topmost shown.

    With a `query` these lead to the matches, of which there are `matches`; `is_cut` says that not
    all of them are shown.
    """

    items: tuple[OutlineItem, ...]
    total: int
    query: str = ""
    matches: int = 0
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Extent:
    """Which sections of a topic are where, by key.

    `words` has all of them in order; `pages` those that each page shows, by the section that opens
    it; `inside` each section with all below it.
    """

    words: Mapping[int, int]
    pages: Mapping[int, tuple[int, ...]]
    inside: Mapping[int, tuple[int, ...]]

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> "Extent":
        """From key, parent, page and words of the sections in order."""
        words: dict[int, int] = {}
        parents: dict[int, int | None] = {}
        pages: dict[int, list[int]] = {}
        inside: dict[int, list[int]] = {}
        for key, parent, page, count in rows:
            words[key], parents[key] = count, parent
            pages.setdefault(page, []).append(key)
            above: int | None = key
            while above is not None:
                inside.setdefault(above, []).append(key)
                above = parents.get(above)
        return cls(words, _tuples(pages), _tuples(inside))


def _tuples(lists: Mapping[int, list[int]]) -> dict[int, tuple[int, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader asks of a page: to filter its outline, to hide its answers.

    `path` is the learning path, as its topic's path, that it is read along. `with_extent` is for
    readers with an account, whose marks are counted.
    """

    filter: str = ""
    hides_answers: bool = False
    with_extent: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a page is on a learning path: it is these of `count` steps, in their order.

    `topic` is the path of the topic that is the learning path.
    """

    topic: str
    path: Place
    numbers: tuple[int, ...]
    count: int
    previous: Place | None
    following: Place | None

    def along(self, url: str) -> str:
        """An address as it is read on this path."""
        return on_path(url, self.topic)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a topic's kind adds to a page. Mappings are by section key.

    `html` replaces the text of sections; `answers` are those whose text answers their heading.
    """

    answers: frozenset[int] = frozenset()
    html: Mapping[int, str] = field(default_factory=dict)
    elsewhere: Mapping[int, Place] = field(default_factory=dict)
    outline: Outline | None = None
    steps: tuple[Step, ...] = ()
    letters: tuple[tuple[str, str], ...] = ()  # each first letter, the first anchor that has it


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """One page of a topic: a section with everything below it, and where to go from there.

    `above` are the topics and sections above it, outermost first; `contents` the pages below it
    inside its topic, `below` the topics below its topic; `verified` is the day on which the topic
    was last checked against its sources; `translations` are the topics that are the same document
    in other languages; `extent` is known where it was asked for. On the first page of a topic with
    contents `minutes` is the time for the whole topic; on others `page_count` is 0.
    """

    topic: TopicSummary
    source: str
    verified: date | None
    section: SectionHeading
    html: str
    is_answer: bool
    above: tuple[Place, ...]
    nodes: tuple[Node, ...]
    runs: tuple[Run, ...]
    tree: tuple[Branch, ...]
    contents: tuple[InnerPage, ...]
    contents_title: str
    below: tuple[TopicSummary, ...]
    see_also: tuple[Place, ...]
    linking: tuple[Place, ...]
    translations: tuple[TopicSummary, ...]
    previous: Place | None
    following: Place | None
    minutes: int
    page_count: int
    has_answers: bool
    hides_answers: bool
    outline: Outline | None
    steps: tuple[Step, ...]
    letters: tuple[tuple[str, str], ...]
    extent: Extent | None
    walk: Walk | None = None

    @property
    def is_first(self) -> bool:
        """Whether it is the first page of its topic."""
        return not self.section.anchor

    @property
    def headings(self) -> list[Node]:
        """The sections that have a heading; items of outlines have none."""
        return [node for node in self.nodes if not node.is_item]

    @property
    def sections(self) -> list[SectionHeading]:
        """All that the page shows, its own first."""
        return [self.section, *(node.section for node in self.nodes)]

    @property
    def before(self) -> Place | None:
        """Where a reader comes from: along the path, or else in reading order."""
        return self.walk.previous if self.walk else self.previous

    @property
    def after(self) -> Place | None:
        """Where a reader goes on."""
        return self.walk.following if self.walk else self.following

    @property
    def answer_count(self) -> int:
        """How many of its sections answer a question."""
        return self.is_answer + sum(node.is_answer for node in self.nodes)

    @property
    def step_minutes(self) -> int:
        """Reading time of all steps together."""
        return sum(step.minutes for step in self.steps)

    @property
    def description(self) -> str:
        """For search engines: the topic's summary, or how the page's text begins."""
        if self.topic.summary and self.is_first:
            return Truncator(self.topic.summary).chars(DESCRIPTION)
        spaced = self.html.replace("</p>", " ").replace("</li>", " ")
        text = " ".join(unescape(strip_tags(spaced)).split())
        above = [] if self.is_first else [self.topic.title]
        start = ": ".join([*above, self.section.title])
        return Truncator(f"{start}. {text}" if text else start).chars(DESCRIPTION)
