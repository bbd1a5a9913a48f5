"""Real workers on a real database: stopped, killed, and several at once."""

import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Now

from importer import tasks
from importer.models import ImportRun
from jobs import queue
from jobs.models import Job
from tests.jobs import samples
from tests.jobs.running import end, start_worker
from tests.start.processes import wait_until
from topics.models import Topic

pytestmark = pytest.mark.django_db(transaction=True)
SILENT = timedelta(minutes=2)


@pytest.fixture
def workers():
    """Starts workers, and sees to it that none outlives its test."""
    started = []

    def start(*options: str, **changes: str):
        started.append(start_worker(*options, **changes))
        return started[-1]

    yield start
    for worker in started:
        if worker.poll() is None:
            worker.kill()
        worker.communicate()


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def begun(log: Path) -> int:
    """Waits until a `wait_for` has begun; the process that runs it."""
    wait_until(lambda: log.exists() and "begun" in log.read_text())
    return int(log.read_text().split()[2])


def test_a_worker_runs_what_is_due_and_ends_with_once(workers):
    jobs = {
        "good": samples.give.enqueue(1),
        "failing": samples.fail.enqueue("no"),
        "not yet": samples.give.using(run_after=timedelta(hours=1)).enqueue(1),
    }
    worker = workers("--once")
    said = end(worker)
    assert worker.returncode == 0
    assert {name: state_of(job) for name, job in jobs.items()} == {
        "good": "SUCCESSFUL",
        "failing": "READY",
        "not yet": "READY",
    }
    assert (jobs["good"].result, jobs["failing"].error) == (1, "ValueError: no")
    assert f"tests.give {jobs['good'].pk}: done in" in said


def test_three_workers_run_each_of_many_jobs_once(workers, tmp_path):
    file = tmp_path / "lines"
    for number in range(60):
        samples.note.enqueue(str(file), str(number))
    for worker in [workers("--once") for _ in range(3)]:
        end(worker)
    assert Counter(file.read_text().split()) == Counter(map(str, range(60)))
    assert set(Job.objects.filter(name="tests.note").values_list("state", "attempts")) == {
        ("SUCCESSFUL", 1)
    }


@pytest.mark.parametrize(
    ("job", "error"),
    [
        (samples.leave, "Its process ended with code 3 before the task did."),
        (samples.take_too_long, "It took longer than 0:00:00.500000 and was ended."),
    ],
)
def test_a_task_whose_process_ends_has_failed(workers, job, error):
    job = job.enqueue(3) if job is samples.leave else job.enqueue()
    end(workers("--once"))
    assert (state_of(job), job.error) == ("FAILED", error)


def test_a_task_that_is_killed_does_not_take_the_worker_away(workers):
    killed = samples.die.enqueue()
    others = [samples.give.enqueue(number) for number in range(3)]
    end(workers("--once", "--processes=1"))
    assert state_of(killed) == "READY"
    assert killed.error == ("Its process was ended by SIGKILL. It may have taken too much memory.")
    assert [state_of(job) for job in others] == ["SUCCESSFUL"] * 3


def test_progress_is_saved_while_the_job_runs(workers, tmp_path, monkeypatch):
    job = samples.wait_for.enqueue(str(tmp_path / "go"), str(tmp_path / "log"))
    worker = workers("--once")
    wait_until(lambda: state_of(job) == "RUNNING" and job.total)
    assert (job.done, job.total) == (1, 4)
    (tmp_path / "go").touch()
    end(worker)
    assert (state_of(job), job.done, job.total) == ("SUCCESSFUL", 4, 4)


def test_sigterm_lets_the_running_job_end_and_takes_no_other(workers, tmp_path):
    job = samples.wait_for.enqueue(str(tmp_path / "go"), str(tmp_path / "log"))
    other = samples.give.using(run_after=timedelta(seconds=0)).enqueue(1)
    worker = workers("--processes=1", "--grace=30")
    begun(tmp_path / "log")
    os.killpg(worker.pid, signal.SIGTERM)
    time.sleep(0.5)
    assert worker.poll() is None
    (tmp_path / "go").touch()
    end(worker)
    assert worker.returncode == 0
    assert [state_of(job), state_of(other)] == ["SUCCESSFUL", "READY"]


@pytest.mark.parametrize("numbers", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]])
def test_a_job_that_does_not_end_in_time_is_given_back(workers, tmp_path, numbers):
    job = samples.wait_for.enqueue(str(tmp_path / "go"), str(tmp_path / "log"))
    grace = 0.3 if numbers == [signal.SIGTERM] else 60
    worker = workers(f"--grace={grace}")
    child = begun(tmp_path / "log")
    for number in numbers:
        os.killpg(worker.pid, number)
        time.sleep(0.3)
    assert "is given back" in end(worker)
    assert worker.returncode == 0
    assert not is_alive(child)
    assert (state_of(job), job.attempts, job.worker) == ("READY", 0, "")
    (tmp_path / "go").touch()
    end(workers("--once"))
    assert (state_of(job), job.result) == ("SUCCESSFUL", 1)


def test_the_job_of_a_killed_worker_ends_with_it_and_is_run_again(workers, tmp_path):
    job = samples.wait_for.enqueue(str(tmp_path / "go"), str(tmp_path / "log"))
    worker = workers()
    child = begun(tmp_path / "log")
    worker.kill()
    wait_until(lambda: not is_alive(child))
    assert state_of(job) == "RUNNING"
    (tmp_path / "go").touch()
    end(workers("--once"))
    assert state_of(job) == "RUNNING"  # nobody knows yet that its worker is dead
    Job.objects.update(heartbeat_at=Now() - SILENT)
    said = end(workers("--once"))
    assert "is taken from a worker that says nothing" in said
    assert (state_of(job), job.error) == ("READY", queue.KILLED)
    Job.objects.update(run_at=Now())
    end(workers("--once"))
    assert (state_of(job), job.result) == ("SUCCESSFUL", 2)
    assert (tmp_path / "log").read_text().count("ended") == 1


def test_a_worker_that_lost_its_job_ends_the_attempt(workers, tmp_path):
    job = samples.wait_for.enqueue(str(tmp_path / "go"), str(tmp_path / "log"))
    worker = workers()
    child = begun(tmp_path / "log")
    Job.objects.filter(pk=job.pk).update(worker="another", attempts=2)
    wait_until(lambda: not is_alive(child))
    worker.terminate()
    assert "was taken from this worker" in end(worker)
    assert (state_of(job), job.worker, job.attempts) == ("RUNNING", "another", 2)


def test_a_worker_ends_with_the_parent_it_was_given(workers):
    worker = workers(f"--parent={os.getppid()}")  # not its parent: that one is gone
    end(worker)
    assert worker.returncode == 0


def test_a_database_that_goes_away_is_told_once_and_waited_for(workers, tmp_path):
    job = samples.wait_for.enqueue(str(tmp_path / "go"), str(tmp_path / "log"))
    worker = workers("--once")
    begun(tmp_path / "log")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE jobs_job RENAME TO jobs_job_away")
        try:
            (tmp_path / "go").touch()
            time.sleep(4)
        finally:
            cursor.execute("ALTER TABLE jobs_job_away RENAME TO jobs_job")
    said = end(worker)
    assert said.count("No jobs run until the database answers: ProgrammingError") == 1
    assert said.count("The database answers: jobs are run again.") == 1
    assert "Traceback" not in said
    assert (state_of(job), job.result) == ("SUCCESSFUL", 1)


def test_connections_that_are_cut_do_no_harm(workers, tmp_path):
    job = samples.wait_for.enqueue(str(tmp_path / "go"), str(tmp_path / "log"))
    worker = workers("--once")
    begun(tmp_path / "log")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    (tmp_path / "go").touch()
    said = end(worker)
    assert "Traceback" not in said
    assert (state_of(job), job.attempts) == ("SUCCESSFUL", 1)


def test_nothing_is_lost_when_workers_are_killed_at_random(workers, tmp_path):
    """Every job is run at least once, and all end well; none runs after it was recorded as done."""
    seed = random.randrange(10**6)
    print("seed", seed)  # shown when the test fails
    chance = random.Random(seed)
    file = tmp_path / "lines"
    jobs = [samples.note_slowly.enqueue(str(file), str(number)) for number in range(40)]
    kills = 0
    while Job.objects.filter(pk__in=[job.pk for job in jobs]).exclude(state="SUCCESSFUL").exists():
        worker = workers("--processes=2", "--once")
        if kills < 5:
            time.sleep(0.8 + chance.random() * 0.8)
            os.kill(worker.pid, signal.SIGKILL)
            kills += 1
        end(worker)
        Job.objects.filter(state="RUNNING").update(heartbeat_at=Now() - SILENT)
        queue.take_from_dead()
        Job.objects.filter(state="READY").update(run_at=Now())
    times = Counter(file.read_text().split())
    assert set(times) == set(map(str, range(40)))
    for job in jobs:
        job.refresh_from_db()
        assert times[job.args[1]] <= job.attempts


def test_wrong_options_are_named(workers):
    worker = workers("--processes=0")
    assert "--processes must be 1 or more." in end(worker)


def test_a_worker_imports_an_upload(workers, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    folder = tmp_path / "uploads" / "1" / "files"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("# A\n")
    note = {"level": "refused", "path": "x.exe", "line": None, "message": "is a link"}
    run = ImportRun.objects.create(source="notes", folder=str(folder), notes=[note])
    tasks.start(run.pk)
    tasks.start(run.pk)
    assert tasks.waits_for_a_worker(run)
    end(workers("--once", KB_DATA_DIR=str(tmp_path)))
    run.refresh_from_db()
    assert (run.status, run.files_done, run.files_total) == ("done", 1, 1)
    assert [note["message"] for note in run.notes] == ["is a link"]
    assert Topic.objects.get().title == "A"
    job = Job.objects.get(name="importer.import_upload")
    assert (job.state, job.attempts, job.result["topics added"]) == ("SUCCESSFUL", 1, 1)
    assert not folder.exists()
    assert not tasks.waits_for_a_worker(run)
