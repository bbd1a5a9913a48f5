"""gunicorn and the commands as real processes: starting, stopping, and what goes wrong."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.start.processes import ROOT, User, environment, server_pid, wait_for_stop, wait_until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def get(port: int, path: str) -> tuple[int, bytes] | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        return None
    finally:
        connection.close()


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=120,
    )


class Site:
    def __init__(self, app: str, **changes: str) -> None:
        self.port = free_port()
        gunicorn = Path(sys.executable).with_name("gunicorn")
        self.process = subprocess.Popen(
            [sys.executable, gunicorn, "--bind", f"127.0.0.1:{self.port}", app],
            cwd=ROOT,
            env=environment(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        self.log = ""
        for line in self.process.stdout:
            self.log += line
            if line.startswith("Serving on "):
                break

    def stop(self, number: int = signal.SIGTERM) -> str:
        """Ends it by a signal to all its processes, as terminals do; gives the rest of its log."""
        os.killpg(self.process.pid, number)
        return self.process.communicate(timeout=60)[0]


@pytest.fixture
def start(state):
    """Starts sites, and sees to it that none outlives its test."""
    sites = []

    def start(app: str, **changes: str) -> Site:
        sites.append(Site(app, **changes))
        return sites[-1]

    yield start
    for site in sites:
        if site.process.poll() is None:
            site.stop(signal.SIGKILL)


@pytest.fixture
def state(tmp_path):
    state = tmp_path / "var"
    yield state
    wait_for_stop(state)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_in_flight_is_answered_before_the_end(start, state, number):
    site = start("tests.start.slow", KB_DATA_DIR=str(state), KB_ENDS_ON_HANGUP="1")
    answers = []
    request = threading.Thread(target=lambda: answers.append(get(site.port, "/slow")))
    before = site.process.pid
    request.start()
    wait_until(lambda: busy(site.port))
    os.killpg(before, number)
    request.join()
    assert answers == [(200, b"done")]
    site.process.communicate(timeout=60)
    assert site.process.returncode == 0


def busy(port: int) -> bool:
    """Whether a client is connected to the port, by the kernel's table of connections."""
    local = f"0100007F:{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(line.split()[1] == local and line.split()[3] == "01" for line in lines)


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


def children(site: Site) -> set[int]:
    """The site's workers for requests."""
    return children_of(site.process.pid) - workers_for_jobs(site)


def workers_for_jobs(site: Site) -> set[int]:
    return {child for child in children_of(site.process.pid) if is_for_jobs(child)}


def children_of(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def is_for_jobs(pid: int) -> bool:
    """Whether this is a live `manage.py worker`; nothing is said of a process that has ended."""
    try:
        return b"manage.py\0worker\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def connections_of(pid: int, port: int) -> int:
    """How many clients' connections to the port the process holds."""
    local = f"0100007F:{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {f"socket:[{row[9]}]" for row in rows if row[1] == local and row[3] == "01"}
    return sum(os.readlink(file) in inodes for file in Path(f"/proc/{pid}/fd").iterdir())


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
def test_the_worker_for_jobs_ends_with_the_site(start, state, number):
    run("manage.py", "migrate", "--verbosity=0", KB_DATA_DIR=str(state))
    site = start("kb.wsgi", KB_DATA_DIR=str(state), KB_ENDS_ON_HANGUP="1")
    wait_until(lambda: workers_for_jobs(site))
    (worker,) = workers_for_jobs(site)
    os.killpg(site.process.pid, number)
    rest = site.process.communicate(timeout=60)[0]
    assert site.process.returncode == 0
    assert not is_for_jobs(worker)
    assert "Traceback" not in rest
    assert "another one is started" not in rest


def test_the_worker_for_jobs_ends_with_a_killed_master(start, state):
    run("manage.py", "migrate", "--verbosity=0", KB_DATA_DIR=str(state))
    site = start("kb.wsgi", KB_DATA_DIR=str(state))
    wait_until(lambda: workers_for_jobs(site))
    (worker,) = workers_for_jobs(site)
    os.kill(site.process.pid, signal.SIGKILL)
    wait_until(lambda: not is_for_jobs(worker))
    site.process.communicate(timeout=60)
    assert site.process.returncode == -signal.SIGKILL


def test_a_killed_worker_for_jobs_is_replaced(start, state):
    run("manage.py", "migrate", "--verbosity=0", KB_DATA_DIR=str(state))
    site = start("kb.wsgi", KB_DATA_DIR=str(state))
    wait_until(lambda: workers_for_jobs(site))
    (worker,) = workers_for_jobs(site)
    time.sleep(10)  # one that ends sooner would only end again
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: workers_for_jobs(site) - {worker})
    os.kill(site.process.pid, signal.SIGHUP)  # a reload reads gunicorn.conf.py again
    wait_until(lambda: get(site.port, "/healthz") == (200, b'{"status": "ok"}'))
    (worker,) = workers_for_jobs(site)
    assert "another one is started" in site.stop()
    assert not is_for_jobs(worker)


def test_the_worker_for_jobs_can_be_a_service_of_its_own(start, state):
    site = start("kb.wsgi", KB_DATA_DIR=str(state), KB_WORKER="0")
    wait_until(lambda: len(children(site)) == 2)
    assert workers_for_jobs(site) == set()
    site.stop()


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


NO_SERVER = "postgres://kb:secret@127.0.0.1:1/kb"
PRODUCTION = {
    "KB_PRODUCTION": "1",
    "SECRET_KEY": "k" * 60 + "0123456789",
    "DATABASE_URL": NO_SERVER,
    "ALLOWED_HOSTS": "kb.example.org",
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"DATABASE_URL": NO_SERVER}, 'Cannot connect to the database "kb" at 127.0.0.1:1'),
        ({"DATABASE_URL": "mysql://kb:secret@localhost/kb"}, "DATABASE_URL is not the address"),
        (
            {"DATABASE_URL": "postgres://kb:secret@localhost:port/kb"},
            "DATABASE_URL is not the address",
        ),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not the address"),
        ({**PRODUCTION, "SECRET_KEY": ""}, "KB_PRODUCTION=1 needs SECRET_KEY"),
        ({**PRODUCTION, "DATABASE_URL": ""}, "KB_PRODUCTION=1 needs DATABASE_URL"),
        ({**PRODUCTION, "ALLOWED_HOSTS": ""}, "KB_PRODUCTION=1 needs ALLOWED_HOSTS"),
        ({"KB_STATEMENT_TIMEOUT_MS": "soon", "KB_SERVING": "1"}, "KB_STATEMENT_TIMEOUT_MS"),
        ({"KB_DATA_DIR": "/dev/null/var"}, "KB_DATA_DIR"),
        ({**PRODUCTION, "ALLOWED_HOSTS": " ,"}, "KB_PRODUCTION=1 needs ALLOWED_HOSTS"),
        ({**PRODUCTION, "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS=* lets anybody choose"),
        ({**PRODUCTION, "SECRET_KEY": "short"}, "SECRET_KEY can be guessed"),
        (
            {
                **PRODUCTION,
                "SECRET_KEY_FALLBACKS": f"{PRODUCTION['SECRET_KEY']},change-me-{'x' * 60}",
            },
            "SECRET_KEY_FALLBACKS can be guessed",
        ),
        ({**PRODUCTION, "KB_PROXY": "nginx"}, "KB_PROXY: 'nginx' does not appear"),
        ({"KB_PRODUCTION": "ture"}, "KB_PRODUCTION=ture is neither 1 nor 0"),
        ({"EMAIL_URL": "smtp://kb:secret@host:port"}, "EMAIL_URL is not the address"),
        ({"SECRET_KEY_FILE": "/dev/null/key"}, "SECRET_KEY_FILE: cannot read /dev/null/key"),
        ({"SENTRY_DSN": "nonsense"}, "SENTRY_DSN is not an address for errors"),
    ],
)
@pytest.mark.parametrize("command", [("manage.py", "migrate"), ("-m", "kb.serve")])
def test_what_is_wrong_is_said_in_one_line(tmp_path, command, changes, said):
    changes = {"KB_DATA_DIR": str(tmp_path / "var"), "PORT": str(free_port()), **changes}
    done = run(*command, **changes)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret@" not in done.stderr


@pytest.mark.parametrize(
    "changes", [{"DATABASE_URL": "nonsense"}, {**PRODUCTION, "SECRET_KEY": ""}]
)
def test_gunicorn_says_in_one_line_what_is_wrong(tmp_path, changes):
    gunicorn = Path(sys.executable).with_name("gunicorn")
    done = run(str(gunicorn), "kb.wsgi", KB_DATA_DIR=str(tmp_path), **changes)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_a_taken_port_is_named_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        done = run("-m", "kb.serve", PORT=port, KB_DATA_DIR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert f"Cannot serve on 127.0.0.1:{port}" in done.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("999.1.1.1", "HOST=999.1.1.1 is not an address of this machine"),
        ("no-such-host.invalid", "HOST=no-such-host.invalid is not an address of this machine"),
        ("192.0.2.7", "this machine has no such address, so use 127.0.0.1"),
    ],
)
def test_a_host_that_is_not_this_machine_is_named(tmp_path, host, said):
    done = run("-m", "kb.serve", HOST=host, KB_DATA_DIR=str(tmp_path / "var"))
    assert done.returncode == 1
    assert said in done.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "²"])
def test_a_port_that_is_none_is_named(port):
    assert f"PORT={port} is not a port" in run("-m", "kb.serve", PORT=port).stderr


def test_django_finds_nothing_to_say_about_the_production_settings():
    check = ("manage.py", "check", "--deploy", "--fail-level=WARNING")
    done = run(*check, **PRODUCTION, KB_PROXY="10.0.0.1")
    assert done.returncode == 0, done.stderr
    assert "(2 silenced)" in done.stdout
    done = run(*check, **PRODUCTION)
    assert done.returncode == 1
    assert "(kb.W001) Nobody said which proxy is in front of this site" in done.stderr
    done = run(*check, **PRODUCTION, KB_PROXY="none")
    assert done.returncode == 1
    assert "(kb.W002) KB_PROXY=none: browsers reach the site without https" in done.stderr
    assert done.stderr.count("WARNINGS") == done.stderr.count("(kb.") == 1


def test_a_folder_for_backups_that_cannot_be_written_is_said_at_the_start(tmp_path):
    folder = tmp_path / "backups"
    check = ("manage.py", "check")
    assert "(kb.W003)" not in run(*check, KB_BACKUP_DIR="").stderr
    assert (
        f"(kb.W003) KB_BACKUP_DIR={folder} is no folder"
        in run(*check, KB_BACKUP_DIR=str(folder)).stderr
    )
    folder.mkdir()
    assert "(kb.W003)" not in run(*check, KB_BACKUP_DIR=str(folder)).stderr


def test_the_three_settings_suffice_and_no_mail_is_printed():
    code = (
        "import django; django.setup(); from django.conf import settings;"
        "from django.core.mail import send_mail;"
        "print(settings.KB_HAS_MAIL, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME,"
        " settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD);"
        "send_mail('subject', 'a secret link', None, ['alice@example.org'])"
    )
    done = run("-c", code, **PRODUCTION, DJANGO_SETTINGS_MODULE="kb.settings")
    assert done.stdout == "False __Host-sessionid __Host-csrftoken False False\n"
    assert "secret link" not in done.stdout + done.stderr


def test_without_a_proxy_there_is_no_https_to_redirect_to():
    code = (
        "from django.conf import settings as s;"
        "print(s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
    )
    given = {**PRODUCTION, "DJANGO_SETTINGS_MODULE": "kb.settings"}
    done = run("-c", code, **given, KB_PROXY="none")
    assert done.stdout == "False 0 False False sessionid csrftoken\n"
    done = run("-c", code, **given, KB_PROXY="10.0.0.1")
    assert done.stdout == "True 31536000 True True __Host-sessionid __Host-csrftoken\n"
    done = run("manage.py", "check", **PRODUCTION, KB_PROXY="none", KB_SSL_REDIRECT="1")
    assert done.returncode == 1
    assert "KB_PROXY=none and KB_SSL_REDIRECT=1 contradict each other" in done.stderr


def test_folders_that_cannot_be_written_are_said_before_anything_takes_time(tmp_path):
    (tmp_path / "file").write_text("")
    places = {"KB_DATA_DIR": str(tmp_path / "var"), "PORT": str(free_port())}
    done = run("-m", "kb.serve", **places, KB_STATIC_ROOT=str(tmp_path / "file" / "static"))
    assert done.returncode == 1
    assert done.stderr == (
        f"error: The static files cannot be collected into {tmp_path}/file/static (Not a "
        "directory): make it writable, name another folder in KB_STATIC_ROOT, or run manage.py "
        "collectstatic as a user who may write there\n"
    )
    assert not (tmp_path / "var" / "postgres").exists()
    done = run("-m", "kb.serve", **places | {"KB_DATA_DIR": str(tmp_path / "file" / "var")})
    assert done.returncode == 1
    assert f"{tmp_path}/file/var" in done.stderr
    assert "KB_DATA_DIR" in done.stderr


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


def test_reading_the_settings_starts_no_server(tmp_path):
    done = run("manage.py", "check", KB_DATA_DIR=str(tmp_path / "var"))
    assert done.returncode == 0
    assert not (tmp_path / "var" / "postgres").exists()
