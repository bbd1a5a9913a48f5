"""gunicorn and the commands as real processes: how they start, answer and stop."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from tests.start.processes import ROOT, User, environment, server_pid, wait_until
from tests.start.sites import Site, children, clients, connections_of, free_port, get, run


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_in_flight_is_answered_before_the_end(start, state, number):
    site = start("tests.start.slow", KB_DATA_DIR=str(state), KB_ENDS_ON_HANGUP="1")
    answers = []
    request = threading.Thread(target=lambda: answers.append(get(site.port, "/slow")))
    before = site.process.pid
    request.start()
    wait_until(lambda: clients(site.port))
    os.killpg(before, number)
    request.join()
    assert answers == [(200, b"done")]
    site.process.communicate(timeout=60)
    assert site.process.returncode == 0


def test_gunicorn_without_a_terminal_makes_new_workers_on_sighup(start, state):
    site = start("kb.wsgi", KB_DATA_DIR=str(state))
    workers = children(site)
    os.kill(site.process.pid, signal.SIGHUP)
    wait_until(lambda: children(site) and not children(site) & workers)
    assert get(site.port, "/healthz") == (200, b'{"status": "ok"}')
    site.stop(signal.SIGINT)
    assert site.process.returncode == 0


def test_gunicorn_alone_starts_the_database_and_ends_it(start, state):
    site = start("kb.wsgi", KB_DATA_DIR=str(state))
    assert f"Serving on http://127.0.0.1:{site.port}/" in site.log
    assert get(site.port, "/healthz") == (200, b'{"status": "ok"}')
    status, body = get(site.port, "/readyz")
    assert status == 503
    assert b"migrations are pending" in body
    assert server_pid(state) is not None
    site.stop()


def test_a_killed_site_leaves_no_database_behind(start, state):
    site = start("kb.wsgi", KB_DATA_DIR=str(state))
    assert server_pid(state) is not None
    site.stop(signal.SIGKILL)


def test_the_site_comes_back_when_its_database_was_killed(start, state):
    run("manage.py", "migrate", "--verbosity=0", KB_DATA_DIR=str(state))
    site = start("kb.wsgi", KB_DATA_DIR=str(state))
    assert get(site.port, "/readyz") == (200, b'{"status": "ok"}')
    os.kill(server_pid(state), signal.SIGKILL)
    wait_until(lambda: server_pid(state) is None)
    wait_until(lambda: get(site.port, "/readyz") == (200, b'{"status": "ok"}'))
    site.stop()


def test_idle_connections_do_not_keep_others_from_being_answered(start, state):
    site = start("kb.wsgi", KB_DATA_DIR=str(state))
    idle = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(20)]
    assert get(site.port, "/healthz") == (200, b'{"status": "ok"}')
    for connection in idle:
        connection.close()
    site.stop()


def test_connections_are_shared_out_between_the_workers(start, state):
    site = start("kb.wsgi", KB_DATA_DIR=str(state))
    wait_until(lambda: len(children(site)) == 2)
    wait_until(lambda: min(shares(site)) > 0)  # until both take connections
    rounds = [shares(site) for _ in range(5)]  # of 16 each: one alone is a matter of luck
    assert min(map(sum, zip(*rounds, strict=True))) >= 16
    site.stop()


def shares(site: Site) -> list[int]:
    """How many of 16 connections made at once each worker has."""
    kept = [http.client.HTTPConnection("127.0.0.1", site.port) for _ in range(16)]
    for connection in kept:
        connection.connect()
    for connection in kept:
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b'{"status": "ok"}'
    counts = [connections_of(child, site.port) for child in sorted(children(site))]
    for connection in kept:
        connection.close()
    assert sum(counts) == 16
    return counts


def test_an_unreachable_database_is_served_as_503(start, tmp_path):
    url = f"postgres://kb:secret@127.0.0.1:{free_port()}/kb"
    site = start("kb.wsgi", DATABASE_URL=url, KB_DATA_DIR=str(tmp_path))
    assert "Serving 503 until the database answers: Cannot connect to the database" in site.log
    assert get(site.port, "/healthz") == (200, b'{"status": "ok"}')
    assert get(site.port, "/readyz")[0] == 503
    rest = site.stop()
    assert "Traceback" not in site.log + rest
    assert "secret" not in site.log + rest


SHOW = "connection.cursor().execute('SHOW statement_timeout').fetchone()[0]"


def test_pages_have_a_statement_timeout_and_commands_have_none(state):
    changes = {"KB_DATA_DIR": str(state)}
    page = f"import kb.wsgi; from django.db import connection; print({SHOW})"
    assert run("-c", page, **changes).stdout == "5s\n"
    assert run("-c", page, **changes, KB_STATEMENT_TIMEOUT_MS="750").stdout == "750ms\n"
    command = f"from django.db import connection; print({SHOW})"
    done = run("manage.py", "shell", "--no-imports", "-c", command, **changes)
    assert done.stdout == "0\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_start_that_is_broken_off_ends_quietly(state, number):
    start = subprocess.Popen(
        [sys.executable, "-m", "kb.serve"],
        cwd=ROOT,
        env=environment(KB_DATA_DIR=str(state), PORT=str(free_port())),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until((state / "postgres.new").exists)
    os.killpg(start.pid, number)
    assert start.communicate(timeout=60) == ("Preparing the database …\n", "")
    assert start.returncode == 130


@pytest.mark.parametrize(
    "command", [("search", "index"), ("createsuperuser", "--noinput", "--username=a", "--email=")]
)
def test_commands_ask_for_the_migrations(state, command):
    user = User(state, "SELECT 1")
    assert user.results() == ["1"]
    done = run("manage.py", *command, KB_DATA_DIR=str(state))
    user.leave()
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        f"error: The database is not prepared: there is nothing in the embedded database in {state}"
    )
    assert "run manage.py migrate; otherwise give this command the site's settings" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_reads_only_the_beginning_gets_no_traceback(tmp_path):
    many = (
        "import sys; from unittest import mock; import manage;"
        "sys.argv = ['manage.py'];"
        "mock.patch('django.core.management.execute_from_command_line',"
        " lambda argv: [print('line', n) for n in range(200_000)]).start();"
        "manage.main()"
    )
    script = ["bash", "-c", '"$0" -c "$1" | head -n 1; echo ${PIPESTATUS[0]}', sys.executable, many]
    done = subprocess.run(script, cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("line 0\n141\n", "")
