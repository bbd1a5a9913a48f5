"""PostgreSQL's own programs: the right ones for a server, and how they reach it."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo

from kb.backup import BackupError
from kb.database.server_account import EmbeddedError, program

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")  # of Debian and of Red Hat
SEVERAL_HOSTS = ("host", "hostaddr", "port", "target_session_attrs", "load_balance_hosts")
VERSION = re.compile(r"\) (\d+)")
BLOCK = 1 << 20  # bytes


class Tool(NamedTuple):
    """A program: its path and PostgreSQL's major version."""

    path: str
    major: int


def find(name: str, *, least: int) -> Tool:
    """The oldest of the programs of that name here that is of the version `least`, or newer.

    A dump should be written by the version that will read it again. Raises BackupError.
    """
    tools = [found for path in _paths(name) if (found := _known(path))]
    fitting = [tool for tool in tools if tool.major >= least]
    if fitting:
        return min(fitting, key=lambda tool: tool.major)
    here = ", ".join(str(tool.major) for tool in tools) or "none"
    raise BackupError(
        f"{name} of PostgreSQL {least} or newer is needed (here: {here}): install "
        f"postgresql-client-{least}."
    )


def _paths(name: str) -> list[str]:
    paths = [shutil.which(name) or ""]
    for place in PLACES:
        paths += map(str, Path("/").glob(f"{place.lstrip('/')}/{name}"))
    with suppress(EmbeddedError):
        paths.insert(0, str(program(name)))
    return [path for path in paths if os.access(path, os.X_OK)]


@cache
def _known(path: str) -> Tool | None:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = VERSION.search(done.stdout)
    return Tool(path, int(found[1])) if found else None


class Server(NamedTuple):
    """A server as programs reach it: the very one that the connection has."""

    major: int
    conninfo: str
    environment: dict[str, str]


def server_of(wrapper: BaseDatabaseWrapper) -> Server:
    """The server of an open connection. Raises BackupError behind a pooler."""
    wrapper.ensure_connection()
    if getattr(wrapper, "is_pooled", False):
        raise BackupError(
            "PgBouncer answers at DATABASE_URL, and a backup needs one session: name the server "
            "itself in DATABASE_URL for this command."
        )
    info = wrapper.connection.info
    # Only what the settings name: an older program does not know all options of our libpq.
    named = {"dbname", "user", *wrapper.get_connection_params()}.difference(SEVERAL_HOSTS)
    known = {key: value for key, value in info.get_parameters().items() if key in named}
    # A process of its own sees the socket's folder under this process's number.
    host = info.host.replace("/proc/self/", f"/proc/{os.getpid()}/")
    conninfo = make_conninfo("", **{**known, "host": host, "port": info.port})
    # Not on the command line, which everybody on the machine can read.
    environment = {**os.environ, "PGPASSWORD": info.password} if info.password else {**os.environ}
    return Server(info.server_version // 10_000, conninfo, environment)


def own_connection() -> BaseDatabaseWrapper:
    """Another connection to the site's database, for the caller to close."""
    copy = connection.copy()
    copy.ensure_connection()
    return copy


@contextmanager
def running(
    command: list[str],
    environment: dict[str, str],
    failing: str,
    *,
    stdin: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is run with a pipe from it, and with `stdin=PIPE` to it; ended at the end.

    Raises BackupError, which begins with `failing`, where the program fails or reads no more.
    """
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=said, env=environment
        )
        try:
            yield process
            failed = process.wait() != 0
        except BrokenPipeError:
            failed = True
        finally:
            process.kill()
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]
        if failed:
            said.seek(0)
            raise BackupError(f"{failing}: {_reason(said.read(), Path(command[0]).name)}.")


def blocks_from(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What the program writes, in blocks of a megabyte, until it ends."""
    assert process.stdout  # noqa: S101, for mypy
    while block := process.stdout.read(BLOCK):
        yield block


def _reason(said: str, name: str) -> str:
    """The line of a program's messages that says what went wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    wrong = [line for line in lines if re.search(r"error:|ERROR:|FATAL:", line)]
    line = (wrong or lines or [f"{name} ended without a message"])[0]
    return re.sub(r"^.*?(error|ERROR|FATAL): +", "", line).rstrip(".")[:300]
