"""The order of the topics of a source: by front matter, the tool's navigation, or the names."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

from importer.bulk_rows import update_columns
from importer.changes import Changes
from importer.tools import Navigation
from importer.topic_tree import POSITION, UNORDERED, order_without_navigation
from topics.models import Topic


def order_topics(topics: Mapping[str, Topic], order: Sequence[str], changes: Changes) -> None:
    """Give each topic its position among those beside it.

    Our own `order` counts before the navigation, and that before the keys of other tools.
    """
    navigation = Navigation(order, topics)
    wanted = {origin: _place(topic, navigation) for origin, topic in topics.items()}
    beside: dict[int | None, list[str]] = defaultdict(list)
    for origin, topic in topics.items():
        beside[topic.parent_id].append(origin)
    altered = []
    for origins in beside.values():
        for origin, position in _positions({origin: wanted[origin] for origin in origins}).items():
            topic = topics[origin]
            if topic.position != position and POSITION not in topic.chosen:
                topic.position = position
                altered.append((topic.pk, position))
    update_columns(Topic, {"position": "integer"}, altered)
    changes.topics |= {pk for pk, _ in altered}


def _place(topic: Topic, navigation: Navigation) -> float:
    own = topic.front_matter.get("order")
    if own is not None:
        return float(own)
    named = navigation.place_of(topic.origin)
    return order_without_navigation(topic) if named is None else named


def _positions(places: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers in the order of these: the same ones where all of them are whole."""
    if all(place == math.floor(place) and place >= 0 for place in places.values()):
        return {origin: int(place) for origin, place in places.items()}
    positions: dict[str, int] = {}
    last = -1
    for place in sorted(set(places.values())):
        last = max(last + 1, math.floor(place)) if place < UNORDERED else UNORDERED
        positions |= {origin: last for origin, other in places.items() if other == place}
    return positions
