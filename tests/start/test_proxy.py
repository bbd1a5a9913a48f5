"""Whose word on clients and https is believed, and what is said of a wrong setting."""

import logging

import pytest
from django.core.cache import cache
from django.core.checks import run_checks
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kb import proxy
from kb.environment import Proxy
from kb.shared_memory import Shared

NONE, UNSETTLED = Proxy(True, [], ""), Proxy(False, [], "")
HEADER_ONLY = Proxy(False, [], "X-Forwarded-Proto")
NEAR = "10.0.0.1"
STRANGER = "8.8.4.4"


def named(*names: str) -> Proxy:
    return Proxy(True, list(names), "X-Forwarded-Proto")


@pytest.fixture(autouse=True)
def watch(monkeypatch, settings):
    """A process that has seen nothing yet, in production."""
    cache_of_its_own = {}
    monkeypatch.setattr(proxy, "watch", proxy.Watch())
    monkeypatch.setattr(proxy, "shared", Shared())
    monkeypatch.setattr(cache, "get", cache_of_its_own.get)
    monkeypatch.setattr(cache, "set", lambda key, value, age: cache_of_its_own.update({key: value}))
    settings.SECURE_SSL_REDIRECT = True
    return proxy.watch


@pytest.fixture
def ask(settings, caplog):
    """Sends a request through the middleware; gives the answer and what was logged."""
    caplog.set_level(logging.WARNING, "kb.proxy")

    def ask(setting: Proxy, peer: str, **headers: str) -> tuple[HttpResponse, list[str]]:
        settings.PROXY, settings.KB_TRUSTED_PROXIES = setting, setting.names
        name = "HTTP_" + (setting.header or "X-Forwarded-Proto").upper().replace("-", "_")
        settings.SECURE_PROXY_SSL_HEADER = (name, "https") if setting.header else None
        caplog.clear()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = RequestFactory().get("/", headers=sent, REMOTE_ADDR=peer)
        page = proxy.know_the_proxy(lambda request: HttpResponse(request.scheme))
        return page(request), [record.getMessage() for record in caplog.records]

    return ask


def test_a_named_proxy_is_believed_and_nothing_is_said(ask):
    answer, said = ask(named(NEAR), NEAR, x_forwarded_proto="https", x_forwarded_for="1.2.3.4")
    assert (answer.status_code, answer.content, said) == (200, b"https", [])


def test_a_named_proxy_that_was_asked_without_https_is_redirected(ask):
    answer, said = ask(named(NEAR), NEAR, x_forwarded_proto="http")
    assert (answer.content, said) == (b"http", [])  # which Django's own middleware redirects


@pytest.mark.parametrize(
    ("setting", "peer", "headers", "line"),
    [
        (
            UNSETTLED,
            NEAR,
            {"x_forwarded_proto": "https"},
            "A forwarded header came from 10.0.0.1, and no proxy is named, so all readers share "
            "one rate limit. If that is your proxy, set KB_PROXY=10.0.0.1; without a proxy, "
            "set KB_PROXY=none",
        ),
        (
            UNSETTLED,
            "",
            {},
            "A request came from unix without https, and no proxy is named. If that is your proxy, "
            "set KB_PROXY=unix; without a proxy, set KB_PROXY=none",
        ),
        (
            named("10.0.0.2"),
            NEAR,
            {"x_forwarded_for": "1.2.3.4"},
            "A forwarded header came from 10.0.0.1, which KB_PROXY does not name, and was not "
            "believed. If that is your proxy, set KB_PROXY=10.0.0.2,10.0.0.1",
        ),
        (
            named(NEAR),
            NEAR,
            {"x_forwarded_for": "1.2.3.4"},
            "A request from 10.0.0.1 does not say whether it was asked by https. If it came "
            "through the proxy, let that send the header X-Forwarded-Proto with the scheme. "
            "What asks beside the proxy, as curl or a probe, gets answers at /healthz and /readyz "
            "alone.",
        ),
        (
            HEADER_ONLY,
            NEAR,
            {},
            "A request from 10.0.0.1 does not say whether it was asked by https. If it came "
            "through the proxy, let that send the header X-Forwarded-Proto with the scheme. "
            "What asks beside the proxy, as curl or a probe, gets answers at /healthz and /readyz "
            "alone.",
        ),
        (
            NONE,
            NEAR,
            {"x_forwarded_proto": "https"},
            "A forwarded header came from 10.0.0.1, though KB_PROXY=none says that there is no "
            "proxy. If there is one, set KB_PROXY=10.0.0.1",
        ),
        (
            UNSETTLED,
            STRANGER,
            {"x_forwarded_for": "1.2.3.4"},
            "A forwarded header came from 8.8.4.4, and no proxy is named, so all readers share one "
            "rate limit. If that is your proxy, set KB_PROXY=<the address of your proxy>; "
            "without a proxy, set KB_PROXY=none",
        ),
    ],
)
def test_where_https_is_unknown_a_page_says_what_to_set_and_the_log_says_the_line(
    ask, setting, peer, headers, line
):
    answer, said = ask(setting, peer, **headers)
    assert answer.status_code == 503
    text = answer.content.decode()
    assert text.startswith("This site cannot tell whether it was asked by https")
    assert "KB_PROXY" in text or "must send the header X-Forwarded-Proto" in text
    assert peer == "" or peer not in text
    assert said[0] == line
    again, said = ask(setting, peer, **headers)
    assert (again.status_code, said) == (503, [])


def test_without_a_proxy_a_request_without_https_is_answered(ask, settings):
    settings.SECURE_SSL_REDIRECT = False  # as kb/settings.py has it then
    answer, said = ask(NONE, STRANGER)
    assert (answer.content, said) == (b"http", [])


def test_a_proxy_that_was_asked_by_https_though_there_is_to_be_none_is_noticed(ask, settings):
    settings.SECURE_SSL_REDIRECT = False
    answer, said = ask(NONE, NEAR, x_forwarded_proto="https")
    assert (answer.status_code, len(said)) == (503, 1)


def test_a_plain_request_from_the_proxy_s_machine_is_no_sign_while_the_proxy_is_right(ask):
    ask(named(NEAR), NEAR, x_forwarded_proto="https")
    answer, said = ask(named(NEAR), NEAR)
    assert (answer.status_code, said, proxy.notices()) == (503, [], [])
    assert "Beside the proxy, ask for /healthz or /readyz." in answer.content.decode()
    answer, said = ask(named(NEAR), "127.0.0.1")
    assert (answer.status_code, said, proxy.notices()) == (503, [], [])


@pytest.mark.parametrize("peer", [NEAR, "127.0.0.1"])
def test_what_was_said_of_the_proxy_goes_away_once_it_is_right(ask, peer):
    _, said = ask(named(NEAR), peer)
    assert (len(said), len(proxy.notices())) == (1, 1)
    ask(named(NEAR), NEAR, x_forwarded_proto="https")
    assert proxy.notices() == []


def test_a_header_alone_that_is_right_refutes_as_a_named_proxy_does(ask):
    ask(HEADER_ONLY, NEAR)
    assert len(proxy.notices()) == 1
    ask(HEADER_ONLY, NEAR, x_forwarded_proto="https")
    assert [text.partition(",")[0] for text in proxy.notices()] == [
        f"A forwarded header came from {NEAR}"
    ]


def test_a_proxy_that_became_wrong_is_said_after_a_moment_and_again_after_an_hour(ask, monkeypatch):
    ask(named(NEAR), NEAR, x_forwarded_proto="https")
    now = proxy.time.time()
    for later, lines in [(30, 0), (61, 1), (120, 0), (3_000, 0), (3_700, 1)]:
        monkeypatch.setattr(proxy.time, "time", lambda at=now + later: at)
        assert (later, len(ask(named(NEAR), NEAR)[1])) == (later, lines)
    assert len(proxy.notices()) == 1


def test_another_proxy_that_is_not_named_stays_a_sign(ask):
    ask(named(NEAR), "10.0.0.3", x_forwarded_for="1.2.3.4")
    ask(named(NEAR), NEAR, x_forwarded_proto="https")
    assert len(proxy.notices()) == 1


@pytest.mark.parametrize("scheme", ["https", "HTTPS", "https,http"])
def test_a_stranger_cannot_say_that_it_came_by_https(ask, scheme):
    answer, _ = ask(named(NEAR), STRANGER, x_forwarded_proto=scheme)
    assert answer.status_code == 503


def test_strangers_headers_are_no_news_once_the_proxy_was_seen(ask):
    ask(named(NEAR), NEAR, x_forwarded_proto="https")
    for number in range(20):
        _, said = ask(named(NEAR), f"8.8.4.{number}", x_forwarded_for="1.2.3.4")
        assert said == []
    _, said = ask(named(NEAR), "10.0.0.3", x_forwarded_for="1.2.3.4")
    assert said[0].endswith("set KB_PROXY=10.0.0.1,10.0.0.3")


def test_strangers_cannot_fill_the_log(ask):
    said = [ask(UNSETTLED, f"8.8.4.{n}", x_forwarded_for="1")[1] for n in range(50)]
    assert sum(map(len, said)) == 1


def test_a_setting_that_was_mended_leaves_no_notice(ask):
    ask(UNSETTLED, NEAR, x_forwarded_proto="https")
    assert len(proxy.notices()) == 1
    ask(named(NEAR), NEAR, x_forwarded_proto="https")
    assert proxy.notices() == []


def test_the_check_of_deployments_asks_for_a_proxy(settings):
    settings.PROXY = UNSETTLED
    assert [m.id for m in run_checks(include_deployment_checks=True) if m.id[:2] == "kb"] == [
        "kb.W001"
    ]
    for setting, expected in ((NONE, ["kb.W002"]), (named(NEAR), [])):
        settings.PROXY = setting
        found = run_checks(include_deployment_checks=True)
        assert [message.id for message in found if message.id[:2] == "kb"] == expected


@pytest.mark.django_db
def test_staff_see_what_was_noticed(settings, admin_client):
    settings.SECURE_SSL_REDIRECT = False
    line = "If that is your proxy, set KB_PROXY=10.0.0.1"
    before = admin_client.get("/admin/").content.decode()
    assert "/admin/deployment/" not in before
    assert "No request has shown a wrong setting." in page(admin_client)
    Client(REMOTE_ADDR=NEAR).get("/", headers={"x-forwarded-for": "1.2.3.4"})
    assert line in page(admin_client)
    assert '<a href="/admin/deployment/">' in admin_client.get("/admin/").content.decode()


def page(client: Client) -> str:
    return client.get("/admin/deployment/").content.decode()


@pytest.mark.django_db
def test_the_page_of_the_deployment_is_for_staff_alone(settings, client):
    settings.SECURE_SSL_REDIRECT = False
    assert client.get("/admin/deployment/").status_code == 302
