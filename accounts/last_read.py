"""What a learner last could read of a section that she can read no longer.

Topics are withdrawn to be rewritten. What is written of a section while it is a draft, or private
to others, is not hers to see: her marks on it are listed under the names that it had before, which
revisions keep.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models.fields.json import KT

from importer.models import Revision
from topics.models import Section, Topic
from topics.visibility import PUBLIC, PUBLISHED

# What `as_last_read` needs of a section; whoever reads less of one has it read again.
NEEDED = (
    "title", "number", "anchor", "created_at", "removed_at", "topic__title", "topic__path",
    "topic__status", "topic__removed_at", "topic__tree",
)  # fmt: skip


class _Topic(NamedTuple):
    """A topic at some moment; `is_hidden` where it was a draft, or private to others."""

    title: str
    path: str
    is_hidden: bool
    is_removed: bool

    @property
    def is_read(self) -> bool:
        """Whether its reader could read it."""
        return not (self.is_hidden or self.is_removed)


@dataclass(frozen=True, slots=True)
class _Name:
    """The names of a section, and the change since which it has others; None if it had none."""

    topic: _Topic
    title: str = ""
    number: str = ""
    anchor: str = ""
    change: int | None = None


class _Then(NamedTuple):
    """A section before a change, or a topic."""

    change: int
    at: datetime
    topic: int
    of_section: tuple[str, str, str, bool] | None  # title, number, anchor, whether it was removed
    of_topic: _Topic | None


def as_last_read(sections: Iterable[Section]) -> dict[int, int | None]:
    """Give sections the names under which their reader last could read them, if they are others.

    Returns the keys of these, each with the change since which she cannot read it; None for one
    that she never could. They need their topics (NEEDED), and are never to be saved. No query
    where she may read all of them, at most seven.
    """
    lost = [section for section in sections if not section.is_published]
    if not lost:
        return {}
    names = _names({section.pk: section for section in lost})
    for section in lost:
        if name := names.get(section.pk):
            section.title, section.number = name.title or name.topic.title, name.number
            section.title_html, section.anchor, section.breadcrumbs = "", name.anchor, []
            section.topic.title, section.topic.path = name.topic.title, name.topic.path
    return {pk: name.change for pk, name in names.items()}


def _names(lost: Mapping[int, Section], *, with_merged: bool = True) -> dict[int, _Name]:
    pasts = _Pasts(lost)
    names = {pk: name for pk, section in lost.items() if (name := pasts.name_of(section))}
    unseen = [pk for pk, name in names.items() if name.change is None]
    if unseen and with_merged:  # what was merged into it meanwhile has a name for her
        rows = Section.objects.filter(merged_into__in=unseen).select_related("topic")
        merged = {row.pk: row for row in rows.only(*NEEDED, "merged_into").order_by("pk")}
        for pk, name in _names(merged, with_merged=False).items() if merged else ():
            if name.change is not None:
                names[merged[pk].merged_into_id or 0] = replace(name, change=None)
    return names


class _Pasts:
    """The revisions of some sections, and of all topics that they have been in."""

    def __init__(self, sections: Mapping[int, Section]) -> None:
        self.sections: dict[int, list[_Then]] = defaultdict(list)
        columns: tuple[str, ...] = ("change", "change__at", "topic", "section", "title")
        more = [KT(f"state__{name}") for name in ("number", "anchor", "removed_at")]
        own = Revision.objects.filter(section__in=sections)
        for change, at, topic, pk, title, number, anchor, gone in own.values_list(*columns, *more):
            told = title, number or "", anchor or "", gone is not None
            self.sections[pk].append(_Then(change, at, topic, told, None))
        keys = {section.topic_id for section in sections.values()}
        keys |= {then.topic for thens in self.sections.values() for then in thens}
        rows = Topic.objects.in_bulk(keys)
        # Of what is private to her, too, she has read what was private.
        private = {pk: row.tree != PUBLIC and row.is_seen for pk, row in rows.items()}
        self.now = {pk: _topic_of(row, private[pk]) for pk, row in rows.items()}
        self.topics: dict[int, list[_Then]] = defaultdict(list)
        columns = ("change", "change__at", "topic", "title")
        more = [KT(f"state__{name}") for name in ("path", "status", "is_private", "removed_at")]
        told_of = Revision.objects.filter(section=None, topic__in=keys).order_by("-change")
        later: dict[int, _Topic] = dict(self.now)
        for change, at, pk, title, path, status, own_private, gone in told_of.values_list(
            *columns, *more
        ):
            is_hidden = status != PUBLISHED or (own_private == "true" and not private[pk])
            was = _Topic(title, path, is_hidden, gone is not None)
            if was.is_read or was[2:] != later[pk][2:]:  # a draft has hundreds, and none tells more
                self.topics[pk].append(_Then(change, at, pk, None, was))
            later[pk] = was

    def name_of(self, section: Section) -> _Name | None:
        """What it was when it was last read; None if nothing was written behind readers' backs."""
        own = self.sections[section.pk]
        topics = dict(self.now)
        place = section.topic_id
        title, number, anchor = section.title, section.number, section.anchor
        is_removed = section.removed_at is not None
        thens = [*own, *(t for pk in {place, *(t.topic for t in own)} for t in self.topics[pk])]
        thens = [then for then in thens if then.at > section.created_at]
        was_hidden = topics[place].is_hidden
        for change, group in groupby(sorted(thens, key=_change, reverse=True), _change):
            for then in group:
                if then.of_topic:
                    topics[then.topic] = then.of_topic
                elif then.of_section:
                    place = then.topic
                    title, number, anchor, is_removed = then.of_section
            topic = topics[place]
            was_hidden = was_hidden or topic.is_hidden
            if topic.is_read and not is_removed:
                return _Name(topic, title, number, anchor, change) if was_hidden else None
        return _Name(topic) if was_hidden and (topic := self._read(section.topic_id)) else None

    def _read(self, pk: int) -> _Topic | None:
        """A topic as it was when it was last read."""
        thens = sorted(self.topics[pk], key=_change, reverse=True)
        told = (then.of_topic for then in thens if then.of_topic)
        return next((was for was in told if was.is_read), None)


def _change(then: _Then) -> int:
    return then.change


def _topic_of(row: Topic, is_private_to_her: bool) -> _Topic:
    is_hidden = row.status != PUBLISHED or (row.tree != PUBLIC and not is_private_to_her)
    return _Topic(row.title, row.path, is_hidden, row.removed_at is not None)


def last_texts(read: Mapping[int, int | None]) -> dict[int, str]:
    """The Markdown of sections, from `as_last_read`, when they were last read, if it is another
    than now. One query at most."""
    texts = {pk: "" for pk, change in read.items() if change is None}
    changes = {pk: change for pk, change in read.items() if change is not None}
    if changes:
        rows: Any = Revision.objects.filter(section__in=changes, markdown__isnull=False)
        for pk, change, text in rows.order_by("change_id").values_list(
            "section", "change", "markdown"
        ):
            if change >= changes[pk]:
                texts.setdefault(pk, text)
    return texts
