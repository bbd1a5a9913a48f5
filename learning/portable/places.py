"""Sections by the addresses that rows name, and the other way round."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db.models import F

from accounts.last_read import NEEDED, as_last_read
from accounts.own_data import Row, Said
from learning.models import MarkQuerySet
from topics.address_lookup import section_at
from topics.addresses import topic_url
from topics.models import Section

COLUMNS = (*NEEDED, "position", "merged_into")


@dataclass(frozen=True, slots=True)
class Place:
    """A section as a file names it. `order` is its place in the library; `is_hidden` says that its
    learner cannot read what was written there since."""

    section: int
    topic: str
    title: str
    address: str
    file: str
    order: tuple[str, int, int]
    is_hidden: bool = False

    @classmethod
    def of(cls, section: Section, *, is_hidden: bool = False) -> "Place":
        """Needs the section's topic."""
        topic = section.topic
        order = (topic.path, section.position, section.pk)
        address = section.get_absolute_url()
        return cls(section.pk, topic.title, str(section), address, topic.path, order, is_hidden)

    @property
    def row(self) -> Row:
        """The keys by which each row names its section."""
        return {"topic": self.topic, "section": self.title, "address": self.address}

    def says(self, kind: int, text: str, *order: Any) -> Said:
        """A piece for people that is under the section; `kind` is the place among others."""
        heading = "" if self.title == self.topic else self.title
        return Said(self.topic, heading, text, self.file, (*self.order, kind, *order))


def today(marks: MarkQuerySet) -> dict[int, Place]:
    """Where each section of some marks is read today, by its key. Three queries, and
    those of `as_last_read` where some cannot be read."""
    marks = marks.order_by().exclude(section=None)
    keys = set(marks.values_list("section", flat=True))
    merged = marks.filter(section__merged_into__isnull=False).with_shown()
    now = dict.fromkeys(keys) | dict(merged.values_list("section", "shown_id"))
    shown = {key: now[key] or key for key in keys}
    rows = Section.objects.seen().select_related("topic").only(*COLUMNS)
    found = rows.in_bulk({*shown.values(), *(key for key in keys if shown[key] != key)})
    hidden = as_last_read(found.values())
    places = {pk: Place.of(row, is_hidden=pk in hidden) for pk, row in found.items()}
    # One that was merged into a section that she may not see is named as it was.
    return {key: places.get(pk) or places[key] for key, pk in shown.items()}


def sections_at(addresses: Iterable[str]) -> dict[str, int]:
    """The keys of the sections at some addresses, removed ones too. One query for those that are
    as they were, a few for each other one."""
    wanted = {address: _split(address) for address in set(addresses) if address}
    paths = {path for candidates in wanted.values() for path, _ in candidates}
    rows = Section.objects.seen().filter(topic__path__in=paths).exclude(topic__status="draft")
    live: dict[tuple[str, str], int] = {}
    removed: dict[tuple[str, str], int] = {}
    order = F("removed_at").asc(nulls_last=True)
    columns = ("pk", "topic__path", "anchor", "removed_at", "topic__removed_at", "merged_into")
    for pk, path, anchor, gone, topic_gone, merged in rows.order_by(order).values_list(*columns):
        if merged is None:
            (removed if gone or topic_gone else live)[path, anchor] = pk
    found = {}
    for address, candidates in wanted.items():
        pk = next((live[c] for c in candidates if c in live), None)
        if pk is None and candidates:
            section = section_at(address)  # earlier addresses count
            pk = section.pk if section else None
        if pk is None:
            pk = next((removed[c] for c in candidates if c in removed), None)
        if pk is not None:
            found[address] = pk
    return found


def _split(address: str) -> list[tuple[str, str]]:
    """What an address may mean: a topic's path with an anchor, or a topic alone."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return []
    root = unquote(topic_url("")).rstrip("/") + "/"
    if not path.startswith(root) or "\0" in path:
        return []
    path = path.removeprefix(root).strip("/")
    head, _, last = path.rpartition("/")
    return [(path, ""), (head, last)] if head else [(path, "")]
