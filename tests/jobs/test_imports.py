"""What hangs on jobs: imports, uploads, records of killed runs, sessions."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone

from accounts.tasks import clear_sessions
from importer import tasks
from importer.lock import IMPORT_LOCK, import_is_under_way, import_lock
from importer.lost_runs import KILLED
from importer.models import ImportRun
from importer.progress import RecordedProgress
from importer.run import import_paths
from jobs.models import Job
from tests.jobs.running import run_due


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads" / "1" / "files"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("# A\n")
    return folder


@pytest.fixture
def run(db, folder, settings, tmp_path) -> ImportRun:
    settings.DATA_DIR = tmp_path
    note = {"level": "refused", "path": "x.exe", "line": None, "message": "is a link"}
    return ImportRun.objects.create(source="notes", folder=str(folder), notes=[note])


@pytest.fixture
def other_import():
    """Somebody else's import, under way."""
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    yield other
    other.close()


@pytest.mark.django_db(transaction=True)
def test_an_upload_waits_for_the_end_of_another_import(run, other_import):
    assert import_is_under_way()
    tasks.start(run.pk)
    (job,) = run_due()
    run.refresh_from_db()
    assert (job.state, job.attempts, run.status) == ("READY", 0, "running")
    assert tasks.end_runs_without_a_process.call() == 0
    other_import.close()
    Job.objects.update(run_at=Now())
    (job,) = run_due()
    run.refresh_from_db()
    assert (job.state, job.attempts, run.status) == ("SUCCESSFUL", 1, "done")


def test_an_upload_that_met_another_import_after_all_waits_too(run, monkeypatch):
    monkeypatch.setattr("importer.run.import_lock", lambda: False)
    tasks.start(run.pk)
    (job,) = run_due()
    run.refresh_from_db()
    assert (job.state, job.attempts, run.status, run.finished_at) == ("READY", 0, "running", None)
    assert [note["message"] for note in run.notes] == ["is a link"]


def test_a_database_that_failed_in_an_import_is_tried_again(run, monkeypatch):
    def fail(*_: object) -> None:
        raise OperationalError("terminating connection")

    tasks.start(run.pk)
    with monkeypatch.context() as patched:
        patched.setattr("importer.run.finish", fail)
        for attempt in (1, 2):
            (job,) = run_due()
            run.refresh_from_db()
            assert (job.state, job.attempts, run.status) == ("READY", attempt, "running")
            Job.objects.update(run_at=Now())
    run_due()
    run.refresh_from_db()
    assert (run.status, [note["message"] for note in run.notes]) == ("done", ["is a link"])


def test_an_import_that_cannot_be_is_told_to_the_curator_and_not_tried_again(run):
    ImportRun.objects.update(under="no/such")
    tasks.start(run.pk)
    (job,) = run_due()
    run.refresh_from_db()
    assert (job.state, job.attempts, run.status) == ("FAILED", 1, "failed")
    assert job.error.startswith("NoRetry: --under no/such: there is no such topic.")
    assert run.notes[-1]["message"].startswith("The run failed: --under no/such")
    assert Path(run.folder).exists()


def test_an_upload_whose_record_was_deleted_fails(db):
    tasks.start(4711)
    (job,) = run_due()
    assert (job.state, job.error) == ("FAILED", "NoRetry: There is no run 4711 any more.")


def test_a_folder_that_is_not_there_fails(db, tmp_path):
    tasks.import_content.enqueue(str(tmp_path / "gone"))
    (job,) = run_due()
    assert (job.state, job.attempts) == ("FAILED", 1)


def test_runs_whose_process_is_gone_are_marked_as_failed_and_others_are_not(run):
    def record(minutes: int) -> ImportRun:
        began = timezone.now() - timedelta(minutes=minutes)
        return ImportRun.objects.create(source="x", started_at=began)

    killed, young = record(5), record(0)
    ImportRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(hours=1))
    tasks.start(run.pk)
    assert tasks.end_runs_without_a_process.call() == 1
    states = dict(ImportRun.objects.values_list("pk", "status"))
    assert states == {killed.pk: "failed", young.pk: "running", run.pk: "running"}
    killed.refresh_from_db()
    assert killed.notes[-1]["message"] == KILLED
    assert killed.finished_at is not None


def test_an_import_in_between_does_not_fail_an_upload_that_waits(run, tmp_path):
    tasks.start(run.pk)
    (tmp_path / "b.md").write_text("# B\n")
    import_paths([str(tmp_path / "b.md")])
    run.refresh_from_db()
    assert run.status == "running"


@pytest.mark.django_db(transaction=True)
def test_asking_for_an_import_refuses_nobody(other_import):
    other_import.close()
    assert not import_is_under_way()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        assert cursor.fetchone() == (0,)
    assert import_lock(shared=True)


def test_uploads_that_nobody_confirmed_are_deleted_after_a_week(run, tmp_path):
    uploads = tmp_path / "uploads"
    for name, days in [("old", 8), ("young", 6), ("1", 8)]:
        (uploads / name / "files").mkdir(parents=True, exist_ok=True)
        moment = time.time() - days * 86400
        os.utime(uploads / name, (moment, moment))
    (uploads / "stray").write_text("no upload")
    tasks.start(run.pk)  # of folder 1, which is waiting therefore
    assert tasks.clear_uploads.call() == 1
    assert sorted(path.name for path in uploads.iterdir()) == ["1", "stray", "young"]


def test_no_uploads_are_nothing_to_clear(settings, tmp_path, db):
    settings.DATA_DIR = tmp_path / "none"
    assert tasks.clear_uploads.call() == 0


def test_sessions_that_have_run_out_are_deleted(db):
    for key, days in [("old", -1), ("young", 1)]:
        at = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=key, session_data="", expire_date=at)
    clear_sessions.enqueue()
    (job,) = run_due()
    assert job.state == "SUCCESSFUL"
    assert list(Session.objects.values_list("session_key", flat=True)) == ["young"]


@pytest.mark.django_db(transaction=True)
def test_progress_is_on_the_record_while_the_import_runs(tmp_path, monkeypatch):
    monkeypatch.setattr("importer.progress.SAVE_EVERY", 0)
    for name in "abc":
        (tmp_path / f"{name}.md").write_text(f"# {name}\n")
    seen = []
    aside = connection.copy()

    def look(done: int, total: int) -> None:
        with aside.cursor() as cursor:
            cursor.execute("SELECT files_done, files_total FROM topics_importrun")
            seen.append(cursor.fetchone())

    import_paths([str(tmp_path)], progress=look)
    aside.close()
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_progress_that_cannot_be_saved_stops_no_import(db, monkeypatch):
    monkeypatch.setattr("importer.progress.SAVE_EVERY", 0)
    told = []
    progress = RecordedProgress(ImportRun(), lambda *files: told.append(files))
    progress.aside.settings_dict = {**progress.aside.settings_dict, "NAME": "no_such"}
    progress(1, 2)
    progress.close()
    assert told == [(1, 2)]


@pytest.mark.parametrize("verbosity", [0, 1])
def test_the_command_tells_how_far_it_is(db, folder, monkeypatch, capsys, verbosity):
    monkeypatch.setattr("importer.management.commands.import_content.TELL_EVERY", 0)
    (folder / "b.md").write_text("# B\n")
    call_command("import_content", str(folder), verbosity=verbosity)
    lines = [
        "1 of 2 files are read.",
        "2 of 2 files are read.",
        "Writing links and the search index …",
    ]
    assert capsys.readouterr().err.splitlines() == (lines if verbosity else [])


def test_the_command_is_quiet_about_what_takes_no_time(db, folder, capsys):
    call_command("import_content", str(folder))
    assert capsys.readouterr().err == ""


def test_on_a_terminal_the_command_draws_a_bar(db, folder, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    call_command("import_content", str(folder))
    assert "█ 1 of 1 files" in capsys.readouterr().err
