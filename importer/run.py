"""One run of the importer: files in, topics and sections out, all of it or nothing."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from importer.bulk_rows import analyze, plan_for_bulk
from importer.changes import Changes
from importer.edits import EditRefused, rerender
from importer.file_discovery import Listing, Root, WrongPath, list_files, root_of
from importer.identity.moves import follow_moves
from importer.left_out import note_left_out, note_parts
from importer.lock import import_lock
from importer.lost_runs import end_lost_runs
from importer.missing_files import handle_missing
from importer.models import Change, ImportRun
from importer.progress import Progress, RecordedProgress
from importer.publish import MANY, publish
from importer.recorder import Recorder
from importer.report import Report
from importer.root import start_import
from importer.sources import project_of
from search.index import vacuum
from topics.models import Section, Topic

MOST_KEPT = 5000  # notes and lines in the record of a run


class ImportUnderWay(Exception):
    """Another import holds the lock; nothing was read."""


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
    dialect: str = "",
) -> Report:
    """Import files and folders in one transaction and record the run.

    Raises WrongPath when a path or the topic to mount under does not exist, ImportUnderWay when
    another import runs. A file that cannot be taken in is refused with a note; the rest come in.
    `record` is the run's row if there is one already; `dialect` the tool that the files are
    written for, which is kept with the source.
    """
    roots = [root_of(path, source) for path in paths]
    report = Report(dry_run)
    record = record or ImportRun(started_by=user, dry_run=dry_run, under=under.strip("/"))
    now = timezone.now()
    recorder = Recorder(Change.Kind.IMPORT, now, by=user, run=record)
    changes = Changes(now, report, recorder)
    record.source = ", ".join(dict.fromkeys(root.source for root in roots))[:100]
    record.status = ImportRun.Status.RUNNING
    record.save()
    recorded = RecordedProgress(record, progress)
    try:
        with _rare_collections(), transaction.atomic():
            if not import_lock():
                raise ImportUnderWay("Another import is under way. Try again when it has ended.")
            plan_for_bulk()
            recorder.topics()
            mount = _mount(under)
            _read(roots, mount, dialect, changes, recorded, prune=prune)
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
        record.counts = dict(report.counts)
        record.notes = [note.as_dict() for note in report.notes][:MOST_KEPT]
        record.lines = report.lines[:MOST_KEPT]
        _save_record(record)
    # Runs that began earlier and still seem to run cannot: this one had the lock.
    end_lost_runs(record.started_at)
    if not dry_run and len(changes.touched) >= MANY:
        vacuum()
    return report


def _read(
    roots: Sequence[Root],
    mount: Topic | None,
    dialect: str,
    changes: Changes,
    progress: Progress,
    *,
    prune: bool,
) -> None:
    """List the roots, and write what changed in them. What is known of their files ends with it."""
    taken: set[tuple[str, str]] = set()
    projects = [project_of(root, dialect) for root in roots]
    listings = [
        list_files(root, taken, changes.report, project.is_page)
        for root, project in zip(roots, projects, strict=True)
    ]
    for listing in listings:
        _check_mount(mount, listing)
    whole = {}
    for listing, project in zip(listings, projects, strict=True):
        run = start_import(listing, listings, mount, changes, project)
        run.run(progress)
        if listing.root.is_whole:
            whole[listing.root.source] = run
    # The last root of a source knows what the others brought.
    for run in whole.values():
        handle_missing(run, prune=prune)
    for listing in listings:
        note_left_out(listing, changes.report)
        note_parts(listing, changes.report)


def _check_mount(mount: Topic | None, listing: Listing) -> None:
    """A topic cannot be moved below itself."""
    above = mount
    while above is not None:
        if above.source == listing.root.source and above.origin in listing.present:
            raise WrongPath(
                f"--under: this import brings {above.path} itself. "
                "Name a topic from elsewhere, or give another --source."
            )
        above = above.parent


def finish(changes: Changes) -> None:
    """What needs the whole run: moves between topics, edited texts, and publishing."""
    changes.report.note_unread()
    changes.report.note_odd()
    if refused := len(changes.report.refused):
        changes.report.counts["files refused"] = refused
    if len(changes.touched) >= MANY:
        analyze()  # or all that follows is planned for the tables as they were before
    follow_moves(changes)
    _note_lost_edits(changes)
    for topic in Topic.objects.filter(pk__in=changes.edited_topics, removed_at=None):
        try:
            changes.touched.update(rerender(topic, changes.touched))
        except EditRefused as error:
            changes.report.note("conflict", topic, None, f"keeps its old rendering: {error}")
    change = changes.recorder.close(has_created=bool(changes.created))
    publish(
        changes.touched,
        changes.topics,
        images=changes.images,
        before=changes.before,
        change=change,
    )


def _note_lost_edits(changes: Changes) -> None:
    """What an admin changed and the file dropped is not shown any more, so a curator must know."""
    if not changes.removed:
        return
    lost = Section.objects.filter(
        pk__in=changes.removed, removed_at__isnull=False, edited_at__isnull=False
    )
    for row in lost.select_related("topic").order_by("topic", "position"):
        changes.report.counts["conflicts"] += 1
        message = (
            f"“{row}” is gone from the file, but an admin had changed it: "
            "its text stays among the removed"
        )
        changes.report.note("conflict", row.topic, None, message)


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
    """Collect garbage rarely: a quarter of a large import's time would be spent on it."""
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
