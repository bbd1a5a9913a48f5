"""What accounts have workers do; see `jobs.tasks`."""

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from jobs.tasks import task


@task(cron="13 3 * * *")
def clear_sessions() -> None:
    """Delete sessions that have run out: Django keeps them until somebody asks."""
    call_command("clearsessions")


@task(cron="43 * * * *")
def clear_counts() -> int:
    """Delete counts of requests that have run out, with the addresses in them; gives their number.

    Django deletes them only when there are twenty thousand.
    """
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < now()")  # noqa: S608, of the settings
        return int(cursor.rowcount)
