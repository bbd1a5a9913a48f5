"""A shelf that was searched, as the workbench lists it."""

from datetime import timedelta

from django.utils import timezone

from curating.searches import asked
from search.models import GoldenQuery, SearchLog


def log(query, results=0, *, times=1, days=1, **values):
    at = timezone.now() - timedelta(days=days)
    SearchLog.objects.bulk_create(
        SearchLog(query=query, results=results, took_ms=1, created_at=at, **values)
        for _ in range(times)
    )


def listed(kind):
    return [(row.query, row.times, row.trend) for row in asked(kind)]


def golden(query, section, **values):
    return GoldenQuery.objects.create(query=query, section=section, **values)
