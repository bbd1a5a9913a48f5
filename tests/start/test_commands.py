"""Commands act on the site whose settings they are given, and never on an empty one by mistake."""

import os
import subprocess

import pytest
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from kb.environment import read_file
from tests.start.processes import ROOT
from tests.start.sites import PRODUCTION, run

COMMANDS = [
    ("backup", "kb.backup"),
    ("import_content", "tests/samples"),
    ("purge", "a password"),
    ("search", "index"),
    ("export_content", "exported"),
    ("check_links",),
    ("check_index",),
    ("rebuild_index",),
    ("coverage", "outline"),
    ("createsuperuser", "--noinput", "--username=a", "--email="),
    ("changepassword", "a"),
    ("clearsessions",),
    ("showmigrations",),
    ("dbshell",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_without_the_site_s_settings_makes_no_other_site(tmp_path, command):
    state = tmp_path / "var"
    done = run("manage.py", *command, KB_DATA_DIR=str(state))
    assert done.returncode != 0
    said = done.stderr.strip()
    assert "\n" not in said
    assert f"There is no database in {state}, and DATABASE_URL is not set: give this com" in said
    assert "(KB_ENV_FILE names their file: docs/operating.md), or make a new site there" in said
    assert not state.exists()


def test_static_files_are_collected_without_a_trace_in_the_site_s_folder(tmp_path):
    state, static = tmp_path / "var", tmp_path / "static"
    done = run(
        "manage.py",
        "collectstatic",
        "--noinput",
        KB_DATA_DIR=str(state),
        KB_STATIC_ROOT=str(static),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not state.exists()


def test_migrate_makes_a_new_site(tmp_path):
    done = run("manage.py", "migrate", "--verbosity=0", KB_DATA_DIR=str(tmp_path / "var"))
    assert (done.returncode, done.stderr) == (0, "")
    done = run("manage.py", "purge", "a password", KB_DATA_DIR=str(tmp_path / "var"))
    assert done.stdout == f"Nothing in the embedded database in {tmp_path}/var has it.\n"


@pytest.fixture
def read(monkeypatch, tmp_path):
    """The settings that a file brings, beside those of the environment."""

    def read(text: str, **given: str) -> dict[str, str]:
        file = tmp_path / "kb.env"
        file.write_text(text)
        environment = {"KB_ENV_FILE": str(file), **given}
        monkeypatch.setattr(Env, "ENVIRON", environment)
        monkeypatch.setenv("KB_ENV_FILE", str(file))
        read_file(tmp_path / "none")
        return {name: value for name, value in environment.items() if name != "KB_ENV_FILE"}

    return read


def test_settings_come_from_the_file_that_is_named_and_the_environment_wins(read):
    assert read("A=of the file\nB=1\n", A="given") == {"A": "given", "B": "1"}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("KEY=postgres://kb:p%40ss@db:5432/kb?host=/run/postgresql", None),
        ("KEY=Zm9v-_bar==", None),
        ("KEY=a$b#c", None),
        ('KEY="with blanks"', "with blanks"),
        ("KEY='with blanks'", "with blanks"),
        ("KEY=with blanks", None),
        ("KEY=ä€", None),
        ("KEY=", None),
        ("# KEY=1\n\nKEY=3", "3"),
    ],
)
def test_a_line_means_what_it_means_to_systemd(read, line, value):
    assert read(line) == {"KEY": line.partition("=")[2] if value is None else value}


@pytest.mark.parametrize("name", ["nowhere", "folder", "latin"])
def test_a_file_of_settings_that_cannot_be_read_is_no_empty_one(monkeypatch, tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin").write_bytes(b"KEY=\xe4\n")
    monkeypatch.setenv("KB_ENV_FILE", str(tmp_path / name))
    with pytest.raises(ImproperlyConfigured, match=f"Cannot read the settings in .*{name} "):
        read_file(tmp_path / "none")


def test_commands_say_in_one_line_that_the_file_cannot_be_read(tmp_path):
    done = run("manage.py", "check", KB_ENV_FILE=str(tmp_path / "kb.env"))
    assert done.returncode == 1
    assert done.stderr == (
        f"error: Cannot read the settings in {tmp_path}/kb.env (No such file or directory): run "
        "this as a user who may, or name another file in KB_ENV_FILE\n"
    )


def test_a_command_acts_on_the_site_whose_file_is_named(tmp_path):
    file = tmp_path / "kb.env"
    settings = {**PRODUCTION, "DATABASE_URL": "postgres://kb:secret@127.0.0.1:1/of_the_file"}
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    done = run("manage.py", "backup", str(tmp_path / "kb.backup"), KB_ENV_FILE=str(file))
    assert done.returncode == 1
    said = done.stderr
    assert said.startswith('error: Cannot connect to the database "of_the_file" at 127.0.0.1:1 (')
    assert said.endswith("). Check DATABASE_URL and that the server runs\n")
    assert "secret" not in said


def test_in_production_no_error_advises_the_embedded_server(tmp_path):
    for url in ("nonsense", "postgres://kb@127.0.0.1:1/kb"):
        said = run("manage.py", "search", "x", **{**PRODUCTION, "DATABASE_URL": url}).stderr
        assert "DATABASE_URL" in said
        assert "embedded" not in said
        assert "brings its own" not in said


def test_the_first_error_of_a_deployment_names_the_proxy_too():
    said = run("-m", "kb.serve", KB_PRODUCTION="1").stderr
    assert said == (
        "error: KB_PRODUCTION=1 needs SECRET_KEY, DATABASE_URL, ALLOWED_HOSTS in the environment, "
        "and KB_PROXY to be reached through a proxy: see .env.example\n"
    )


@pytest.mark.parametrize(
    ("text", "production", "folder"),
    [("", "1", "/var/lib/kb"), ("KB_PRODUCTION=1\nKB_DATA_DIR=/srv/kb\n", "-", "-")],
)
def test_the_helper_runs_a_command_with_the_units_settings_and_user(
    tmp_path, text, production, folder
):
    """`runuser` is replaced by what says how it was called; - stands for what the file says."""
    file, stand_in = tmp_path / "kb.env", tmp_path / "runuser"
    file.write_text(text)
    stand_in.write_text(
        '#!/bin/sh\necho "$KB_ENV_FILE ${KB_PRODUCTION:--} ${KB_DATA_DIR:--}"; echo "$@"\n'
    )
    stand_in.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    where = {"PATH": path, "KB_ENV_FILE": str(file)}
    done = subprocess.run(
        [ROOT / "deploy" / "manage", "backup", "a b"], env=where, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"{file} {production} {folder}",
        "-u kb -- /opt/kb/.venv/bin/python /opt/kb/manage.py backup a b",
    ]


@pytest.mark.parametrize("name", ["kb-web", "kb-worker"])
def test_the_helper_knows_what_the_units_set(name):
    unit = (ROOT / "deploy" / "systemd" / f"{name}.service").read_text()
    script = (ROOT / "deploy" / "manage").read_text()
    for setting in ("KB_PRODUCTION=1", "KB_DATA_DIR=/var/lib/kb"):
        assert setting in unit
        assert setting in script
    assert "User=kb\n" in unit
    assert "WorkingDirectory=/opt/kb\n" in unit
    assert "EnvironmentFile=/etc/kb/kb.env\n" in unit
