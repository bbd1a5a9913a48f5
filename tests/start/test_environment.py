"""Settings read from the environment, and what is said of a database that cannot be used."""

import os
import re
import shutil
import stat
import subprocess

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.utils import NotSupportedError, ProgrammingError

from kb.database.errors import explain
from kb.environment import database, number, secret_key
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
        "sslmode": "require",
        "connect_timeout": 9,
        "options": "-c statement_timeout=5000",
    }
    assert "EMBEDDED_STATE" not in config


def test_without_a_url_the_embedded_server_is_used(tmp_path):
    config = database("", tmp_path, statement_timeout_ms=0)
    assert config["EMBEDDED_STATE"] == tmp_path
    assert config["HOST"] == str(tmp_path / "postgres")
    assert "options" not in config["OPTIONS"]


@pytest.mark.parametrize("text", ["-1", "1.5", "soon", "²"])
def test_a_number_that_is_none_is_named(monkeypatch, text):
    monkeypatch.setenv("KB_STATEMENT_TIMEOUT_MS", text)
    with pytest.raises(ImproperlyConfigured, match="KB_STATEMENT_TIMEOUT_MS"):
        number("KB_STATEMENT_TIMEOUT_MS", 5000)


def test_a_server_that_is_too_old_is_named(monkeypatch):
    monkeypatch.setattr(type(connections["default"]), "get_database_version", lambda self: (13, 4))
    with pytest.raises(NotSupportedError) as caught:
        connections["default"].check_database_version_supported()
    assert explain(caught.value) == (
        "PostgreSQL 14 or later is required (found 13.4). Upgrade the server, or name another one "
        "in DATABASE_URL"
    )


def test_a_missing_extension_is_explained():
    error = ProgrammingError('permission denied to create extension "pg_trgm"')
    assert 'let a superuser run "CREATE EXTENSION pg_trgm"' in explain(error)


def test_an_error_that_is_none_of_the_database_keeps_its_traceback():
    assert explain(ValueError("a mistake of ours")) is None
    assert explain(ProgrammingError("syntax error")) is None


def test_every_variable_is_listed_in_the_example():
    read = re.compile(
        r"""(?:env\.\w+|number|environ\.get)\(\s*"([A-Z_]+)"|environ\["([A-Z_]+)"\]"""
    )
    files = [*ROOT.glob("kb/**/*.py"), *ROOT.glob("learning/*.py"), ROOT / "gunicorn.conf.py"]
    names = {a or b for file in files for a, b in read.findall(file.read_text())} - {"KB_SERVING"}
    listed = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert "DATABASE_URL" in names
    assert names <= listed


@pytest.fixture
def install(tmp_path):
    """`scripts/install` in a folder of its own, with a program that stands for Python."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "install", tmp_path / "scripts")
    (tmp_path / "requirements.txt").write_text("")
    python = tmp_path / "python"

    def install(program: str | None) -> subprocess.CompletedProcess[str]:
        if program:
            python.write_text(f"#!/bin/sh\n{program}\n")
            python.chmod(0o755)
        environment = {"PATH": os.environ["PATH"], "PYTHON": str(python)}
        command = [str(tmp_path / "scripts" / "install"), "requirements.txt"]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    return install


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("[ $1 = -V ] && echo Python 3.10.2; exit 1", "error: Python 3.11 or newer is needed"),
        ("[ $1 = -c ]", "error: {python} cannot make .venv"),
        (None, "error: {python} is not there"),
    ],
)
def test_a_python_that_will_not_do_is_named(install, tmp_path, program, said):
    done = install(program)
    assert done.returncode == 1
    assert done.stderr.startswith(said.format(python=tmp_path / "python"))
    assert not (tmp_path / ".venv").exists()
