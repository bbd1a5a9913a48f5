"""What people searched for and did not find, and what became of it."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from curating.models import HandledQuery
from search.engine import search
from search.log import normalised
from search.models import SearchLog
from topics.raw_sql import execute, statement
from topics.visibility import by_everybody

KINDS = ("fruitless", "unopened", "undone")
DAYS = 30
PAGE = 50
WEEKS = 12


@dataclass(frozen=True)
class Asked:
    """A query, how often it was searched for in the last thirty days and the thirty before.

    `results` are those of its latest search, `undone` says how often a correction was taken back.
    """

    query: str
    times: int
    earlier: int
    results: int
    undone: int
    corrected: str
    number: int  # of such queries in all

    @property
    def trend(self) -> int:
        """How much more often it is searched for than before; negative for less often."""
        return self.times - self.earlier


def asked(kind: str, *, start: int = 0, most: int = PAGE) -> list[Asked]:
    """The queries of one of KINDS, the most frequent first. One query."""
    values = {"kind": kind, "days": DAYS, "start": start, "most": most}
    return [Asked(*row) for row in execute(statement("curating/searches"), values)]


def by_week(query: str) -> list[int]:
    """How often a query was searched for in each of the last twelve weeks, the oldest first."""
    counts = [0] * WEEKS
    now = timezone.now()
    moments = SearchLog.objects.filter(query=query).values_list("created_at", flat=True)
    for at in moments.order_by("-pk")[:5_000]:
        week = (now - at).days // 7
        if 0 <= week < WEEKS:
            counts[WEEKS - 1 - week] += 1
    return counts


def handle(query: str, how: str, *, by: User | None, before: int | None = None) -> HandledQuery:
    """Note what was done about a query, and what it finds now.

    `before` is how many sections it found, by default in its latest search.
    """
    query = normalised(query)
    if before is None:
        latest = SearchLog.objects.filter(query=query).order_by("-pk")
        before = latest.values_list("results", flat=True).first() or 0
    with by_everybody():
        results = search(query, limit=1, snippets=False)
    values = {
        "how": how,
        "at": timezone.now(),
        "by": by,
        "results_before": before,
        "results_after": results.total,
        "first_id": results.hits[0].section_id if results.hits else None,
    }
    return HandledQuery.objects.update_or_create(query=query, defaults=values)[0]
