"""The folder of nightly copies, KB_BACKUP_DIR."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from importer.purge import Wanted
from jobs.tasks import NoRetry, task
from kb.backup import BackupError
from kb.backup.archive import is_backup
from kb.backup.make import back_up
from kb.backup.restore import holds, verify

NAMES = "kb-*Z.backup"
LONGEST = timedelta(hours=6)


def folder() -> Path | None:
    """Where nightly copies are kept; None where nobody asked for them."""
    return Path(settings.KB_BACKUP_DIR) if settings.KB_BACKUP_DIR else None


def copies() -> list[Path]:
    """The copies that are there, the oldest first."""
    place = folder()
    return sorted(place.glob(NAMES)) if place else []


def backups() -> list[Path]:
    """All backups in the folder, whatever they are called: somebody may have put others there."""
    place = folder()
    files = sorted(place.rglob("*")) if place else []
    return [path for path in files if path.match(NAMES) or is_backup(path)]


def copies_that_hold(wanted: Wanted) -> Iterator[str]:
    """The backups in which the text may be read, or all where only sections are named."""
    for copy in backups():
        try:
            if wanted.sections or holds(copy, wanted.forms):
                yield f"{copy}: delete it, or let it go in its time"
        except BackupError as error:
            yield f"{copy}: cannot be read ({error})"


@task(name="kb.back_up", cron="33 1 * * *", max_attempts=3, time_limit=LONGEST)
def back_up_nightly() -> str:
    """Make a copy, read it again, and delete all but the last KB_BACKUP_KEEP; gives its name."""
    place = folder()
    if place is None:
        raise NoRetry("KB_BACKUP_DIR is not set any more.")
    target = place / f"kb-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup"
    try:
        back_up(target)
        verify(target)
    except BackupError:
        target.unlink(missing_ok=True)
        raise
    for old in copies()[: -settings.KB_BACKUP_KEEP]:
        old.unlink(missing_ok=True)
    return target.name
