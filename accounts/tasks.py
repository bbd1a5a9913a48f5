"""What accounts have workers do; see `jobs.tasks`."""

from django.core.management import call_command

from jobs.tasks import task


@task(cron="13 3 * * *")
def clear_sessions() -> None:
    """Delete sessions that have run out: Django keeps them until somebody asks."""
    call_command("clearsessions")
