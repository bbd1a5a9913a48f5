"""Stops the embedded PostgreSQL once nobody uses it: `python watcher.py STATE_FOLDER`.

A small program of its own, so that it outlives the process that started it, however that one ends.
It knows nothing of Django and imports only the standard library.

Everybody who uses the server holds a shared lock on `postgres.users`; the kernel drops the lock
when its holder ends, by `kill -9` too. The watcher waits to get that lock for itself alone, and
holds `postgres.watcher` for as long as it lives, so that there is only one. Meanwhile it keeps the
server's log from growing for ever.
"""

import fcntl
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

GRACE = 1.0  # seconds without users before the server stops: spans two commands in a row
LARGEST_LOG = 10 << 20  # bytes
KEPT_OF_LOG = 1 << 20  # bytes of its end, in server.log.1
LOOK_EVERY = 5.0  # seconds
FAST_STOP = 20.0  # seconds for a stop with a checkpoint, before one without


def open_lock(path: Path) -> int:
    """A descriptor of the lock file `path`, made if needed, owned by the owner of its folder."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor


def is_same_file(descriptor: int, path: Path) -> bool:
    """Whether `path` still names the open file, that is: nobody has deleted the folder since."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def server_pid(data: Path) -> int | None:
    """The process that serves the folder `data`, or None.

    `postmaster.pid` outlives a crash and its number may belong to a stranger by then, so the
    process must be a postgres that works in that folder.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        process = Path(f"/proc/{pid}")
        if not Path("/proc/self").exists():  # not Linux: the file is all there is to go by
            os.kill(pid, 0)
            return pid
        if (process / "comm").read_text().strip() != "postgres":
            return None
        return pid if (process / "cwd").samefile(data) else None
    except (OSError, ValueError):
        return None


def stop_server(data: Path) -> None:
    """Ends the server of `data`, if one runs, and waits for its end."""
    for stop_signal, seconds in ((signal.SIGINT, FAST_STOP), (signal.SIGQUIT, 5.0)):
        end = time.monotonic() + seconds
        pid = server_pid(data)
        if pid is None:
            return
        os.kill(pid, stop_signal)
        while time.monotonic() < end:
            if server_pid(data) != pid:
                return
            time.sleep(0.05)


def wait_for_the_last(users: int) -> None:
    """Returns holding the users' lock alone, after nobody held it for GRACE seconds."""
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(GRACE)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            continue


def bound_log(data: Path) -> None:
    """Rotates the server's log when it has grown, and keeps its end.

    The server appends to it, so it goes on at the new beginning.
    """
    log = data / "server.log"
    if log.stat().st_size <= LARGEST_LOG:
        return
    with log.open("rb") as file:
        file.seek(-KEPT_OF_LOG, os.SEEK_END)
        end = file.read(KEPT_OF_LOG).partition(b"\n")[2]
    os.truncate(log, 0)
    kept = open_lock(log.with_name("server.log.1"))
    os.truncate(kept, 0)
    with open(kept, "wb") as file:
        file.write(end)


def watch_log(data: Path) -> None:
    """Bounds the log for as long as this process lives."""
    while True:
        with suppress(OSError):  # it is being replaced, or the disk is full
            bound_log(data)
        time.sleep(LOOK_EVERY)


def main(state: Path) -> None:
    """Wait in the background until nobody uses the server of `state`, then stop it."""
    watcher_lock = open_lock(state / "postgres.watcher")
    try:
        fcntl.flock(watcher_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if os.fork():
        os._exit(0)  # the process that started us goes on; the child keeps the lock
    os.setsid()
    os.chdir("/")
    users_path = state / "postgres.users"
    users = open_lock(users_path)
    Thread(target=watch_log, args=[state / "postgres"], daemon=True).start()
    wait_for_the_last(users)
    # A deleted state folder took its server with it; a new one has a watcher of its own.
    if is_same_file(users, users_path):
        stop_server(state / "postgres")
    # In this order, so that a user who gets in next finds no watcher and starts one.
    os.close(watcher_lock)
    os.close(users)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
