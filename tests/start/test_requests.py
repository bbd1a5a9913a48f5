"""What surrounds every request: probes, ids, log lines, and the database being away."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.utils import InterfaceError, InternalError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kb import health, middleware
from kb.logs import JsonFormatter, request_id
from kb.shared_memory import Shared
from tests.start.processes import ROOT, environment


@pytest.fixture
def lines(monkeypatch):
    """The log records of requests."""
    records = []
    handler = logging.Handler()
    handler.emit = records.append
    logging.getLogger("kb.requests").addHandler(handler)
    yield records
    logging.getLogger("kb.requests").removeHandler(handler)


@pytest.mark.django_db
def test_a_migrated_database_is_ready():
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_pending_migrations_are_not_ready(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health, "pending", lambda _: ["topics.0999_one"])
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reason"] == "1 migrations are pending: run manage.py migrate"


@pytest.mark.django_db
def test_a_server_that_ends_is_not_ready(monkeypatch):
    ending = Shared()
    monkeypatch.setattr(health, "shared", ending)
    assert Client().get("/readyz").status_code == 200
    ending.drain()
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "draining", "reason": "the server is ending"}
    assert Client().get("/healthz").status_code == 200


def test_what_one_process_says_its_children_know():
    known = Shared()
    assert (known.is_draining, known.may_not_write) == (False, False)
    child = os.fork()
    if child == 0:
        known.drain()
        known.writes_failed()
        os._exit(0)
    os.waitpid(child, 0)
    assert (known.is_draining, known.may_not_write) == (True, True)


def cause(error, source):
    error.__cause__ = source
    return error


@pytest.mark.parametrize(
    "error",
    [
        cause(OperationalError("could not extend file"), psycopg.errors.DiskFull()),
        cause(InternalError("read-only"), psycopg.errors.ReadOnlySqlTransaction()),
    ],
)
@pytest.mark.django_db
def test_where_nothing_can_be_saved_readers_are_told_so_and_the_probe_warns(monkeypatch, error):
    known = Shared()
    monkeypatch.setattr(health, "shared", known)
    monkeypatch.setattr(middleware, "shared", known)
    monkeypatch.setattr(middleware.connection, "close", lambda: None)
    away = middleware.answer_for_the_database(lambda request: HttpResponse())
    page = away.process_exception(RequestFactory().post("/bookmarks/"), error)
    assert page.status_code == 503
    assert "Nothing can be saved right now, but you can still read." in page.content.decode()
    answer = away.process_exception(RequestFactory().post("/api/v1/search"), error)
    assert json.loads(answer.content)["error"]["code"] == "database_read_only"
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "warning": "something could not be saved in the last minute: see the log",
    }


@pytest.mark.django_db
def test_a_database_that_takes_no_changes_is_ready_for_readers_only():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    answer = Client().get("/readyz")
    assert answer.json()["warning"] == "nothing can be saved: the database is read-only"


@pytest.mark.django_db
def test_a_disk_that_is_nearly_full_is_said_before_anything_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(
        health.shutil, "disk_usage", lambda path: SimpleNamespace(free=31 << 20, path=path)
    )
    monkeypatch.setitem(connection.settings_dict, "EMBEDDED_STATE", tmp_path)
    answer = Client().get("/readyz")
    assert (
        answer.json()["warning"] == f"nothing can be saved: the disk that holds {tmp_path} is full"
    )


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/accounts/password/reset/key/3-dis20a-6e50abc/", "/accounts/password/reset/key/3--/"),
        ("/accounts/confirm-email/MQ:1abc:xyz/", "/accounts/confirm-email/-/"),
        ("/bookmarks/wanted/7.abcdefghij:1v:sig/", "/bookmarks/wanted/-/"),
    ],
)
@pytest.mark.django_db
def test_no_key_of_a_link_is_in_the_log(lines, path, logged):
    Client().get(path)
    assert lines[0].getMessage().split()[1] == logged


@pytest.mark.django_db
def test_browsers_are_told_what_no_page_here_uses():
    for path in ("/", "/healthz", "/accounts/login/", "/nowhere/", "/api/v1/search?q=x"):
        answer = Client().get(path)
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["X-Content-Type-Options"] == "nosniff"
        for feature in ("camera", "geolocation", "microphone", "payment"):
            assert f"{feature}=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_probes_answer_whatever_host_they_ask_for_and_in_plain_http(path, settings):
    settings.ALLOWED_HOSTS = ["kb.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_a_response_carries_the_id_of_its_request(lines):
    answer = Client().get("/healthz", headers={"x-request-id": "from-the-proxy.1"})
    assert answer["X-Request-ID"] == "from-the-proxy.1"
    assert [record.getMessage().split()[:3] for record in lines] == [["GET", "/healthz", "200"]]


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\nb", "<script>", "é"])
def test_an_id_that_is_not_sane_is_replaced(given):
    request = RequestFactory().get("/", headers={"x-request-id": given})
    answer = middleware.log_requests(lambda request: HttpResponse())(request)
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])


def test_a_path_cannot_write_a_log_line_of_its_own_and_the_query_is_left_out(lines):
    request = RequestFactory().get("/a%0AERROR%20b?token=secret")
    middleware.log_requests(lambda request: HttpResponse())(request)
    assert "GET /a%0AERROR%20b 200" in lines[0].getMessage()
    assert "secret" not in lines[0].getMessage()


def test_json_lines_hold_the_fields_of_the_request(lines):
    def view(request):
        lines.append(JsonFormatter().format(logging.LogRecord("kb", 20, "", 0, "hello", (), None)))
        return HttpResponse(status=404)

    request = RequestFactory().get("/x", headers={"x-request-id": "id-1"})
    middleware.log_requests(view)(request)
    inside = json.loads(lines[0])
    assert (inside["message"], inside["request_id"], inside["level"]) == ("hello", "id-1", "INFO")
    entry = json.loads(JsonFormatter().format(lines[1]))
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/x", 404)
    assert request_id.get() == "-"


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_a_view_that_cannot_use_the_database_gives_503(error):
    away = middleware.answer_for_the_database(lambda request: HttpResponse())
    page = away.process_exception(RequestFactory().get("/topics/"), error)
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert page["Content-Type"].startswith("text/html")
    answer = away.process_exception(RequestFactory().get("/api/v1/search"), error)
    assert answer.status_code == 503
    assert json.loads(answer.content)["error"]["code"] == "database_unavailable"


def test_a_nul_character_is_a_bad_request(admin_client):
    answer = admin_client.get("/admin/topics/topic/?source=%00")
    assert answer.status_code == 400


def test_other_errors_are_left_to_django():
    away = middleware.answer_for_the_database(lambda request: HttpResponse())
    assert away.process_exception(RequestFactory().get("/"), ValueError()) is None


def test_a_database_that_fails_in_a_middleware_gives_503(monkeypatch):
    def fail(self, request):
        raise OperationalError("gone")

    monkeypatch.setattr(
        "django.contrib.sessions.middleware.SessionMiddleware.process_request", fail
    )
    client = Client(raise_request_exception=False)
    assert client.get("/bookmarks/").status_code == 503
    assert client.get("/api/v1/search").json()["error"]["code"] == "database_unavailable"


@pytest.mark.django_db
def test_a_database_that_lacks_a_table_gives_503_and_says_so(caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE topics_topic RENAME TO elsewhere")
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 503
    reason = 'relation "topics_topic" does not exist): somebody removed it, so restore a backup'
    assert reason in caplog.text


def test_a_host_that_is_not_ours_writes_one_line():
    code = (
        "import django; django.setup(); from django.test import Client;"
        "print(Client().get('/', headers={'host': 'evil.example'}).status_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(DJANGO_SETTINGS_MODULE="tests.settings", KB_LOG_JSON="1"),
        capture_output=True,
        text=True,
    )
    assert done.stdout == "400\n"
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["status"] == 400


@pytest.mark.django_db
def test_every_answer_has_a_policy_without_inline_script_or_style():
    policy = Client().get("/accounts/login/", headers={"cookie": "x=1"})["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "path", "size", "status"),
    [
        ("nobody", "/search/wish", 65_537, 413),
        ("nobody", "/admin/login/", 65_537, 413),
        ("nobody", "/api/v1/search", 65_537, 413),
        ("learner", "/search/wish", 65_537, 400),
        ("learner", "/search/wish", 1_048_577, 413),
        ("learner", "/admin/", 1_048_577, 413),
        ("admin", "/search/wish", 1_048_577, 413),
        ("admin", "/admin/", 20_971_521, 413),
    ],
)
def test_a_body_is_bounded_before_it_is_read(who, path, size, status, client, settings):
    if who != "nobody":
        user = User.objects.create_user(who, is_staff=who == "admin")
        client.force_login(user)
    body = io.BytesIO(b"")
    answer = client.generic("POST", path, "x", CONTENT_LENGTH=str(size), **{"wsgi.input": body})
    assert answer.status_code == status


def test_a_body_of_unknown_length_is_refused(client):
    answer = client.generic("POST", "/search/wish", "x", HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411
