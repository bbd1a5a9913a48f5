"""Golden queries: where the known answers of queries are in the results."""

from collections.abc import Callable, Iterable

from django.db.models import F
from django.utils import timezone

from search.engine import search
from search.models import GoldenQuery
from topics.models import Section
from topics.visibility import Current, by_everybody

ROWS = 10  # that are looked through


def place_of(golden: GoldenQuery, section: int, topic: int) -> int:
    """The place of the first row that answers, from 1; 0 for none of the first ten."""
    with by_everybody():
        hits = search(golden.query, limit=ROWS, snippets=False).hits
    answers = {section}
    if golden.whole_topic:
        of_topic = Section.objects.filter(topic=topic, pk__in=[hit.section_id for hit in hits])
        answers |= set(of_topic.values_list("pk", flat=True))
    return next((n for n, hit in enumerate(hits, 1) if hit.section_id in answers), 0)


def places(
    rows: Iterable[GoldenQuery], progress: Callable[[], None] = lambda: None
) -> dict[int, int]:
    """The place of the answer of each, by key; a search for each, and `progress` after it.

    A section that was merged into another is that one.
    """
    keys = [row.pk for row in rows]
    asked = GoldenQuery.objects.filter(pk__in=keys).annotate(today=Current("section_id"))
    topics = dict(Section.objects.filter(pk__in=asked.values("today")).values_list("pk", "topic"))
    found: dict[int, int] = {}
    for row in asked:
        found[row.pk] = place_of(row, row.today, topics.get(row.today, 0))
        progress()
    return found


def measure(progress: Callable[[int, int], None] = lambda done, total: None) -> tuple[int, int]:
    """Run all golden queries and note their places; gives how many hold, of how many."""
    rows = list(GoldenQuery.objects.all())
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        progress(done, len(rows))

    found = places(rows, step)
    for pk, place in found.items():
        GoldenQuery.objects.filter(pk=pk).update(
            place_before=F("place"), place=place, measured_at=timezone.now()
        )
    return sum(row.holds(found.get(row.pk)) for row in rows), len(rows)
