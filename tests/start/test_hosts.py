"""By which names and ports the site is asked, and forms whose address the proxy hides."""

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kb import hosts
from kb.environment import check_production, hosts_and_ports

KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"


@pytest.mark.parametrize(
    ("given", "names", "ports"),
    [
        (["kb.example.org"], ["kb.example.org"], set()),
        (["kb.example.org:8443", ".x.org"], ["kb.example.org", ".x.org"], {"8443"}),
        (["[::1]", "[::1]:8000"], ["[::1]", "[::1]"], {"8000"}),
        (["10.0.0.1:8000", "10.0.0.1:9000"], ["10.0.0.1", "10.0.0.1"], {"8000", "9000"}),
        (["*"], ["*"], set()),
    ],
)
def test_hosts_are_named_with_the_ports_that_are_not_the_usual_ones(given, names, ports):
    assert hosts_and_ports(given) == (names, ports)


@pytest.mark.parametrize(
    "host", ["kb.example.org:", "kb:0", "kb:x", "kb:123456", "http://kb", "kb/a", "kb:80:80"]
)
def test_what_is_no_host_is_refused(host):
    with pytest.raises(ImproperlyConfigured, match="is not the name of a host"):
        check_production({"SECRET_KEY": [KEY]}, [host])


def test_a_host_with_a_port_is_one():
    check_production(
        {"SECRET_KEY": [KEY]}, ["kb.example.org:8443", ".example.org:8443", "[::1]:8443"]
    )


@pytest.fixture
def ask(settings, caplog, monkeypatch):
    """Asks by https; gives the status, the host that the views see, and what was logged."""
    monkeypatch.setattr(hosts, "said", set())
    caplog.set_level(logging.WARNING, "kb.hosts")
    settings.ALLOWED_HOSTS = ["kb.example.org", "[::1]"]

    def ask(host: str, ports: set[str] | None) -> tuple[int, str, list[str]]:
        settings.KB_PORTS = ports
        caplog.clear()
        request = RequestFactory().get("/", secure=True, headers={"host": host})
        page = hosts.know_the_host(lambda request: HttpResponse(request.get_host()))
        answer = page(request)
        return answer.status_code, answer.content.decode(), [r.getMessage() for r in caplog.records]

    return ask


@pytest.mark.parametrize(
    ("host", "ports", "seen"),
    [
        ("kb.example.org", set(), "kb.example.org"),
        ("kb.example.org:443", set(), "kb.example.org"),
        ("kb.example.org:8443", {"8443"}, "kb.example.org:8443"),
        ("[::1]:443", set(), "[::1]"),
        ("kb.example.org:1337", None, "kb.example.org:1337"),
    ],
)
def test_a_port_that_is_the_site_s_is_taken(ask, host, ports, seen):
    assert ask(host, ports) == (200, seen, [])


@pytest.mark.parametrize(
    ("host", "ports"),
    [
        ("kb.example.org:1337", set()),
        ("kb.example.org:80", set()),
        ("kb.example.org:1337", {"8443"}),
        ("[::1]:1337", set()),
    ],
)
def test_a_foreign_port_is_refused_and_the_log_says_once_what_to_set(ask, host, ports):
    status, text, (line,) = ask(host, ports)
    assert status == 400
    assert text.startswith("This site is not known by the name and port in the address.")
    assert host not in text
    assert line.endswith(f"If browsers reach the site by it, add {host} there")
    assert ask(host, ports) == (400, text, [])


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:443", "kb.example.org:443@evil.example", "kb.example.org:", " "],
)
def test_a_foreign_name_is_refused_and_cannot_fill_the_log(ask, host):
    status, text, said = ask(host, {"443"})
    assert (status, said) == (400, [])
    assert "ALLOWED_HOSTS must name them" in text
    for port in range(2_000, 2_050):
        assert ask(f"kb.example.org:{port}", set())[0] == 400
    assert len(hosts.said) == hosts.MOST_SAID


def test_links_in_e_mails_carry_no_foreign_port(settings, client, alice, mailoutbox):
    settings.KB_PORTS, settings.ALLOWED_HOSTS = set(), ["kb.example.org"]
    asked = {"email": alice.email}
    for host, sent in [("kb.example.org:1337", 0), ("kb.example.org", 1)]:
        client.post("/accounts/password/reset/", asked, headers={"host": host}, secure=True)
        assert len(mailoutbox) == sent
    assert "https://kb.example.org/accounts/password/reset/key/" in mailoutbox[0].body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("origin", "is_hidden"),
    [
        ("https://kb.example.org:8443", True),
        ("http://kb.example.org", True),
        ("https://evil.example", False),
        ("https://[", False),
        ("null", False),
    ],
)
def test_a_form_whose_address_the_proxy_hides_is_no_expired_one(
    settings, caplog, origin, is_hidden
):
    settings.ALLOWED_HOSTS = ["kb.example.org"]
    browser = Client(enforce_csrf_checks=True)
    sent = {"host": "kb.example.org", "origin": origin}
    answer = browser.post("/accounts/login/", {}, headers=sent, secure=True)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert ("This site is set up wrongly" in page) is is_hidden
    assert ("This form has expired" in page) is not is_hidden
    said = [r.getMessage() for r in caplog.records if r.name == "kb.hosts"]
    assert len(said) == is_hidden
    if is_hidden:
        assert f"A form came from {origin}, and the proxy says that this is https://kb" in said[0]
        assert said[0].endswith(f"or set CSRF_TRUSTED_ORIGINS={origin}")
