"""The database around the site: PgBouncer in transaction mode, a main server and its stand-by."""

import http.client
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest

from tests.deploy.conftest import SETTINGS
from tests.deploy.machines import HOST, Server
from tests.start.processes import ROOT, environment, wait_until
from tests.start.sites import free_port, get

# kb.serve with a small library in place of content/.
NODE = """
import os, pathlib, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "kb.settings"
from django.conf import settings
settings.CONTENT_DIR = pathlib.Path("tests/samples").absolute()
from kb import serve
serve.main()
"""
LIMITED = """
import os, time
os.environ["KB_SERVING"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "kb.settings"
import django; django.setup()
from django.db import connection, transaction
from django.db.utils import OperationalError

def sleep():
    start = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(3)")
        return "slept"
    except OperationalError as error:
        return f"{type(error.__cause__).__name__} {time.monotonic() - start < 2}"

print(sleep())
with transaction.atomic():
    print(sleep())
print(connection.is_pooled)
with connection.cursor() as cursor:
    cursor.execute("SELECT 1")
    print(cursor.fetchone()[0])
"""
KEPT = """
import django; django.setup()
from django.db import connection
from topics.raw_sql import execute
for n in range(4):
    assert execute("SELECT %(n)s::bigint + 1", {"n": n}, keeps_plan=True) == [(n + 1,)]
print(connection.is_pooled, *execute("SELECT count(*) FROM pg_prepared_statements")[0])
"""


def run(source: str, **changes: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("way", ["directly", "through PgBouncer"])
def test_the_time_limit_of_pages_holds(server, bouncer, folder, way):
    url = bouncer.url() if way == "through PgBouncer" else server.url()
    where = {"DATABASE_URL": url, "KB_DATA_DIR": str(folder / "var")}
    lines = run(LIMITED, **where, KB_STATEMENT_TIMEOUT_MS="400")
    pooled = str(way == "through PgBouncer")
    assert lines == ["QueryCanceled True", "QueryCanceled True", pooled, "1"]


def test_no_page_leaves_its_time_limit_on_a_pooled_connection(server, bouncer, folder):
    where = {"DATABASE_URL": bouncer.url(), "KB_DATA_DIR": str(folder / "var")}
    run(LIMITED, **where, KB_STATEMENT_TIMEOUT_MS="400")
    show = ["--host=127.0.0.1", f"--port={bouncer.port}", "--username=kb", "--dbname=kb", "-XAtc"]
    for _ in range(6):
        assert server.run("psql", *show, "SHOW statement_timeout") == "0\n"


@pytest.mark.parametrize(
    ("way", "kept"), [("directly", "False 1"), ("through PgBouncer", "True 0")]
)
def test_plans_are_kept_where_a_connection_is_nobody_elses(server, bouncer, folder, way, kept):
    url = bouncer.url() if way == "through PgBouncer" else server.url()
    where = {"DATABASE_URL": url, "KB_DATA_DIR": str(folder / "var")}
    assert run(KEPT, DJANGO_SETTINGS_MODULE="kb.settings", **where) == [kept]


def test_what_runs_in_no_transaction_runs_through_the_pooler(bouncer, folder):
    source = (
        "import django; django.setup(); from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    for sql in ('VACUUM (SKIP_LOCKED) topics_term', 'vacuum analyze topics_term',\n"
        "            'CREATE INDEX CONCURRENTLY tried ON topics_term (df)',\n"
        "            'REINDEX INDEX CONCURRENTLY tried', 'DROP INDEX CONCURRENTLY tried'):\n"
        "        cursor.execute(sql)\n"
        "print(connection.is_pooled)"
    )
    where = {"DATABASE_URL": bouncer.url(), "KB_DATA_DIR": str(folder / "var")}
    assert run(source, DJANGO_SETTINGS_MODULE="kb.settings", **where) == ["True"]


def test_a_limit_of_the_role_does_not_end_a_command(server, folder):
    server.sql("CREATE ROLE hurried LOGIN SUPERUSER")
    server.sql("ALTER ROLE hurried SET statement_timeout = '200ms'")
    url = server.url().replace("kb@", "hurried@")
    source = LIMITED.replace('os.environ["KB_SERVING"] = "1"', "").replace("sleep(3)", "sleep(0.5)")
    lines = run(source, DATABASE_URL=url, KB_DATA_DIR=str(folder / "var"))
    assert lines == ["slept", "slept", "False", "1"]


@pytest.mark.parametrize("way", ["directly", "through PgBouncer"])
def test_three_nodes_that_start_at_once_prepare_one_database(server, bouncer, folder, static, way):
    name = f"nodes_{way.split()[0]}"
    server.sql(f"CREATE DATABASE {name}")
    url = bouncer.url(name) if way == "through PgBouncer" else server.url(name)
    places = {"KB_STATIC_ROOT": str(static), "KB_DATA_DIR": str(folder / "var")}
    changes = {**SETTINGS, **places, "DATABASE_URL": url, "KB_PROXY": "none"}
    ports = [free_port() for _ in range(3)]
    nodes = [
        subprocess.Popen(
            [sys.executable, "-c", NODE],
            cwd=ROOT,
            env=environment(**changes, PORT=str(port), WEB_CONCURRENCY="1", KB_SSL_REDIRECT="0"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for port in ports
    ]
    try:
        ended = lambda: [node for node in nodes if node.poll() is not None]  # noqa: E731
        ready = (200, b'{"status": "ok"}')
        wait_until(
            lambda: ended() or all(get(port, "/readyz") == ready for port in ports), seconds=150
        )
        assert [node.communicate()[0] for node in ended()] == []
        headers = {"Host": "kb.example.org"}
        assert [status(port, "/search/?q=retry", headers) for port in ports] == [200] * 3
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        assert server.sql(locks, database=name) == "0"
        assert server.sql("SELECT count(*) > 5 FROM topics_section", database=name) == "t"
    finally:
        for node in nodes:
            node.terminate()
        logs = [node.communicate(timeout=60)[0] for node in nodes]
    assert [node.returncode for node in nodes] == [0, 0, 0], logs
    assert not any("Traceback" in log for log in logs), logs


def status(port: int, path: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_the_site_follows_a_promoted_standby_and_loses_nothing(server, start_site):
    """A main server is killed in the middle of saving; its stand-by becomes the main one."""
    main = Server.made()
    standby = None
    try:
        main.run("psql", f"--dbname={main.url('postgres')}", "-Xc", "CREATE DATABASE kb")
        dump = server.folder / "main.dump"
        server.folder.chmod(0o755)
        server.run("pg_dump", f"--dbname={server.url()}", "-Fc", "-f", dump)
        dump.chmod(0o644)
        main.run("pg_restore", f"--dbname={main.url()}", dump)
        standby = main.standby()
        # What was acknowledged must be on both.
        main.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        main.sql("SELECT pg_reload_conf()")
        hosts = f"127.0.0.1:{main.port},127.0.0.1:{standby.port}"
        url = f"postgres://kb@{hosts}/kb?target_session_attrs=read-write"
        site = start_site(url, KB_PROXY="none", KB_SSL_REDIRECT="0", WEB_CONCURRENCY="1")
        reader = Reader(site.port)
        sections = main.sql("SELECT id FROM topics_section ORDER BY id").splitlines()
        statuses: dict[str, int] = {}
        stop = threading.Event()

        def save() -> None:
            for section in sections:
                if stop.is_set():
                    return
                statuses[section] = reader.bookmark(section)
                time.sleep(0.05)

        def saved() -> list[str]:
            return [section for section, status in statuses.items() if status == 302]

        thread = threading.Thread(target=save)
        thread.start()
        wait_until(lambda: len(saved()) >= 5)
        main.stop("immediate")
        wait_until(lambda: 503 in statuses.values())
        before = len(saved())
        standby.promote()
        wait_until(lambda: len(saved()) >= before + 5)
        stop.set()
        thread.join()
        assert set(statuses.values()) == {302, 503}
        kept = standby.sql("SELECT section_id FROM learning_bookmark").splitlines()
        assert set(saved()) <= set(kept)
        assert get(site.port, "/readyz") == (200, b'{"status": "ok"}')
    finally:
        for one in (main, standby):
            if one:
                one.remove()


class Reader:
    """Somebody who is logged in, without a browser."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.ask("GET", "/accounts/login/")
        status = self.ask("POST", "/accounts/login/", login="admin", password="correct horse")
        assert status == 302

    def bookmark(self, section: str) -> int:
        return self.ask("POST", f"/bookmarks/sections/{section}/add/")

    def ask(self, method: str, path: str, **fields: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        token = self.cookies.get("csrftoken", "")
        headers = {
            "Host": HOST,
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": token,
        }
        try:
            body = urllib.parse.urlencode(fields) if method == "POST" else None
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            for line in answer.headers.get_all("Set-Cookie", []):
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status
        finally:
            connection.close()
