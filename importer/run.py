"""One run of the importer: files in, topics and sections out, all of it or nothing."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from importer.changes import Changes
from importer.files import Note, WrongPath, root_of
from importer.finishing import MANY, finish
from importer.locks import import_lock
from importer.lost_runs import end_lost_runs
from importer.models import ImportRun
from importer.progress import Progress, RecordedProgress
from importer.root import RootImport
from importer.tables import plan_for_bulk
from search.index import vacuum
from topics.models import Topic

MOST_KEPT = 5000  # notes and lines in the record of a run


class ImportUnderWay(Exception):
    """Another import holds the lock; nothing was read."""


@dataclass
class Report:
    """What a run did. `lines` name each change; `counts` are the summary's numbers."""

    counts: dict[str, int]
    notes: list[Note]
    lines: list[str]
    dry_run: bool
    topics: list[str] = field(default_factory=list)

    @property
    def refused(self) -> list[Note]:
        return [note for note in self.notes if note.level == "refused"]


def import_paths(
    paths: Sequence[str],
    *,
    source: str = "",
    under: str = "",
    dry_run: bool = False,
    prune: bool = False,
    user: User | None = None,
    progress: Progress | None = None,
    record: ImportRun | None = None,
) -> Report:
    """Import files and folders in one transaction and record the run.

    Raises WrongPath when a path or the topic to mount under does not exist, ImportUnderWay when
    another import runs. A file that cannot be taken in is refused with a note; the rest come in.
    `record` is the run's row where somebody made it beforehand.
    """
    roots = [root_of(path, source) for path in paths]
    changes = Changes(now=timezone.now())
    record = record or ImportRun(started_by=user, dry_run=dry_run)
    record.source = ", ".join(dict.fromkeys(root.source for root in roots))[:100]
    record.status = ImportRun.Status.RUNNING
    record.save()
    recorded = RecordedProgress(record, progress)
    try:
        with _rare_collections(), transaction.atomic():
            if not import_lock():
                raise ImportUnderWay("Another import is under way. Try again when it has ended.")
            plan_for_bulk()
            mount = _mount(under)
            runs = [RootImport(root, mount, changes, prune, recorded) for root in roots]
            for run in runs:
                run.look()
                _check_mount(mount, run)
            for run in runs:
                run.run(_of_one_source(runs, run))
            # The last of a source knows what the others brought.
            whole = {run.root.source: run for run in runs if run.root.is_whole}
            for run in whole.values():
                run.handle_missing(_of_one_source(runs, run))
            finish(changes)
            if dry_run:
                transaction.set_rollback(True)
        record.status = ImportRun.Status.DONE
    except BaseException:
        record.status = ImportRun.Status.FAILED
        raise
    finally:
        recorded.close()
        record.finished_at = timezone.now()
        record.counts = dict(changes.counts)
        record.notes = [note.as_dict() for note in changes.notes][:MOST_KEPT]
        record.lines = changes.lines[:MOST_KEPT]
        _save_record(record)
    # Runs that began earlier and still seem to run cannot: this one had the lock.
    end_lost_runs(record.started_at)
    if not dry_run and len(changes.touched) >= MANY:
        vacuum()
    return Report(dict(changes.counts), changes.notes, changes.lines, dry_run)


def _check_mount(mount: Topic | None, run: RootImport) -> None:
    """A topic cannot be moved below itself."""
    above = mount
    while above is not None:
        if above.source == run.root.source and above.origin in run.present:
            raise WrongPath(
                f"--under: this import brings {above.path} itself. "
                "Name a topic from elsewhere, or give another --source."
            )
        above = above.parent


def _of_one_source(runs: Sequence[RootImport], run: RootImport) -> list[RootImport]:
    return [other for other in runs if other.root.source == run.root.source]


def _save_record(record: ImportRun) -> None:
    fields = ["status", "finished_at", "counts", "notes", "lines", "files_done", "files_total"]
    try:
        if not (connection.in_atomic_block or connection.is_usable()):
            connection.close()
        record.save(update_fields=fields)
    except Exception:  # the run's own error says more than this one would
        if record.status != ImportRun.Status.FAILED:
            raise


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Have Python look for garbage rarely: a quarter of a large import's time would go there."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _mount(under: str) -> Topic | None:
    if not under:
        return None
    topic = Topic.objects.live().filter(path=under.strip("/")).first()
    if topic is None:
        raise WrongPath(
            f"--under {under}: there is no such topic. Give its path as in its address."
        )
    return topic
