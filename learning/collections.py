"""Collections: sections that a learner puts in an order of her own, for herself or to share.

Each function that changes one names the learner it acts for.
"""

import secrets
from collections.abc import Callable
from collections.abc import Collection as Collection_
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Count, Max, QuerySet

from accounts.last_read import NEEDED, as_last_read
from learning.marks import states
from learning.models import CollectedSection, Collection
from learning.progress import READ
from topics.models import Section
from topics.summaries import SectionHeading, minutes

MOST_COLLECTIONS = 200  # of one learner
MOST_SECTIONS = 500  # of one collection


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a collection: a section as it is today; `is_readable` if its page can be opened."""

    id: int
    section: SectionHeading
    topic: str
    note: str
    minutes: int
    is_readable: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How far a learner is with a collection that she reads from one end to the other."""

    read: frozenset[int]  # the lines whose sections are read
    count: int
    minutes_left: int
    next: Item | None


class Full(Exception):
    """There is room for no more collections, or no more sections in one."""


def of(user: User | AnonymousUser) -> QuerySet[Collection]:
    """The learner's collections, the newest first, with the `size` of each. One query when read."""
    return Collection.objects.filter(user_id=user.pk or 0).annotate(size=Count("sections"))


def items(collection: Collection) -> list[Item]:
    """The sections of a collection that the present reader may see, in order. Two queries, and
    those of `as_last_read` where some cannot be read."""
    rows = list(collection.sections.with_shown())
    sections = Section.objects.seen().select_related("topic").only(*NEEDED, "title_html", "words")
    today = sections.in_bulk({row.shown_id for row in rows})
    as_last_read(today.values())
    return [
        Item(
            id=row.pk,
            section=SectionHeading.of(section),
            topic=section.topic.title,
            note=row.note,
            minutes=minutes(section.words) if section.is_published else 0,
            is_readable=section.is_published,
        )
        for row in rows
        if (section := today.get(row.shown_id))
    ]


def way(user: User, items: Collection_[Item]) -> Way:
    """The collection as a path of the learner's own: what is read of it, and what comes next.

    One query.
    """
    readable = [item for item in items if item.is_readable]
    found = states(user, {"reading": [item.section.id for item in readable]}).get("reading", {})
    left = [item for item in readable if found.get(item.section.id) != READ]
    read = {item.id for item in readable} - {item.id for item in left}
    minutes_left = sum(item.minutes for item in left)
    return Way(frozenset(read), len(readable), minutes_left, left[0] if left else None)


def create(user: User, title: str) -> Collection:
    """A new collection. Raises `Full`."""
    if of(user).count() >= MOST_COLLECTIONS:
        raise Full
    return Collection.objects.create(user=user, title=title)


@transaction.atomic
def add(user: User, collection: Collection, section: Section) -> CollectedSection:
    """Put a section at the end of the learner's collection, if it is not in it. Raises `Full`."""
    own = Collection.objects.select_for_update().get(pk=collection.pk, user=user)
    known = CollectedSection.objects.filter(collection=own).showing([section.pk]).first()
    if known:
        return known
    last = own.sections.aggregate(last=Max("position"), size=Count("pk"))
    if last["size"] >= MOST_SECTIONS:
        raise Full
    place = 0 if last["last"] is None else last["last"] + 1
    return CollectedSection.objects.create(
        user=user, collection=own, section=section, position=place
    )


def move(user: User, item: CollectedSection, places: int) -> None:
    """Move a section of the learner's collection down, or up if `places` is negative."""
    _move(user, item, lambda place: max(0, place + places))


def move_to(user: User, item: CollectedSection, place: int) -> None:
    """Move a section of the learner's collection to a place from 0, or to the end."""
    _move(user, item, lambda _place: place)


@transaction.atomic
def _move(user: User, item: CollectedSection, new_place: Callable[[int], int]) -> None:
    own = Collection.objects.select_for_update().get(pk=item.collection_id, user=user)
    rows = list(own.sections.all())
    place = next(i for i, row in enumerate(rows) if row.pk == item.pk)
    rows.insert(new_place(place), rows.pop(place))
    for position, row in enumerate(rows):
        row.position = position
    CollectedSection.objects.bulk_update(rows, ["position"])


def share(user: User, collection: Collection, *, is_shared: bool) -> None:
    """Make a link to the learner's collection, or end the one there is for good."""
    own = Collection.objects.filter(pk=collection.pk, user=user)
    if is_shared:
        own.filter(token=None).update(token=secrets.token_urlsafe(24))
    else:
        own.update(token=None)


@transaction.atomic
def copy(user: User, collection: Collection) -> Collection:
    """The learner's own copy of a collection, with its notes. Raises `Full`.

    Without what can no longer be read, and each section once.
    """
    new = create(user, collection.title)
    readable = {item.section.id: item for item in items(collection) if item.is_readable}
    CollectedSection.objects.bulk_create(
        CollectedSection(user=user, collection=new, section_id=key, position=place, note=item.note)
        for place, (key, item) in enumerate(readable.items())
    )
    return new


def holding(user: User, section: Section) -> dict[int, int]:
    """The learner's collections that hold a section: their keys, each with that of the row."""
    rows = CollectedSection.objects.of(user).showing([section.pk])
    return dict(rows.values_list("collection", "pk"))
