"""Django's `migrate`, which first refuses databases that no migration leads on from."""

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_early(options["database"])
        super().handle(*args, **options)


def _refuse_early(database: str) -> None:
    """Raise CommandError if the first migration had another form when it made this database.

    Commits before 5405726 changed it after databases had been made by it.
    """
    with connections[database].cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('topics_topic') IS NOT NULL AND NOT EXISTS ("
            " SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('topics_topic')"
            " AND attname = 'chosen' AND NOT attisdropped)"
        )
        if cursor.fetchone()[0]:
            raise CommandError(
                "This database is older than commit 5405726 and cannot be migrated: write its "
                "content to files with the code that made it (manage.py export_content), then "
                "bring them into a new database with manage.py import_content."
            )
