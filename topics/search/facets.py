"""What narrows the results."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

MOST_SHOWN = 12  # values of one facet


@dataclass(slots=True)
class Facet:
    """A value that narrows the results, with how many of the first 1,000 it leaves."""

    value: str
    label: str
    count: int


def count_facets(section_ids: Sequence[int]) -> dict[str, list[Facet]]:
    """By topic (value is its path), kind and tag, the most frequent first. One database query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.path, t.title, t.kind, t.tags, c.count FROM ("
            " SELECT topic_id, count(*) FROM topics_indexedsection"
            " WHERE section_id = ANY(%s) GROUP BY topic_id) c"
            " JOIN topics_topic t ON t.id = c.topic_id",
            [list(section_ids)],
        )
        rows = cursor.fetchall()
    titles = {path: title for path, title, *_ in rows}
    topics: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    for path, _, kind, own_tags, count in rows:
        topics[path] += count
        kinds[kind] += count
        tags.update(dict.fromkeys(own_tags, count))
    return {
        "topic": [Facet(path, titles[path], count) for path, count in _most(topics)],
        "kind": [Facet(kind, kind.capitalize(), count) for kind, count in _most(kinds)],
        "tag": [Facet(tag, tag, count) for tag, count in _most(tags)],
    }


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_SHOWN]
