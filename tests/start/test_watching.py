"""What operators see of the site: figures, slow statements, errors; what no log tells anybody."""

import gzip
import json
import logging
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory

from jobs.models import Job
from kb import metrics, slow_queries
from kb.logs import JsonFormatter, TextFormatter
from kb.metrics import BUCKETS, Counts
from search import log as search_log
from tests.shelf import fill_shelf
from tests.start.processes import ROOT, environment


def figures(**headers: str) -> dict[str, float]:
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    }


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_status(monkeypatch):
    monkeypatch.setattr(metrics, "counts", Counts())
    client = Client()
    client.get("/")
    client.get("/")
    client.get("/topics/nothing-of-this-name/")
    client.get("/wholly/elsewhere?secret=1")
    found = figures()
    name = "kb_request_duration_seconds"
    home = 'route="topics:home",method="GET",status="200"'
    assert found[f"{name}_count{{{home}}}"] == 2
    assert found[f'{name}_bucket{{{home},le="+Inf"}}'] == 2
    assert found[f"{name}_sum{{{home}}}"] > 0
    assert found[f'{name}_count{{route="topics:topic",method="GET",status="404"}}'] == 1
    assert found[f'{name}_count{{route="other",method="GET",status="404"}}'] == 1
    assert not any("secret" in line or "elsewhere" in line for line in found)
    ladder = [found[f'{name}_bucket{{{home},le="{most}"}}'] for most in BUCKETS]
    assert ladder == sorted(ladder)


@pytest.mark.django_db
def test_searches_jobs_and_versions_are_told(monkeypatch):
    monkeypatch.setattr(metrics, "counts", Counts())
    fill_shelf()
    Client().get("/api/v1/search", {"q": "kubernetes"})
    Client().get("/search/", {"q": "xyzzyplugh"})
    Job.objects.create(name="x", run_at="2020-01-01T00:00Z")
    Job.objects.create(name="x", run_at="2020-01-01T00:00Z", state="FAILED")
    found = figures()
    assert found["kb_searches_total"] == 2
    assert found["kb_searches_without_hits_total"] == 1
    assert found["kb_database_up"] == 1
    assert found['kb_jobs{queue="default",state="failed"}'] == 1
    assert found["kb_jobs_oldest_due_seconds"] > 1e6
    assert found["kb_index_sections"] == 6
    assert [v for name, v in found.items() if name.startswith("kb_index_version")] == [1]
    assert "kb_content_version" in found


@pytest.mark.django_db
def test_a_database_that_is_away_is_a_figure(monkeypatch):
    monkeypatch.setattr(metrics, "_KNOWN", "SELECT 1 / 0")
    monkeypatch.setattr(metrics.connection, "close", lambda: None)
    assert figures()["kb_database_up"] == 0


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "192.0.2.1"}, 404),
        ({"REMOTE_ADDR": ""}, 404),  # a local socket
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
    ],
)
@pytest.mark.django_db
def test_without_a_token_only_this_machine_sees_figures(settings, given, status):
    settings.SECURE_SSL_REDIRECT = True  # whether asked by https or not
    assert Client(**given).get("/metrics").status_code == status


@pytest.mark.parametrize(
    ("header", "status"),
    [("Bearer right", 200), ("Bearer wrong", 404), ("right", 404), ("", 404), ("Bearer ä", 404)],
)
@pytest.mark.django_db
def test_with_a_token_only_who_sends_it(settings, header, status):
    settings.KB_METRICS_TOKEN, settings.SECURE_SSL_REDIRECT = "right", True
    client = Client(REMOTE_ADDR="192.0.2.1")
    assert client.get("/metrics", headers={"authorization": header}).status_code == status


def test_processes_count_together_and_a_new_one_goes_on_where_another_ended():
    counts = Counts()
    counts.add("mine", 0.3)
    for _ in range(100):  # more than there are strips
        if (child := os.fork()) == 0:
            counts.add("child", 0.004)
            counts.add("mine", 20.0)
            os._exit(0)
        os.waitpid(child, 0)
    found = counts.all()
    assert sum(found["child"][: len(BUCKETS) + 1]) == found["child"][0] == 100
    assert found["mine"][len(BUCKETS)] == 100
    assert found["mine"][len(BUCKETS) + 1] == pytest.approx(2000.3)


def test_more_names_than_there_is_room_for_are_counted_as_others():
    counts = Counts()
    for number in range(metrics.SERIES + 50):
        counts.add(f"{'ä' * 60} {number}" if number % 2 else f"{number}")
    found = counts.all()
    assert len(found) <= metrics.SERIES
    total = sum(sum(cells[: len(BUCKETS) + 1]) for cells in found.values())
    assert total == metrics.SERIES + 50


@pytest.mark.django_db
def test_slow_statements_are_logged_without_what_was_filled_in(settings, caplog, monkeypatch):
    settings.KB_SLOW_QUERY_MS = 20
    clock = iter([1.0, 1.020, 2.0, 2.019])
    monkeypatch.setattr(slow_queries, "perf_counter", lambda: next(clock))
    with connection.execute_wrapper(slow_queries.timed), connection.cursor() as cursor:
        cursor.execute("SELECT 1, %s", ["a secret word"])
        cursor.execute("SELECT %s", ["another"])
    assert caplog.messages == ["A statement took 20 ms: SELECT 1, %s"]


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
        body = unpack.get(self.headers.get("Content-Encoding", ""), bytes)(body)
        self.server.bodies.append(body.decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


FAILING = """
import django; django.setup()
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from kb import urls
@csrf_exempt
def fail(request, token):
    hidden_variable = "hidden value"
    raise ValueError("First line, password=hunter2\\nsecond line with alice@example.org")
urls.urlpatterns.append(path("fails/<str:token>/", fail))
made = RequestFactory(REMOTE_ADDR="192.0.2.77")
made.cookies["sessionid"] = "cookie-value"
request = made.post("/fails/TOKEN-IN-PATH/?q=query-words", {"note": "note-text"})
urls.handler500 = lambda request: HttpResponse(status=500)
list(get_wsgi_application()(request.environ, lambda status, headers: print(status)))
import sentry_sdk; sentry_sdk.flush(10)
"""


def test_errors_are_sent_without_who_asked_and_for_what():
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.bodies = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        done = subprocess.run(
            [sys.executable, "-c", FAILING],
            cwd=ROOT,
            env=environment(
                DJANGO_SETTINGS_MODULE="tests.settings",
                ALLOWED_HOSTS="testserver",
                SENTRY_DSN=f"http://public@127.0.0.1:{server.server_port}/1",
            ),
            capture_output=True,
            text=True,
        )
        assert done.stdout == "500 Internal Server Error\n", done.stderr
    finally:
        server.shutdown()
        server.server_close()
    events = [json.loads(b.splitlines()[2]) for b in server.bodies if '"type":"event"' in b]
    assert len(events) == 1
    sent = json.dumps(events[0])
    assert events[0]["exception"]["values"][0]["type"] == "ValueError"
    assert events[0]["request"] == {"method": "POST", "url": "http://testserver/fails/-/"}
    for secret in (
        "hunter2", "alice@example.org", "hidden value", "TOKEN-IN-PATH", "query-words",
        "note-text", "cookie-value", "192.0.2.77",
    ):  # fmt: skip
        assert secret not in sent, secret


@pytest.fixture
def whole_log(settings):
    """All that any logger writes, as it stands in the log."""
    lines: list[str] = []
    handler = logging.Handler(logging.DEBUG)
    formatter = JsonFormatter()
    handler.emit = lambda record: lines.append(formatter.format(record))
    loggers = [logging.getLogger(name) for name in ("", "kb", "topics", "learning", "accounts")]
    levels = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.INFO)
    yield lines
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.django_db
def test_no_log_tells_a_password_a_link_a_note_or_a_search(whole_log, settings):
    settings.KB_SLOW_QUERY_MS = 0  # every statement is slow
    shelf = fill_shelf()
    browser = Client(REMOTE_ADDR="192.0.2.5")
    with connection.execute_wrapper(slow_queries.timed):
        form = {"username": "carol", "email": "carol@example.org", "password1": "Tr0mbone-quartet"}
        joined = browser.post("/accounts/signup/", {**form, "password2": "Tr0mbone-quartet"})
        assert joined.status_code == 302
        section = shelf["streams"].pk
        assert browser.post(f"/bookmarks/sections/{section}/add/").status_code == 302
        mark = User.objects.get(username="carol").bookmarks.get()
        saved = browser.post(f"/bookmarks/{mark.pk}/note/", {"note": "my-private-note"})
        assert saved.status_code == 302
        browser.get("/search/", {"q": "my-private-search"})
        browser.get("/api/v1/search", {"q": "my-private-search"})
        browser.get("/api/v1/suggest", {"q": "my-private-search"})
        browser.get("/bookmarks/", {"q": "my-private-search"})
        other = Client()
        other.post("/accounts/password/reset/", {"email": "carol@example.org"})
        link = re.search(r"/accounts/password/reset/key/(\S+?)/", mail.outbox[-1].body)
        assert link, mail.outbox[-1].body
        answer = other.get(link[0])
        other.get(answer["Location"])
        other.post("/accounts/login/", {"login": "carol", "password": "wr0ng-Passw0rd"})
        search_log.write_waiting()
    text = "\n".join(whole_log)
    assert "A statement took" in text
    assert '"/accounts/password/reset/key/' in text
    assert '"client": "192.0.2.5"' in text
    assert f'"user": "{mark.user_id}"' in text
    for secret in (
        "Tr0mbone", "wr0ng", "my-private", "carol", link[1], link[1].split("-", 1)[1],
        browser.cookies["sessionid"].value,
    ):  # fmt: skip
        assert secret not in text, secret


@pytest.mark.django_db
def test_a_link_that_reached_no_view_is_not_told_either(whole_log):
    path = "/accounts/password/reset/key/3-dis20a-6e50abc/"
    assert Client().get(path, headers={"host": "evil.example"}).status_code == 400
    assert "6e50abc" not in "".join(whole_log)


@pytest.mark.parametrize(
    "path", ["/accounts/password/reset/key/3-6e50abc/", "/learn/shared/6e50abc/copy/"]
)
@pytest.mark.django_db
def test_a_refused_form_tells_no_key_of_a_link(whole_log, path):
    assert Client(enforce_csrf_checks=True).post(path, {"a": "b"}).status_code == 403
    text = "".join(whole_log)
    assert "Forbidden (CSRF cookie not set.): /" in text
    assert "6e50abc" not in text


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/accounts/password/reset/key/3-6e50abc/", "/accounts/password/reset/key/3--/"),
        ("/topics/a%0AERROR%20b/", "/topics/a%0AERROR%20b/"),
    ],
)
def test_a_path_in_what_django_says_is_that_of_the_request_s_line(formatter, path, told):
    request = RequestFactory().get(path)
    said = ("Internal Server Error", request.path)
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "%s: %s", said, None)
    record.request = request
    assert f"Internal Server Error: {told}" in formatter.format(record)


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
@pytest.mark.parametrize(
    ("said", "words", "told"),
    [
        (
            "Invalid request from ip=9.9.9.9: Invalid HTTP request line: 'GET /?q=\xff HTTP/1.1'",
            (),
            "Invalid request from ip=9.9.9.9: Invalid HTTP request line: -",
        ),
        (
            "Invalid request from ip=9.9.9.9: Invalid HTTP header: \"Cookie : sessionid='x'\"",
            (),
            "Invalid request from ip=9.9.9.9: Invalid HTTP header: -",
        ),
        (
            "Invalid request from ip=9.9.9.9: Invalid HTTP Version: (9, 9)",
            (),
            "Invalid request from ip=9.9.9.9: Invalid HTTP Version: (9, 9)",
        ),
        (
            "Error handling request %s %s",
            ("GET", "/learn/shared/6e50abc/?q=a"),
            "Error handling request GET /learn/shared/-/",
        ),
    ],
)
def test_what_gunicorn_says_of_a_request_quotes_none_of_it(formatter, settings, said, words, told):
    about = ("gunicorn.error", logging.WARNING, "", 0, said, words, None)
    text = formatter.format(logging.LogRecord(*about))
    assert told in text
    assert not re.search("q=|sessionid|6e50abc", text)
    settings.KB_LOG_CLIENTS = False
    assert "9.9.9.9" not in formatter.format(logging.LogRecord(*about))


@pytest.mark.django_db
def test_clients_can_be_left_out_of_the_log(whole_log, settings):
    settings.KB_LOG_CLIENTS = False
    Client(REMOTE_ADDR="192.0.2.5").get("/")
    (line,) = [json.loads(line) for line in whole_log if "kb.requests" in line]
    assert {"client", "user"}.isdisjoint(line)
    assert "192.0.2.5" not in line["message"]
