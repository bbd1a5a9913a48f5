from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register


class SearchConfig(AppConfig):
    name = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_functions, Tags.database)


def check_functions(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Whether the database's functions are those that this code calls: `check --database default`.

    A database that is not migrated yet has none of them; the migrations will make them.
    """
    from search import sql

    if "default" not in (databases or ()) or not sql.is_migrated():
        return []
    hint = "Run manage.py rebuild_index --functions."
    return [
        Warning(f"The search cannot use the database: {problem}.", hint=hint, id="search.W001")
        for problem in sql.problems()
    ]
