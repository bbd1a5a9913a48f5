"""What pages and lists say of a topic or a section: title, address, reading time, labels."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from documents.languages import NAMES
from topics.addresses import section_url, topic_url
from topics.models import Section, Topic

WORDS_A_MINUTE = 220
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


def minutes(words: int) -> int:
    """Reading time in minutes, at least one."""
    return max(1, round(words / WORDS_A_MINUTE))


@dataclass(frozen=True, slots=True)
class Place:
    """A title with its address."""

    title: str
    url: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class SectionHeading:
    """A section as pages name it. `title_html` was sanitised when it was stored."""

    id: int
    topic_path: str
    anchor: str
    number: str
    title: str
    title_html: str = ""

    @classmethod
    def of(cls, section: Section) -> "SectionHeading":
        """From a row with its topic."""
        return cls(
            section.pk, section.topic.path, section.anchor, section.number, section.title,
            section.title_html,
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def url(self) -> str:
        """The lasting address."""
        return section_url(self.topic_path, self.anchor)

    @property
    def place(self) -> Place:
        """The section as an entry of a list."""
        return Place(self.title, self.url, self.number)


class Neighbour(NamedTuple):
    """A topic as trees name it. A page has up to a hundred: a tuple is made in a fifth of the time
    of a frozen dataclass."""

    id: int
    parent_id: int | None
    path: str
    title: str

    @property
    def place(self) -> Place:
        """The topic as an entry of a list."""
        return Place(self.title, topic_url(self.path))


@dataclass(frozen=True, slots=True)
class TopicSummary:
    """What pages and lists say of a topic."""

    id: int
    parent_id: int | None
    path: str
    title: str
    summary: str
    kind: str
    level: str
    tags: tuple[str, ...]
    words: int
    updated: date | None  # as the document itself says
    changed_at: datetime
    language: str = ""

    @classmethod
    def of(cls, topic: Topic) -> "TopicSummary":
        """From a row."""
        return cls(
            topic.pk, topic.parent_id, topic.path, topic.title, topic.summary, topic.kind,
            topic.level, tuple(topic.tags), topic.words, topic.updated, topic.changed_at,
            topic.language,
        )  # fmt: skip

    @property
    def url(self) -> str:
        """The address of the topic's first page."""
        return topic_url(self.path)

    @property
    def place(self) -> Place:
        """The topic as an entry of a list."""
        return Place(self.title, self.url)

    @property
    def lang(self) -> str:
        """The tag of the text's language; of one that is not known, English's."""
        return self.language or "en"

    @property
    def is_bidi(self) -> bool:
        """Whether the language is written from right to left."""
        return self.lang.partition("-")[0] in RIGHT_TO_LEFT

    @property
    def language_name(self) -> str:
        """What the language calls itself."""
        tag, _, variant = self.lang.partition("-")
        name = NAMES.get(tag, tag)
        return f"{name} ({variant})" if variant else name

    @property
    def minutes(self) -> int:
        """Reading time of the whole topic."""
        return minutes(self.words)

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        return str(Topic.Kind(self.kind).label)

    @property
    def level_label(self) -> str:
        """The level in the reader's language; empty if there is none."""
        return str(Topic.Level(self.level).label) if self.level else ""

    @property
    def changed_on(self) -> date:
        """The document's own date, or else that of its last change here."""
        return self.updated or self.changed_at
