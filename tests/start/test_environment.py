"""Settings read from the environment, and what is said of a database that cannot be used."""

import os
import re
import stat

import django
import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.utils import NotSupportedError, ProgrammingError

from kb.database.errors import explain
from kb.environment import (
    LOST_AFTER,
    SECRETS,
    Proxy,
    check_production,
    database,
    flag,
    listed,
    mail,
    number,
    origins,
    proxy,
    read_secrets,
    secret_key,
    site_address,
)
from tests.start.processes import ROOT


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path):
    key = secret_key(tmp_path / "var")
    assert len(key) == 50
    assert secret_key(tmp_path / "var") == key
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret_key"]


def test_a_url_names_the_server_and_its_options(tmp_path):
    url = "postgres://me:p%40ss@db.example:6543/notes?sslmode=require&connect_timeout=9"
    config = database(url, tmp_path, statement_timeout_ms=5000)
    assert config["HOST"] == "db.example"
    assert (config["PORT"], config["NAME"], config["PASSWORD"]) == (6543, "notes", "p@ss")
    assert config["OPTIONS"] == {
        **LOST_AFTER,
        "sslmode": "require",
        "connect_timeout": 9,
    }
    assert config["STATEMENT_TIMEOUT_MS"] == 5000
    assert "EMBEDDED_STATE" not in config


def test_without_a_url_the_embedded_server_is_used(tmp_path):
    config = database("", tmp_path, statement_timeout_ms=0)
    assert config["EMBEDDED_STATE"] == tmp_path
    assert config["HOST"] == str(tmp_path / "postgres")
    assert config["STATEMENT_TIMEOUT_MS"] == 0


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_secret_may_stand_in_a_file(tmp_path, monkeypatch, name, ending):
    file = tmp_path / "secret"
    file.write_text(f" p$w'd#=ü {ending}")
    monkeypatch.setenv(name, "")  # so that what is read goes with the test
    monkeypatch.setenv(f"{name}_FILE", str(file))
    read_secrets()
    assert os.environ[name] == " p$w'd#=ü "
    assert f"{name}_FILE" not in os.environ
    read_secrets()  # as a program does that this one starts
    monkeypatch.setenv(f"{name}_FILE", str(file))  # named in the file of settings, read again
    read_secrets()
    assert os.environ[name] == " p$w'd#=ü "


@pytest.mark.parametrize(
    ("content", "present", "said"),
    [
        (None, "", r"SECRET_KEY_FILE: cannot read .* \(No such file or directory\)"),
        (b"\xff", "", "it is not text in UTF-8"),
        (b"key", "another", "SECRET_KEY and SECRET_KEY_FILE are both set"),
    ],
)
def test_a_file_that_holds_no_secret_is_named(tmp_path, monkeypatch, content, present, said):
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("SECRET_KEY", present)
    monkeypatch.setenv("SECRET_KEY_FILE", str(file))
    with pytest.raises(ImproperlyConfigured, match=said):
        read_secrets()


@pytest.mark.parametrize("text", ["-1", "1.5", "soon", "²"])
def test_a_number_that_is_none_is_named(monkeypatch, text):
    monkeypatch.setenv("KB_STATEMENT_TIMEOUT_MS", text)
    with pytest.raises(ImproperlyConfigured, match="KB_STATEMENT_TIMEOUT_MS"):
        number("KB_STATEMENT_TIMEOUT_MS", 5000)


def test_a_number_may_have_a_least(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "0")
    with pytest.raises(ImproperlyConfigured, match="WEB_CONCURRENCY=0 is not a whole number of 1"):
        number("WEB_CONCURRENCY", 2, least=1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("1", True), ("TRUE", True), ("yes ", True), ("0", False), ("off", False), ("", True)],
)
def test_a_flag_is_yes_or_no(monkeypatch, text, meant):
    monkeypatch.setenv("KB_PRODUCTION", text)
    assert flag("KB_PRODUCTION", default=True) is meant


@pytest.mark.parametrize("text", ["maybe", "ture", "2", "-1", "1,"])
def test_a_flag_that_is_neither_is_no_quiet_no(monkeypatch, text):
    monkeypatch.setenv("KB_PRODUCTION", text)
    with pytest.raises(ImproperlyConfigured, match=f"KB_PRODUCTION={text} is neither 1 nor 0"):
        flag("KB_PRODUCTION", default=False)


def test_a_list_has_no_empty_words(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", " kb.example.org,, www.example.org ,")
    assert listed("ALLOWED_HOSTS") == ["kb.example.org", "www.example.org"]


def test_an_origin_without_a_scheme_is_named(monkeypatch):
    monkeypatch.setenv("CSRF_TRUSTED_ORIGINS", "https://a.example.org,b.example.org")
    with pytest.raises(ImproperlyConfigured, match=r"write it as https://b\.example\.org"):
        origins("CSRF_TRUSTED_ORIGINS")


SETTLED = {"KB_PROXY": "", "KB_TRUSTED_PROXIES": "", "KB_PROXY_SSL_HEADER": ""}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, Proxy(False, [], "")),
        ({"KB_PROXY": "none"}, Proxy(True, [], "")),
        ({"KB_PROXY": "10.0.0.1"}, Proxy(True, ["10.0.0.1"], "X-Forwarded-Proto")),
        ({"KB_TRUSTED_PROXIES": "unix"}, Proxy(True, ["unix"], "X-Forwarded-Proto")),
        (
            {"KB_PROXY": " ::1, 10.0.0.0/8", "KB_PROXY_SSL_HEADER": "X-Scheme"},
            Proxy(True, ["::1", "10.0.0.0/8"], "X-Scheme"),
        ),
        ({"KB_PROXY_SSL_HEADER": "X-Scheme"}, Proxy(False, [], "X-Scheme")),
        (
            {"KB_PROXY": "::1", "KB_TRUSTED_PROXIES": "::1"},
            Proxy(True, ["::1"], "X-Forwarded-Proto"),
        ),
    ],
)
def test_one_setting_names_the_proxy_and_whose_word_is_believed(monkeypatch, given, found):
    for name, value in {**SETTLED, **given}.items():
        monkeypatch.setenv(name, value)
    assert proxy() == found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KB_PROXY": "nginx"}, "KB_PROXY: 'nginx' does not appear to be an IPv4 or IPv6 network"),
        ({"KB_PROXY": "10.0.0.1/8"}, "KB_PROXY: 10.0.0.1/8 has host bits set"),
        ({"KB_PROXY": "10.0.0.1 10.0.0.2"}, "KB_PROXY: '10.0.0.1 10.0.0.2' does not appear"),
        ({"KB_PROXY": "none,10.0.0.1"}, "KB_PROXY: 'none' does not appear"),
        ({"KB_PROXY": "*"}, "KB_PROXY: '\\*' does not appear"),
        ({"KB_PROXY": "0.0.0.0/0"}, "KB_PROXY: 0.0.0.0/0 holds every address"),
        ({"KB_PROXY": "::/0"}, "KB_PROXY: ::/0 holds every address"),
        ({"KB_TRUSTED_PROXIES": "https://lb"}, "KB_TRUSTED_PROXIES: 'https://lb' does not appear"),
        ({"KB_PROXY": "::1", "KB_TRUSTED_PROXIES": "unix"}, "differ: remove KB_TRUSTED_PROXIES"),
        ({"KB_PROXY": "none", "KB_PROXY_SSL_HEADER": "X-Scheme"}, "contradict each other"),
        ({"KB_PROXY_SSL_HEADER": "X Scheme: https"}, "is not the name of a header"),
    ],
)
def test_a_proxy_that_cannot_be_is_named(monkeypatch, given, said):
    for name, value in {**SETTLED, **given}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=said):
        proxy()


STRONG = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"


@pytest.mark.parametrize(
    "key",
    [
        "a",
        "a" * 60,
        "abcd" * 20,
        STRONG[:-1],
        f"django-insecure-{STRONG}",
        f"change-me-{STRONG}",
        f"ChangeMe{STRONG}",
        f"example{STRONG}",
        f"your-secret-key{STRONG}",
    ],
)
def test_a_key_that_can_be_guessed_is_refused(key):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY can be guessed") as caught:
        check_production({"SECRET_KEY": [key]}, ["kb.example.org"])
    assert str(caught.value) == (
        "SECRET_KEY can be guessed: a key takes 50 random characters or more. Make one with: "
        "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("*", r"ALLOWED_HOSTS=\* lets anybody choose the address in our e-mails"),
        ("*.example.org", r"ALLOWED_HOSTS: \*\.example\.org is not the name of a host"),
        ("https://kb.example.org", "is not the name of a host"),
        ("kb.example.org:https", "is not the name of a host"),
        ("kb.example.org/", "is not the name of a host"),
        ("kb example org", "is not the name of a host"),
        ("::1", "is not the name of a host"),
        ("", "is not the name of a host"),
    ],
)
def test_a_host_that_guards_nothing_is_refused(host, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        check_production({"SECRET_KEY": [STRONG]}, ["kb.example.org", host])


def test_a_strong_key_and_true_hosts_are_taken():
    hosts = ["kb.example.org", ".example.org", "localhost", "10.0.0.7", "[::1]", "kb_web.", "xn--a"]
    check_production({"SECRET_KEY": [STRONG]}, hosts)


SMTP, CONSOLE = (f"django.core.mail.backends.{name}.EmailBackend" for name in ("smtp", "console"))
TLS = "smtp+tls://me:p%40ss@mail.example:587"


def test_a_mail_server_is_read_from_its_address(monkeypatch):
    monkeypatch.setattr(django, "VERSION", (5, 2))
    assert mail("", timeout=9)["EMAIL_BACKEND"] == CONSOLE
    found = mail(TLS, timeout=9)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", 587)
    assert (found["EMAIL_HOST_PASSWORD"], found["EMAIL_USE_TLS"]) == ("p@ss", True)
    assert (found["EMAIL_BACKEND"], found["EMAIL_TIMEOUT"]) == (SMTP, 9)


def test_a_mail_server_is_one_setting_from_django_6_1_on(monkeypatch):
    monkeypatch.setattr(django, "VERSION", (6, 1))
    assert mail("", timeout=9) == {"MAILERS": {"default": {"BACKEND": CONSOLE, "OPTIONS": {}}}}
    options = {
        "host": "mail.example",
        "port": 587,
        "username": "me",
        "password": "p@ss",
        "use_tls": True,
        "timeout": 9,
    }
    assert mail(TLS, timeout=9)["MAILERS"]["default"] == {"BACKEND": SMTP, "OPTIONS": options}


@pytest.mark.parametrize("url", ["nonsense", "smtp://me:secret@host:port", "http://host", "smtp"])
def test_a_mail_server_that_is_none_is_named(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL is not the address") as caught:
        mail(url, timeout=9)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_too_old_is_named(monkeypatch):
    monkeypatch.setattr(type(connections["default"]), "get_database_version", lambda self: (13, 4))
    with pytest.raises(NotSupportedError) as caught:
        connections["default"].check_database_version_supported()
    assert explain(caught.value) == (
        "PostgreSQL 15 or later is required (found 13.4). Upgrade the server, or name another one "
        "in DATABASE_URL"
    )


def test_a_missing_extension_is_explained():
    error = ProgrammingError('permission denied to create extension "pg_trgm"')
    assert 'let a superuser run "CREATE EXTENSION pg_trgm"' in explain(error)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            "Unable to create the table (permission denied for schema public\nLINE 1: CREATE ^)",
            "The database's user lacks a right (permission denied for schema public). If another",
        ),
        ("must be owner of table topics_topic", "The database's user lacks a right (must be owner"),
        ("no schema has been selected to create in\nLINE 1", "The database's user lacks a right"),
        (
            "cannot execute CREATE TABLE in a read-only transaction",
            "The server takes no changes (cannot execute CREATE TABLE in a read-only transaction)",
        ),
    ],
)
def test_a_missing_right_is_explained(error, said):
    assert explain(ProgrammingError(error)).startswith(said)


def test_an_error_that_is_none_of_the_database_keeps_its_traceback():
    assert explain(ValueError("a mistake of ours")) is None
    assert explain(ProgrammingError("syntax error")) is None


def test_the_example_lists_every_variable_and_no_other():
    read = re.compile(
        r"""(?:flag|listed|origins|number|hosts|chosen|environ\.(?:get|setdefault))\(\s*"([A-Z_]+)\""""
    )
    files = [*ROOT.glob("kb/**/*.py"), *ROOT.glob("learning/*.py"), ROOT / "gunicorn.conf.py"]
    names = {name for file in files for name in read.findall(file.read_text())}
    names -= {"DJANGO_SETTINGS_MODULE"}
    # Read by Django's own command, and by compose.yaml alone.
    names |= {"DJANGO_SUPERUSER_PASSWORD", "POSTGRES_PASSWORD", "KB_SITE"}
    lines = (ROOT / ".env.example").read_text()
    assert names == set(re.findall(r"^#([A-Z_]+)=", lines, re.MULTILINE))


def test_the_containers_pass_every_setting_on():
    web = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["web"]
    listed = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    # Four are the image's own, two are for other services, one is old, one not for production.
    others = {"HOST", "PORT", "KB_DATA_DIR", "KB_STATIC_ROOT", "POSTGRES_PASSWORD", "KB_SITE"}
    others |= {"KB_TRUSTED_PROXIES", "KB_DEBUG", "KB_ENV_FILE"}
    assert set(listed) - set(web["environment"]) == others


def test_the_example_states_the_defaults():
    stated = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.M))
    given = re.compile(r"""(?:flag|number)\(\s*"([A-Z_]+)",\s*(?:default=)?(\w+)[,)]""")
    sources = [ROOT / "kb" / "settings.py", ROOT / "gunicorn.conf.py"]
    found = [pair for file in sources for pair in given.findall(file.read_text())]
    assert len(found) >= 10
    for name, default in found:
        known = {"True": "1", "False": "0", "PRODUCTION": "0"}
        assert int(stated[name]) == int(known.get(default, default)), name


@pytest.mark.parametrize(
    ("names", "is_secure", "address"),
    [
        (["kb.example.org"], True, "https://kb.example.org"),
        (["kb.example.org:8443", "kb.example.com"], True, "https://kb.example.org:8443"),
        ([".example.org", "kb.example.org"], True, "https://kb.example.org"),
        ([".example.org"], True, ""),
        (["127.0.0.1:8000"], False, "http://127.0.0.1:8000"),
        (["[::1]"], False, "http://[::1]"),
    ],
)
def test_mails_of_workers_lead_to_the_first_host(names, is_secure, address):
    assert site_address(names, is_secure=is_secure) == address
