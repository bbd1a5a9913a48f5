"""What a document says of its topic, and where in the tree of topics the topic goes."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat, Substr

from documents import Document, Refused, order_of, topic_slug
from importer.changes import Changes
from importer.file_discovery import INDEX_NAMES
from importer.names import page_name
from topics.models import Section, Topic, TopicAddress

LONGEST_PATH = 480
LONGEST_SLUG = 190
ROOM_FOR_NUMBER = 8  # "-1234567", behind a slug whose path another topic holds
UNORDERED = 100_000  # the position of topics without an order: after all others
ROOTS_INDEX = 0  # the position of what speaks for the root: before all others
DESCRIBING = [
    "summary", "tags", "level", "status", "kind", "prerequisites", "updated", "front_matter",
    "position",
]  # fmt: skip
# What a curator may have chosen for a topic besides: imports leave these alone, too.
REMOVED, PARENT, POSITION = "removed_at", "parent", "position"
# In a topic's front matter: the names from which its site leads there.
LED = "led"
# Those that a topic's sections are found by.
FOUND_BY = {"status", "kind", "front_matter"}


def slugs_of(origins: Iterable[str]) -> dict[str, str]:
    """The slug of each origin; within a folder, equal slugs keep the numeric prefix."""
    origins = list(origins)
    short = {o: topic_slug(PurePosixPath(o).name) for o in origins}
    taken = Counter((PurePosixPath(o).parent, slug) for o, slug in short.items())
    return {
        o: slug
        if taken[PurePosixPath(o).parent, slug] == 1
        else topic_slug(PurePosixPath(o).name, keep_prefix=True)
        for o, slug in short.items()
    }


def order_in_folder(origin: str) -> int:
    """The numeric prefix of a name, else UNORDERED; what speaks for the root comes first."""
    if origin.lower() in INDEX_NAMES:
        return ROOTS_INDEX
    order = order_of(PurePosixPath(origin).name)
    return UNORDERED if order is None else order


def order_without_navigation(topic: Topic) -> float:
    """The place that front matter of another tool, or else the name, gives a topic."""
    implied = topic.front_matter.get("implied") or {}
    if (order := implied.get("order")) is not None:
        return float(order)
    return order_in_folder(topic.origin)


def describe(topic: Topic, document: Document) -> list[str]:
    """Copy title and front matter to the topic, except fields that an admin has set.

    Nothing is saved. Returns the names of the fields that changed, the title apart.
    """
    before = _described(topic)
    front = document.front
    topic.title = document.title[:300]
    topic.title_anchor = document.title_anchor[:300]
    found = {
        "summary": front.summary,
        "tags": front.tags,
        "level": front.level if front.level in Topic.Level.values else "",
        "status": front.status or Topic.Status.PUBLISHED,
        "kind": document.kind,
    }
    for name, value in found.items():
        if name not in topic.chosen:
            setattr(topic, name, value)
    if "language" not in topic.chosen:
        topic.language = document.language
    topic.prerequisites = front.prerequisites
    topic.updated = front.updated
    topic.front_matter = {
        "aliases": front.aliases,
        "encoding": front.encoding or "",
        "extra": front.extra,
        **_of_other_tools(document),
        **{key: value for key, value in topic.front_matter.items() if key == LED},
    }
    order = order_in_folder(topic.origin) if front.order is None else front.order
    if POSITION not in topic.chosen:
        topic.position = max(0, math.floor(order))
    after = _described(topic)
    return [name for name in DESCRIBING if before[name] != after[name]]


def _described(topic: Topic) -> dict[str, Any]:
    values = {name: getattr(topic, name) for name in DESCRIBING}
    # Its order is said by its position, what it includes by its sections.
    silent = {"order", "included", LED}
    kept = {k: v for k, v in topic.front_matter.items() if k not in silent}
    # A slug is said by the topic's path.
    named = [address for address in kept.pop("addresses", []) if not address.startswith("./")]
    values["front_matter"] = kept | ({"addresses": named} if named else {})
    return values


def _of_other_tools(document: Document) -> dict[str, Any]:
    """What is kept of a document besides: all as JSON, what is empty left out."""
    front = document.front
    is_own = front.order is not None and "order" not in front.implied
    kept = {
        "order": front.order if is_own else None,
        "language": front.language,
        "addresses": front.addresses,
        "implied": front.implied,
        "written": [list(pair) for pair in front.written],
        "included": document.included,
    }
    return {key: value for key, value in kept.items() if value not in (None, "", [], {})}


class Places:
    """Which topic has or had which path, kept in memory for the length of a run."""

    def __init__(self) -> None:
        self.load()

    def load(self) -> None:
        """Read all paths from the database again."""
        self.live: dict[str, int] = {}
        self.gone: dict[str, int] = {}
        rows = Topic.objects.order_by("-pk").values_list("path", "pk", "removed_at")
        for path, pk, removed_at in rows:
            (self.live if removed_at is None else self.gone)[path] = pk
        self.earlier = dict(TopicAddress.objects.values_list("path", "topic"))
        self._anchors: dict[int, set[str]] = {}

    def is_free(self, path: str, topic: Topic, parent: Topic | None) -> bool:
        """Whether no other topic has or had this path, and no section of the parent has it."""
        for held in (self.live, self.gone, self.earlier):
            if held.get(path, topic.pk) != topic.pk:
                return False
        slug = path.rpartition("/")[2]
        return parent is None or slug not in self._anchors_of(parent)

    def hold(self, topic: Topic, anchors: Iterable[str]) -> None:
        """The anchors of a new topic, whose sections may still wait to be written."""
        self._anchors[topic.pk] = set(anchors)

    def _anchors_of(self, parent: Topic) -> set[str]:
        if parent.pk not in self._anchors:
            live = Section.objects.filter(topic=parent, removed_at=None)
            self._anchors[parent.pk] = set(live.values_list("anchor", flat=True))
        return self._anchors[parent.pk]


def place(
    topic: Topic,
    parent: Topic | None,
    slugs: Sequence[str],
    places: Places,
    changes: Changes | None = None,
) -> set[int]:
    """Give a topic its parent, slug and path; the keys of the topics whose path changed.

    These are the topic itself, which may be new, and all below it.

    It gets the first of `slugs`, or keeps its path if that comes from any of them. If another topic
    has or had the path, a number is appended to the slug. The topic is saved; with `changes`, a new
    one waits for their `flush`. Raises Refused, with nothing changed, for too long a path.
    """
    old_path = topic.path
    above = f"{parent.path}/" if parent else ""
    slugs = [slug[:LONGEST_SLUG] for slug in slugs]
    slug = slugs[0]
    if len(above) + len(slug) + ROOM_FOR_NUMBER > LONGEST_PATH:
        raise Refused(f"its address would have more than {LONGEST_PATH} characters")
    topic.parent = parent
    last = old_path.removeprefix(above)
    is_right = old_path == above + last and any(_is_variant(last, known) for known in slugs)
    if topic.pk and is_right and places.is_free(old_path, topic, parent):
        _save(topic, changes)
        places.live[topic.path] = topic.pk
        return set()
    for number in itertools.count():
        topic.slug = f"{slug}-{number}" if number else slug
        topic.path = f"{above}{topic.slug}"
        if places.is_free(topic.path, topic, parent):
            break
    is_moved = topic.pk is not None and old_path != topic.path
    _save(topic, changes)
    moved = {topic.pk} if old_path != topic.path else set()
    if is_moved:
        if changes is not None:
            changes.flush()  # those below may wait to be written, under the path of before
        moved |= _remember_paths(topic, old_path)
        places.load()
    places.live[topic.path] = topic.pk
    return moved


def _save(topic: Topic, changes: Changes | None) -> None:
    if changes is None:
        topic.save()
    elif topic.pk is None:
        [topic.pk] = changes.topic_keys.take(1)
        changes.new_topics.append(topic)
    elif not topic._state.adding:  # else it waits already
        topic.save()


def remember_aliases(
    topic: Topic, aliases: Iterable[str], addresses: Iterable[str], root: str, places: Places
) -> None:
    """Redirect a topic's other names, unless another topic has them.

    A name is an address beside the topic; one that starts with a slash, as other tools write them,
    one below `root`.
    """
    above, _, _ = topic.path.rpartition("/")
    above = f"{above}/" if above else ""
    paths = [f"{above}{topic_slug(alias)}" for alias in aliases if not alias.startswith("/")]
    rooted = [name for name in (*aliases, *addresses) if name.startswith("/")]
    parts = ([part for part in page_name(name).split("/") if part] for name in rooted)
    paths += [root + "/".join(map(topic_slug, found)) for found in parts if found]
    for path in dict.fromkeys(paths):
        if len(path) <= LONGEST_PATH and path not in places.live and path not in places.earlier:
            TopicAddress.objects.create(path=path, topic=topic)
            places.earlier[path] = topic.pk


def _is_variant(last: str, slug: str) -> bool:
    head, _, number = last.rpartition("-")
    return last == slug or (head == slug and number.isdigit())


def _remember_paths(topic: Topic, old_path: str) -> set[int]:
    """Update the paths of all topics below, and redirect the earlier ones; returns their keys."""
    below = Topic.objects.live().filter(path__startswith=f"{old_path}/")
    paths = dict(below.values_list("pk", "path"))
    earlier = [TopicAddress(path=old_path, topic=topic)]
    earlier += [TopicAddress(path=path, topic_id=pk) for pk, path in paths.items()]
    TopicAddress.objects.filter(path=topic.path, topic=topic).delete()
    TopicAddress.objects.bulk_create(earlier, ignore_conflicts=True)
    below.update(path=Concat(Value(topic.path), Substr("path", len(old_path) + 1)))
    return set(paths)
