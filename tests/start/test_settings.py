"""Settings that will not do are named in one line, before anything starts."""

import socket
import sys
from pathlib import Path

import pytest

from tests.start.sites import NO_SERVER, PRODUCTION, free_port, run


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
        ("127..0.1", "HOST=127..0.1 is not an address of this machine"),
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
        " s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SESSION_COOKIE_NAME,"
        " s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME)"
    )
    given = {**PRODUCTION, "DJANGO_SETTINGS_MODULE": "kb.settings"}
    done = run("-c", code, **given, KB_PROXY="none")
    assert done.stdout == "False 0 False False False sessionid csrftoken django_language\n"
    done = run("-c", code, **given, KB_PROXY="10.0.0.1")
    names = "__Host-sessionid __Host-csrftoken __Host-language"
    assert done.stdout == f"True 31536000 True True True {names}\n"
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


def test_reading_the_settings_starts_no_server(tmp_path):
    done = run("manage.py", "check", KB_DATA_DIR=str(tmp_path / "var"))
    assert done.returncode == 0
    assert not (tmp_path / "var" / "postgres").exists()
