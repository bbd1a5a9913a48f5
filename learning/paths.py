"""How far a learner is on the learning paths of the library, and what to read before a topic."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User
from django.db.models import QuerySet

from learning.figures import HELD_DAYS
from learning.marks import Question, Row, states
from learning.models import read_here_sql
from topics.addresses import section_url, topic_url
from topics.kinds import WITH_STEPS
from topics.models import Topic
from topics.page import Extent
from topics.raw_sql import execute, statement
from topics.summaries import minutes
from topics.visibility import published_sql, published_to_trees_sql, published_topic


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: what it leads to, and how many of its words are read."""

    number: int
    title: str
    url: str
    topic: int
    section: int
    words: int
    read: int

    @property
    def is_done(self) -> bool:
        """Whether all words of the step are read."""
        return self.read >= self.words

    @property
    def minutes_left(self) -> int:
        """0 for a step that is done."""
        return 0 if self.is_done else minutes(self.words - self.read)


@dataclass(frozen=True)
class Path:
    """A learning path with its steps in order, and how many of its cards hold."""

    topic: int
    title: str
    url: str
    steps: tuple[Step, ...]
    cards: int = 0
    held: int = 0

    @property
    def is_remembered(self) -> bool:
        """Whether all of it is read, and none of its cards was failed for HELD_DAYS."""
        return self.next is None and 0 < self.cards == self.held

    @cached_property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)

    @cached_property
    def share(self) -> float:
        """How much of its words is read, from 0 to 1."""
        words = sum(step.words for step in self.steps)
        return sum(min(step.read, step.words) for step in self.steps) / words if words else 0.0

    @cached_property
    def minutes_left(self) -> int:
        """Of all steps that are not done."""
        return sum(step.minutes_left for step in self.steps)

    @cached_property
    def next(self) -> Step | None:
        """The first step that is not done."""
        return next((step for step in self.steps if not step.is_done), None)

    def here(self, shown: Collection[int], extent: Extent) -> list[Step]:
        """The steps whose goals hold the page that shows these sections, in their order."""
        return [
            s for s in self.steps if not set(extent.inside.get(s.section, ())).isdisjoint(shown)
        ]

    def after(self, here: Sequence[Step]) -> Step | None:
        """The step that follows those of a page, the next that is not done if there is any."""
        last = _first_run(here)[-1].number
        later = [step for step in self.steps if step.number > last and step not in here]
        return next((step for step in later if not step.is_done), later[0] if later else None)


def _first_run(steps: Sequence[Step]) -> list[Step]:
    """The first of some steps, with those that follow it one by one."""
    run = [steps[0]]
    for step in steps[1:]:
        if step.number == run[-1].number + 1:
            run.append(step)
    return run


@dataclass(frozen=True, slots=True)
class Needed:
    """A topic to read first, and the minutes left of it; 0 if it is read."""

    title: str
    url: str
    minutes_left: int


def _path(row: Row) -> Path:
    told = json.loads(row.text)
    steps = tuple(
        Step(number, title, section_url(path, anchor), *rest)
        for number, (title, path, anchor, *rest) in enumerate(told["steps"], 1)
    )
    return Path(
        row.number, told["title"], topic_url(told["path"]), steps, told["cards"], told["held"]
    )


def _paths(rows: list[Row]) -> list[Path]:
    """Those that the learner is on come first."""
    paths = [_path(row) for row in rows]
    return sorted(paths, key=lambda path: (not any(s.read for s in path.steps), path.title))


def _needed(rows: list[Row]) -> list[Needed]:
    found = []
    for row in sorted(rows):
        title, path, words, read = json.loads(row.text)
        left = 0 if read >= words else minutes(words - read)
        found.append(Needed(title, topic_url(path), left))
    return found


PATHS = Question(
    statement("learning/paths").format(
        kinds="{" + ",".join(WITH_STEPS) + "}",
        published=published_to_trees_sql("topic", "goal"),
        published_path=published_to_trees_sql("topic"),
        here=read_here_sql("ARRAY(SELECT id FROM inside)"),
        held_days=HELD_DAYS,
    ),
    _paths,
)
ADVICE = Question(
    statement("learning/advice").format(
        published=published_to_trees_sql("topic"),
        here=read_here_sql(
            "ARRAY(SELECT section.id FROM topics_section section"
            " WHERE section.topic_id = ANY (ARRAY(SELECT id FROM needed)))"
        ),
    ),
    _needed,
)


def sections_of(topic: int) -> list[int]:
    """The published sections that the steps of a learning path hold. One query."""
    sql = statement("learning/path_sections").format(published=published_sql("topic", "goal"))
    return [pk for (pk,) in execute(sql, {"topic": topic})]


def own(user: User) -> list[Path]:
    """The learning paths that the learner has begun, those nearest to their end first, and what is
    done last. Two queries."""
    keys = list(_published().values_list("pk", flat=True))
    found = states(user, {"paths": keys}).get("paths", {})
    by_topic = {path.topic: path for rows in found.values() for path in rows}
    begun = [p for key, p in by_topic.items() if key in keys and any(s.read for s in p.steps)]
    return sorted(begun, key=lambda path: (path.next is None, -path.share, path.title))


def first(most: int, begun: Collection[int] = ()) -> list[Topic]:
    """Some learning paths to begin with, without those that are begun. One query."""
    return list(_published().exclude(pk__in=begun).order_by("path")[:most])


def _published() -> QuerySet[Topic]:
    with_steps = Topic.objects.filter(sections__removed_at=None, sections__steps__isnull=False)
    return with_steps.filter(published_topic(), kind__in=WITH_STEPS).distinct()
