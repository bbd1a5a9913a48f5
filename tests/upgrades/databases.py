"""Databases of their own on the tests' server, and the commands of the present code on them."""

import lzma
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import connection

from kb.database import embedded, server_account

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
SECRET_KEY = "for databases to throw away"

_one_at_a_time = threading.Lock()  # CREATE DATABASE copies template1, which nobody else may use


def url_of(name: str) -> str:
    """The DATABASE_URL of a database, for Django and for psql."""
    if settings.DATABASE_URL:
        return urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    # Another process sees the socket's folder under this process's number.
    folder = embedded.socket_folder(settings.DATA_DIR).replace("/self/", f"/{os.getpid()}/")
    place = urlencode({"host": folder, "port": embedded.PORT}, safe="/")
    return f"postgres://{embedded.ROLE}@/{name}?{place}"


@contextmanager
def connected(name: str) -> Iterator[Any]:
    """A psycopg connection that commits each statement; the embedded server is started for it."""
    wrapper = connection.copy()
    wrapper.settings_dict = {**wrapper.settings_dict, "NAME": name}
    opened = wrapper.get_new_connection(wrapper.get_connection_params())
    try:
        opened.autocommit = True
        yield opened
    finally:
        opened.close()


def create(name: str) -> None:
    with _one_at_a_time, connected("postgres") as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")


def drop(name: str) -> None:
    with connected("postgres") as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def load(commit: str, name: str) -> None:
    """Fill the empty database `name` with what `make` kept of a commit."""
    done = subprocess.run(
        [
            server_account.program("psql"),
            url_of(name),
            "--quiet",
            "--no-psqlrc",
            "--output=/dev/null",
            "--set=ON_ERROR_STOP=1",
        ],
        input=lzma.decompress((HERE / f"{commit}.sql.xz").read_bytes()),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def migrate(name: str) -> "subprocess.CompletedProcess[str]":
    """`manage.py migrate` as somebody runs it who brings a database to the present version."""
    return subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-color"],
        cwd=ROOT,
        env=environment(name),
        capture_output=True,
        text=True,
        check=False,
    )


def environment(name: str, **more: str) -> dict[str, str]:
    dropped = ("DJANGO_SETTINGS_MODULE", "KB_PRODUCTION", "KB_SERVING")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return {**kept, "DATABASE_URL": url_of(name), "SECRET_KEY": SECRET_KEY, **more}
