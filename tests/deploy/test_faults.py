"""What is killed, locked or full while the site serves, and what readers see of it."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack

import psycopg
import pytest

from tests.deploy.machines import HOST, Server
from tests.start.processes import ROOT, environment, wait_until
from tests.start.sites import Site, children, workers_for_jobs
from tests.start.sites import get as get_from_anywhere

OK = (200, b'{"status": "ok"}')


@pytest.fixture
def site(server, start_site):
    """Two processes that keep no page, so that each answer needs the database."""
    changes = {"KB_PROXY": "none", "KB_PAGE_MEMORY_MB": "0", "KB_STATEMENT_TIMEOUT_MS": "1000"}
    site = start_site(server.url(), **changes)
    yield site
    site.stop(signal.SIGINT)


def get(site: Site, path: str = "/topics/guide/") -> int:
    """The status of a page; 0 where nobody answers."""
    connection = subprocess.run(
        ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", f"Host: {HOST}"]
        + ["--max-time", "10", f"http://127.0.0.1:{site.port}{path}"],
        capture_output=True,
        text=True,
    )
    return int(connection.stdout or 0)


def opened(server: Server, **options: object) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(server.url().replace("postgres://", "postgresql://"), **options)


def test_a_killed_process_is_replaced_and_the_others_answer(site):
    assert get(site) == 200
    workers = children(site) - workers_for_jobs(site)
    killed = min(workers)
    os.kill(killed, signal.SIGKILL)
    assert get(site) == 200
    wait_until(lambda: len(children(site) - workers_for_jobs(site) - {killed}) == len(workers))
    assert {get(site) for _ in range(8)} == {200}


def test_the_processes_end_with_a_killed_master_so_that_a_supervisor_can_start_anew(
    server, start_site
):
    site = start_site(server.url(), KB_PROXY="none")
    workers = children(site)
    site.process.kill()
    site.process.communicate(timeout=60)
    wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers))
    for name in ("kb-web", "kb-worker"):
        unit = (ROOT / "deploy" / "systemd" / f"{name}.service").read_text()
        assert "\nRestart=" in unit


def test_a_killed_backend_of_the_database_is_forgotten(site, server):
    assert get(site) == 200
    with opened(server) as other:
        pids = other.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = 'kb' AND pid <> pg_backend_pid()"
        ).fetchall()
    # PostgreSQL ends all sessions and recovers.
    os.kill(int(str(pids[0][0])), signal.SIGKILL)
    wait_until(lambda: get(site) == 200)
    assert {get(site) for _ in range(8)} == {200}


def test_a_restarted_database_is_found_again(site, server):
    assert get(site) == 200
    server.stop("fast")
    assert get(site) == 503
    assert get_from_anywhere(site.port, "/healthz") == OK
    server.start()
    wait_until(lambda: get(site) == 200)
    assert get_from_anywhere(site.port, "/readyz") == OK


def test_a_locked_table_costs_a_page_its_time_limit_and_probes_nothing(site, server):
    assert get(site) == 200
    with opened(server) as other, other.transaction():
        other.execute("LOCK TABLE topics_section, topics_topic")
        assert get(site) == 503
        assert get_from_anywhere(site.port, "/healthz") == OK
        assert get_from_anywhere(site.port, "/readyz") == OK
    assert get(site) == 200


def test_a_database_without_a_connection_to_spare_is_503_for_new_processes_alone(site, server):
    # Each thread has its connection by then.
    assert {get(site) for _ in range(12)} == {200}
    with ExitStack() as stack:
        with pytest.raises(psycopg.OperationalError, match="too many clients|reserved"):
            while True:
                stack.enter_context(opened(server))
        assert get_from_anywhere(site.port, "/healthz") == OK
        assert get(site) in (200, 503)
    wait_until(lambda: {get(site) for _ in range(8)} == {200})


@pytest.mark.parametrize("command", [("rebuild_index",)])
def test_a_killed_command_leaves_a_database_that_serves(site, server, folder, command):
    where = {"DATABASE_URL": server.url(), "KB_DATA_DIR": str(folder / "var")}
    before = server.sql("SELECT count(*) FROM topics_indexedsection")
    with opened(server) as other, other.transaction():
        # The command waits for this row, or table, in the midst of its work.
        other.execute("LOCK TABLE topics_indexstate, django_migrations IN EXCLUSIVE MODE")
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment(**where),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        waiting = "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"
        wait_until(lambda: server.sql(waiting) == "t" or process.poll() is not None)
        process.kill()
        process.wait()
    assert server.sql("SELECT count(*) FROM topics_indexedsection") == before
    assert get(site) == 200
    assert get(site, "/search/?q=queue") == 200
    assert get_from_anywhere(site.port, "/readyz") == OK


def test_a_killed_migration_goes_on_where_it_was(server, folder) -> None:
    server.sql("CREATE DATABASE half")
    where = {"DATABASE_URL": server.url("half"), "KB_DATA_DIR": str(folder / "var")}
    done = "SELECT count(*) FROM django_migrations"
    exists = "SELECT to_regclass('django_migrations') IS NOT NULL"

    def steps() -> int:
        is_there = server.sql(exists, database="half") == "t"
        return int(server.sql(done, database="half")) if is_there else 0

    command = [sys.executable, "manage.py", "migrate", "-v0"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(**where))
    wait_until(lambda: steps() > 12, seconds=120)
    process.kill()
    process.wait()
    half = steps()
    subprocess.run([*command, "--noinput"], cwd=ROOT, env=environment(**where), check=True)
    assert steps() > half
    check = [sys.executable, "manage.py", "migrate", "--check"]
    assert subprocess.run(check, cwd=ROOT, env=environment(**where)).returncode == 0


EDIT = """
import django; django.setup()
from importer.edits import save_section
from topics.models import Section
section = Section.objects.published().exclude(markdown="").first()
save_section(section, title=section.title, markdown="quokka", user=None)
"""


def test_a_killed_edit_changes_nothing(site, server, folder) -> None:
    where = {"DATABASE_URL": server.url(), "KB_DATA_DIR": str(folder / "var")}
    edited = "SELECT count(*) FROM topics_section WHERE markdown LIKE '%quokka%'"
    with opened(server) as other, other.transaction():
        other.execute("LOCK TABLE topics_contentversion IN ACCESS EXCLUSIVE MODE")  # its last step
        process = subprocess.Popen(
            [sys.executable, "-c", EDIT],
            cwd=ROOT,
            env=environment(DJANGO_SETTINGS_MODULE="kb.settings", **where),
        )
        writes = (
            "SELECT count(*) > 0 FROM pg_locks w JOIN pg_locks h USING (pid) WHERE NOT w.granted"
            " AND h.relation = 'topics_section'::regclass AND h.mode = 'RowExclusiveLock'"
        )
        wait_until(lambda: server.sql(writes) == "t" or process.poll() is not None, seconds=120)
        assert process.poll() is None
        process.kill()
        process.wait()
    idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    wait_until(lambda: server.sql(idle) == "0")
    assert server.sql(edited) == "0"
    assert get(site) == 200
