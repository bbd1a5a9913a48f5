from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Search")

    def ready(self) -> None:
        from search.weights import write_missing  # models wait for all apps

        register(check_functions, Tags.database)
        post_migrate.connect(write_missing, sender=self)


def check_functions(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Whether the database's functions and index are this code's: `check --database default`.

    A database that is not migrated yet has none of them; the migrations will make them.
    """
    from search import rebuild, sql

    if "default" not in (databases or ()) or not sql.is_migrated():
        return []
    hint = "Run manage.py rebuild_index --functions."
    outdated = Warning(
        "The search index was made by another version.",
        hint="Run manage.py rebuild_index.",
        id="search.W002",
    )
    found: list[CheckMessage] = [outdated] if rebuild.is_outdated() else []
    return found + [
        Warning(f"The search cannot use the database: {problem}.", hint=hint, id="search.W001")
        for problem in sql.problems()
    ]
