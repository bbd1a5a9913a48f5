"""What the importer has workers do; see `jobs.tasks`."""

import shutil
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from importer.file_discovery import WrongPath
from importer.lock import import_is_under_way
from importer.lost_runs import BEGINNING, KEY, end_lost_runs
from importer.models import ImportRun
from importer.report import Note
from importer.run import ImportUnderWay, import_paths
from importer.uploads import discard
from jobs.models import OPEN, Job
from jobs.tasks import NoRetry, NotNow, TaskContext, task

LONGEST_IMPORT = timedelta(hours=12)
WAIT = timedelta(seconds=5)  # before another look, while somebody else imports
UPLOADS_KEPT = timedelta(days=7)  # that nobody confirmed


def start(run_id: int) -> None:
    """Have a worker import the upload that the run with this id describes."""
    import_upload.using(unique_key=f"{KEY}{run_id}").enqueue(run_id)


def waits_for_a_worker(run: ImportRun) -> bool:
    """Whether the run's job has not been taken yet, or was put back."""
    jobs = Job.objects.filter(unique_key=f"{KEY}{run.pk}")
    return jobs.filter(state="READY").exists()


@task(takes_context=True, max_attempts=3, time_limit=LONGEST_IMPORT)
def import_upload(context: TaskContext, run_id: int) -> dict[str, int]:
    """Import what a curator uploaded; gives the summary's numbers."""
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NoRetry(f"There is no run {run_id} any more.")
    if import_is_under_way():
        raise NotNow(WAIT)
    refused = list(run.notes)
    again = ImportRun.objects.filter(pk=run_id)
    try:
        report = import_paths(
            [run.folder],
            source=run.source,
            under=run.under,
            dialect=run.dialect,
            dry_run=run.dry_run,
            prune=run.prune,
            user=run.started_by,
            progress=context.report,
            record=run,
        )
    except ImportUnderWay:
        again.update(status=ImportRun.Status.RUNNING, finished_at=None, notes=refused)
        raise NotNow(WAIT) from None
    except Exception as error:
        may_retry = context.attempt < context.job.max_attempts
        if may_retry and isinstance(error, OperationalError | InterfaceError):
            again.update(status=ImportRun.Status.RUNNING, finished_at=None, notes=refused)
            raise
        note = Note("refused", run.source, None, f"The run failed: {error}")
        again.update(
            status=ImportRun.Status.FAILED,
            finished_at=timezone.now(),
            notes=[*refused, note.as_dict()],
        )
        raise NoRetry(str(error)) from error
    again.update(notes=[*refused, *run.notes])
    if not run.dry_run:
        discard(Path(run.folder))
    return report.counts


@task(takes_context=True, max_attempts=5, time_limit=LONGEST_IMPORT)
def import_content(context: TaskContext, path: str) -> dict[str, int]:
    """Import a file or folder of this machine; gives the summary's numbers."""
    if import_is_under_way():
        raise NotNow(WAIT)
    try:
        return import_paths([path], progress=context.report).counts
    except ImportUnderWay:
        raise NotNow(WAIT) from None
    except WrongPath as error:
        raise NoRetry(str(error)) from error


@task(cron="*/5 * * * *", max_attempts=1)
def end_runs_without_a_process() -> int:
    """Mark as failed the imports that were killed; gives their number."""
    if import_is_under_way():
        return 0
    return end_lost_runs(timezone.now() - BEGINNING)


@task(cron="23 3 * * *")
def clear_uploads() -> int:
    """Delete uploads that were tried and never confirmed, after a week; gives their number."""
    jobs = Job.objects.filter(unique_key__startswith=KEY, state__in=OPEN)
    runs = [key.removeprefix(KEY) for key in jobs.values_list("unique_key", flat=True)]
    in_use = set(ImportRun.objects.filter(pk__in=runs).values_list("folder", flat=True))
    oldest = time.time() - UPLOADS_KEPT.total_seconds()
    old = [
        folder
        for folder in (Path(settings.DATA_DIR) / "uploads").glob("*")
        if folder.is_dir()
        and folder.stat().st_mtime < oldest
        and str(folder / "files") not in in_use
    ]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
