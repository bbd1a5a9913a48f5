"""Collections that a learner reads as paths of her own: what comes next on each of their pages."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from learning.marks import Question, Row
from topics.addresses import section_url
from topics.raw_sql import statement
from topics.summaries import Place
from topics.visibility import Current, published_to_trees_sql


@dataclass(frozen=True, slots=True)
class CollectionPath:
    """A collection with its sections in order: keys, and places."""

    id: int
    title: str
    keys: tuple[int, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A page on a collection that is read as a path: it is these of `count` sections."""

    id: int
    title: str
    numbers: tuple[int, ...]
    count: int
    previous: Place | None
    next: Place | None


def _paths(rows: list[Row]) -> list[CollectionPath]:
    return [_path(row) for row in sorted(rows)]


def _path(row: Row) -> CollectionPath:
    told = json.loads(row.text)
    sections: dict[int, Place] = {}  # two that were merged are one
    for key, title, topic, path, anchor in told["sections"] or ():
        sections.setdefault(key, Place(title if anchor else topic, section_url(path, anchor)))
    return CollectionPath(row.number, told["title"], tuple(sections), tuple(sections.values()))


PATHS = Question(
    statement("learning/collection_paths").format(
        current=Current.template % {"expressions": "item.section_id"},
        published=published_to_trees_sql("topic", "section"),
    ),
    _paths,
)


def stops(found: Mapping[int, Sequence[CollectionPath]], shown: Collection[int]) -> list[Stop]:
    """What the page that shows these sections is on each collection that has some of them."""
    paths = {path.id: path for paths in found.values() for path in paths}
    told = []
    for path in paths.values():
        here = [place for place, key in enumerate(path.keys) if key in shown]
        if not here:
            continue
        first, last = here[0], here[0]
        while last + 1 in here:
            last += 1
        before = path.places[first - 1] if first else None
        behind = path.places[last + 1] if last + 1 < len(path.places) else None
        numbers = tuple(place + 1 for place in here)
        told.append(Stop(path.id, path.title, numbers, len(path.keys), before, behind))
    return told
