"""Records that say "running" though nobody runs the import any more."""

from datetime import datetime, timedelta

from django.utils import timezone

from importer.models import ImportRun
from importer.report import Note
from jobs.models import OPEN, Job

KEY = "import-run:"  # and the run's number: the unique key of the job behind a run
BEGINNING = timedelta(minutes=1)  # a run is recorded before it takes the lock
KILLED = "The run was killed."


def end_lost_runs(before: datetime) -> int:
    """Mark as failed what began before this moment and still seems to run; gives the number.

    To be called while no import runs, or by the one that does. What a job is going to run waits.
    """
    running = ImportRun.objects.filter(status=ImportRun.Status.RUNNING, started_at__lt=before)
    if not running.exists():
        return 0
    # Jobs first: one that ends meanwhile has then ended its run.
    jobs = Job.objects.filter(unique_key__startswith=KEY, state__in=OPEN)
    waiting = {key.removeprefix(KEY) for key in jobs.values_list("unique_key", flat=True)}
    lost = [run for run in running if str(run.pk) not in waiting]
    for run in lost:
        run.status, run.finished_at = ImportRun.Status.FAILED, timezone.now()
        run.notes = [*run.notes, Note("refused", run.source, None, KILLED).as_dict()]
        run.save(update_fields=["status", "finished_at", "notes"])
    return len(lost)
