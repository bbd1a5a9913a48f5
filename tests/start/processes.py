"""Real processes for the tests of starting and stopping."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kb.database import watcher

ROOT = Path(__file__).resolve().parent.parent.parent
USER = """
import sys
from pathlib import Path
import psycopg
from kb.database import embedded, server_account
state = Path(sys.argv[1])
try:
    embedded.ensure_running(state)
except server_account.EmbeddedError as error:
    sys.exit(str(error))
with psycopg.connect(
    host=embedded.socket_folder(state), port=embedded.PORT, user="kb", dbname="kb", autocommit=True
) as connection:
    for statement in sys.argv[2:]:
        cursor = connection.execute(statement)
        print(cursor.fetchone()[0] if cursor.description else "done", flush=True)
    print("ready", flush=True)
    sys.stdin.read()
"""


def wait_until(condition: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without what names another database or address."""
    dropped = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "KB_DATA_DIR", "HOST", "PORT")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


class User:
    """A process that uses the embedded server of `state` until it is told to leave."""

    def __init__(self, state: Path, *statements: str, source: str = USER) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", source, str(state), *statements],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )

    def results(self) -> list[str]:
        """What the statements gave, once the server answered them all."""
        lines = []
        assert self.process.stdout
        for line in self.process.stdout:
            if line == "ready\n":
                return lines
            lines.append(line.strip())
        assert self.process.stderr
        raise AssertionError(self.process.stderr.read())

    def error(self) -> str:
        """What a user who could not connect was told."""
        return self.process.communicate()[1].strip()

    def leave(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def server_pid(state: Path) -> int | None:
    return watcher.server_pid(state / "postgres")


def watcher_pid(state: Path) -> int:
    """The process whose command line is the watcher's, of this folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if str(state) in words and any(word.endswith("watcher.py") for word in words):
            return int(process.name)
    raise AssertionError("no watcher")


def wait_for_stop(state: Path) -> None:
    wait_until(lambda: server_pid(state) is None)
