"""What happens between the start and the first request."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finder
from django.core.management import CommandError
from django.db import connection
from django.db.models.functions import Now

from importer.lock import IMPORT_LOCK
from importer.models import ImportRun
from jobs.models import Job
from kb import job_worker, serve, static
from tests.jobs.running import run_due
from tests.start.processes import ROOT, environment, wait_until
from topics.models import Topic

TRY = "SELECT pg_try_advisory_xact_lock(%s)"


@pytest.mark.django_db
def test_the_first_admin_is_made_once_from_the_environment(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "root")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "root@example.org")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse")
    serve.make_first_admin()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "another one")
    serve.make_first_admin()
    admin = User.objects.get()
    assert (admin.username, admin.email, admin.is_superuser) == ("root", "root@example.org", True)
    assert admin.check_password("correct horse")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("root", "", "The admin root needs a password: set DJANGO_SUPERUSER_PASSWORD."),
        ("a b", "correct horse", "The admin of DJANGO_SUPERUSER_USERNAME: Enter a valid username."),
    ],
)
@pytest.mark.django_db
def test_a_first_admin_that_cannot_be_is_named(monkeypatch, name, password, said):
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", name)
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
    with pytest.raises(CommandError) as caught:
        serve.make_first_admin()
    assert str(caught.value).startswith(said)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_a_name_no_admin_is_made(monkeypatch):
    monkeypatch.delenv("DJANGO_SUPERUSER_USERNAME", raising=False)
    serve.make_first_admin()
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_import_elsewhere_does_not_keep_the_site_from_serving(capfd, settings, tmp_path):
    settings.CONTENT_DIR = tmp_path / "content"
    settings.CONTENT_DIR.mkdir()
    (settings.CONTENT_DIR / "a.md").write_text("# A\n")
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    try:
        serve.import_content()
        serve.import_content()
        assert [job.state for job in run_due()] == ["READY"]
        assert not ImportRun.objects.exists()
    finally:
        other.close()
    said = capfd.readouterr().out
    assert f"Importing {settings.CONTENT_DIR} …" in said
    assert "a worker will import this when that has ended" in said
    assert not Topic.objects.exists()
    Job.objects.update(run_at=Now())
    (job,) = run_due()
    assert (job.state, job.result["topics added"], job.attempts) == ("SUCCESSFUL", 1, 1)
    assert Topic.objects.get().title == "A"


@pytest.mark.django_db(transaction=True)
def test_only_one_process_at_a_time_prepares_the_database_and_no_session_keeps_the_lock():
    with serve.one_at_a_time(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [serve.PREPARING])
        assert cursor.fetchone() == (False,)
    with connection.cursor() as cursor:
        wait_until(lambda: cursor.execute(TRY, [serve.PREPARING]) or cursor.fetchone() == (True,))
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        assert cursor.fetchone() == (0,)


@pytest.fixture
def finders(settings):
    """Only the finder of STATICFILES_DIRS, which Django keeps from one test to the next."""
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    get_finder.cache_clear()
    yield
    get_finder.cache_clear()


def test_static_files_are_collected_again_only_when_one_changed(finders, settings, tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "a.css").write_text("a{}")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = target
    static.collect()
    (target / "a.css").write_text("changed where nobody should")
    static.collect()
    assert (target / "a.css").read_text() == "changed where nobody should"
    (source / "a.css").write_text("a{color:red}")
    (source / "b.css").write_text("b{}")
    static.collect()
    assert sorted(file.name for file in target.glob("*.css")) == ["a.css", "b.css"]


def test_a_folder_that_was_moved_is_served(monkeypatch):
    """The script `gunicorn` names its Python by the path that .venv was made at."""
    run = []
    monkeypatch.setenv("KB_ENDS_ON_HANGUP", "")
    monkeypatch.setattr(os, "execv", lambda path, command: run.append([path, *command]))
    serve.become_gunicorn("127.0.0.1", "8000")
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:8000", "kb.wsgi"]
    assert run == [[sys.executable, *gunicorn]]
    assert os.environ["KB_ENDS_ON_HANGUP"] == "1"


def test_jobs_have_all_the_time_that_they_need(monkeypatch):
    started = []
    monkeypatch.setenv("KB_SERVING", "1")
    monkeypatch.setattr(job_worker, "_process", None)
    monkeypatch.setattr(
        job_worker.subprocess, "Popen", lambda command, **how: started.append((command, how))
    )
    job_worker.start()
    ((command, how),) = started
    assert command[1:3] == [str(settings.BASE_DIR / "manage.py"), "worker"]
    assert f"--parent={os.getpid()}" in command
    assert "KB_SERVING" not in how["env"]  # it would limit each query to seconds


@pytest.mark.parametrize(
    ("host", "port", "bound"), [("127.0.0.1", "80", "127.0.0.1:80"), ("::1", "80", "[::1]:80")]
)
def test_an_address_is_written_as_gunicorn_wants_it(host, port, bound):
    assert serve.address(host, port) == bound


def test_processes_that_start_at_once_collect_static_files_once(tmp_path):
    code = "import django; django.setup(); from kb import static; static.collect()"
    places = environment(KB_STATIC_ROOT=str(tmp_path), DJANGO_SETTINGS_MODULE="kb.settings")
    started = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=places) for _ in range(3)
    ]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert (tmp_path / "staticfiles.json").is_file()
