"""What browsers report of the content security policy: one line each, of nothing but names."""

import json
import logging

import pytest
from django.test import Client

from kb import policy_reports
from topics import rate_limits

pytestmark = pytest.mark.django_db
PAGE = "http://testserver/topics/?kind=guide"
OLD = {
    "document-uri": PAGE,
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://evil.example/x.js?who=alice",
}
NEW = {"documentURL": PAGE, "effectiveDirective": "script-src-elem", "blockedURL": "inline"}


@pytest.fixture(autouse=True)
def afresh(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    policy_reports.last_said.clear()
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    caplog.set_level(logging.WARNING, "kb.policy_reports")


def send(sent: object, **headers: str) -> int:
    body = sent if isinstance(sent, (str, bytes)) else json.dumps(sent)
    kind = "application/csp-report"
    return Client().post("/policy-reports/", body, content_type=kind, headers=headers).status_code


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.name == "kb.policy_reports"]


def test_pages_say_where_to(client: Client, settings) -> None:
    page = client.get("/accounts/login/")
    policy = page["Content-Security-Policy"]
    assert "report-uri /policy-reports/" in policy
    assert "report-to policy" in policy
    assert page["Reporting-Endpoints"] == 'policy="/policy-reports/"'
    settings.KB_POLICY_REPORTS = False
    assert "Reporting-Endpoints" not in client.get("/accounts/login/")
    assert send({"csp-report": OLD}) == 404


def test_both_forms_are_a_line_without_what_was_asked(caplog) -> None:
    assert send({"csp-report": OLD}) == 204
    assert (
        send([{"type": "csp-violation", "body": NEW}, {"type": "deprecation", "body": NEW}]) == 204
    )
    assert lines(caplog) == [
        "A browser refused https://evil.example as script-src-elem on /topics/.",
        "A browser refused inline as script-src-elem on /topics/.",
    ]


def test_the_place_in_a_script_is_said(caplog) -> None:
    place = {"source-file": "http://testserver/static/js/app.js?v=1", "line-number": 7}
    send({"csp-report": OLD | place})
    assert lines(caplog)[0].endswith("on /topics/ (/static/js/app.js:7).")


def test_the_same_is_said_once(caplog) -> None:
    for _ in range(5):
        send({"csp-report": OLD})
    assert len(lines(caplog)) == 1


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("/accounts/password/reset/key/3-abc-1234/", "/accounts/password/reset/key/3--/"),
        ("/bookmarks/?q=my+secret#note", "/bookmarks/"),
    ],
)
def test_keys_and_questions_stay_out(caplog, page: str, shown: str) -> None:
    send({"csp-report": OLD | {"document-uri": f"http://testserver{page}"}})
    (line,) = lines(caplog)
    assert line.endswith(f" on {shown}.")


@pytest.mark.parametrize(
    "changes",
    [
        {"document-uri": "http://other.example/topics/"},
        {"document-uri": "http://testserver:81/topics/"},
        {"document-uri": "http://testserver/no/such/page/of/ours"},
        {"document-uri": "http://[bad/topics/"},
        {"document-uri": ["http://testserver/topics/"]},
        {"document-uri": None},
        {"document-uri": "about"},
        {"effective-directive": "x\nINFO forged line"},
        {"effective-directive": "SCRIPT<b>"},
        {"effective-directive": "x" * 41},
        {"effective-directive": ""},
        {"blocked-uri": "chrome-extension://abc/x.js"},
        {"blocked-uri": "moz-extension://abc/x.js"},
        {"blocked-uri": "safari-web-extension://abc/"},
        {"blocked-uri": "https://a b/"},
        {"blocked-uri": "https://a\x1b[2Jb/"},
        {"blocked-uri": "https://user:password@evil.example/"},
        {"blocked-uri": "javascript:alert(1)"},
        {"blocked-uri": "https://" + "a" * 5000},
        {"blocked-uri": 5},
        {"source-file": "moz-extension://abc/x.js"},
    ],
)
def test_what_is_not_about_this_site_leaves_no_line(caplog, changes) -> None:
    assert send({"csp-report": OLD | changes}) == 204
    assert lines(caplog) == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[" * 15000, 400),
        ("1", 400),
        ('"x"', 400),
        ("null", 400),
        (b"\xff\xfe", 400),
        ("[]", 204),
        ("{}", 204),
        ('{"csp-report": 1}', 204),
        ('[1, null, {"type": "csp-violation"}, {"type": "csp-violation", "body": []}]', 204),
        ('{"csp-report": {"document-uri": 1e999}}', 204),
        ("x" * (16 * 1024 + 1), 413),
    ],
)
def test_whatever_is_sent_nothing_breaks(caplog, sent, status: int) -> None:
    assert send(sent) == status
    assert lines(caplog) == []


def test_one_request_leaves_ten_lines_at_most_and_one_client_sends_twenty_a_minute(caplog) -> None:
    hosts = [NEW | {"blockedURL": f"https://h{n}.example/"} for n in range(500 // 4)]
    assert send([{"type": "csp-violation", "body": body} for body in hosts[:60]]) == 204
    assert len(lines(caplog)) == 10
    answers = [send({"csp-report": OLD}) for _ in range(25)]
    assert answers == [204] * 19 + [429] * 6


def test_what_was_said_is_remembered_within_bounds(monkeypatch) -> None:
    for number in range(500):
        policy_reports.is_new(str(number))
    assert len(policy_reports.last_said) == 200


def test_it_takes_only_posts_without_a_cookie() -> None:
    assert Client().get("/policy-reports/").status_code == 405
    answer = Client(enforce_csrf_checks=True).post(
        "/policy-reports/", json.dumps({"csp-report": OLD}), content_type="application/csp-report"
    )
    assert answer.status_code == 204
    assert not answer.cookies
