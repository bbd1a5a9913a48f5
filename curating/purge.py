"""What the purge command does with queries and addresses: rows that hold the text go as a whole."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from importer.purge import Place, Wanted
from search.log import normalised


def queries_of(model: type[models.Model]) -> Place:
    """The place that the column `query` of a model is."""

    def rows(wanted: Wanted) -> "models.QuerySet[Any]":
        manager = model._default_manager
        sought = normalised(wanted.text)
        return manager.filter(query__icontains=sought) if sought else manager.none()

    def find(wanted: Wanted) -> Iterator[str]:
        return (f"{model._meta.label_lower} {row.pk}" for row in rows(wanted))

    def remove(wanted: Wanted) -> None:
        rows(wanted).delete()

    return Place(find, remove)


def addresses_of(model: type[models.Model], column: str) -> Place:
    """The place that a column with addresses on other sites is."""

    def rows(wanted: Wanted) -> "models.QuerySet[Any]":
        manager = model._default_manager
        tests = models.Q()
        for form in wanted.forms if wanted.text else ():
            tests |= models.Q(**{f"{column}__contains": form})
        return manager.filter(tests) if tests else manager.none()

    def find(wanted: Wanted) -> Iterator[str]:
        return (f"{model._meta.label_lower} {row.pk}" for row in rows(wanted))

    def remove(wanted: Wanted) -> None:
        rows(wanted).delete()

    return Place(find, remove)
