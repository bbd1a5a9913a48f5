"""Pins: sections that curators put first for a query, or that its readers are sent to."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.db.models import Value
from django.utils import timezone

from search.filters import FILTERS
from search.query import Query
from search.ranking import Ranked, Ranking
from search.synonyms import Pinned, thesaurus
from search.syntax import parse
from topics.models import Section
from topics.visibility import Current

MOST_PINNED = 3  # of a query that are shown


def key_of(query: Query) -> str:
    """By what pins know a query: its lexemes in order; "" where something else narrows it."""
    return "" if query.is_filtered else " ".join(query.sequence)


def key_of_text(text: str) -> str:
    """The same of a query as it is typed."""
    return key_of(parse(text, filters=FILTERS))


def pins_of(key: str) -> tuple[Pinned, ...]:
    """The pins of a query that are in force today, as this process last saw the table."""
    if not key:
        return ()
    today = timezone.now().date()
    pins = thesaurus().pins.get(key, ())
    return tuple(pin for pin in pins if pin.is_in_force(today))[:MOST_PINNED]


def put_first(
    ranking: Ranking,
    pins: Sequence[Pinned],
    *,
    topic_ids: Collection[int] | None,
    text_length: int,
) -> tuple[Ranking, dict[int, Pinned]]:
    """The ranking with pinned sections first, and these by key; hidden ones are left out.

    A pinned section that was merged into another is that one. `topic_ids` are those that the
    reader may see, None for all. One database query for each pin.
    """
    found: dict[int, Pinned] = {}
    rows: list[Ranked] = []
    for pin in pins:
        section = Section.objects.published().select_related("topic")
        row = section.filter(pk=Current(Value(pin.section_id))).first()
        if row is None or (topic_ids is not None and row.topic_id not in topic_ids):
            continue
        if row.pk not in found:
            found[row.pk] = pin
            rows.append(_ranked(row, ranking, text_length))
    others = [row for row in ranking.rows if row.section_id not in found]
    total = max(ranking.total, len(found))
    return replace(ranking, rows=[*rows, *others], total=total), found


def _ranked(section: Section, ranking: Ranking, text_length: int) -> Ranked:
    ranked = next((row for row in ranking.rows if row.section_id == section.pk), None)
    if ranked is not None:
        return replace(ranked, counts=True)
    return Ranked(
        section_id=section.pk,
        topic_id=section.topic_id,
        holds_all=True,  # it answers the query, whatever its words
        counts=True,
        is_bare=False,
        score=ranking.best,
        titled=0,
        more=0,
        title=section.title,
        number=section.number,
        breadcrumbs=section.breadcrumbs,
        anchor=section.anchor,
        topic_path=section.topic.path,
        topic_title=section.topic.title,
        text=section.text[:text_length],
        code=section.code[:text_length],
    )
