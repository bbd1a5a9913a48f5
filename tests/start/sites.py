"""Sites that gunicorn serves as real processes, and commands beside them."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.start.processes import ROOT, environment

NO_SERVER = "postgres://kb:secret@127.0.0.1:1/kb"
PRODUCTION = {
    "KB_PRODUCTION": "1",
    "SECRET_KEY": "k" * 60 + "0123456789",
    "DATABASE_URL": NO_SERVER,
    "ALLOWED_HOSTS": "kb.example.org",
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def get(port: int, path: str) -> tuple[int, bytes] | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        return None
    finally:
        connection.close()


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=120,
    )


class Site:
    def __init__(self, app: str, **changes: str) -> None:
        self.port = free_port()
        gunicorn = Path(sys.executable).with_name("gunicorn")
        self.process = subprocess.Popen(
            [sys.executable, gunicorn, "--bind", f"127.0.0.1:{self.port}", app],
            cwd=ROOT,
            env=environment(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        self.log = ""
        for line in self.process.stdout:
            self.log += line
            if line.startswith("Serving on "):
                break

    def stop(self, number: int = signal.SIGTERM) -> str:
        """Ends it by a signal to all its processes, as terminals do; gives the rest of its log."""
        os.killpg(self.process.pid, number)
        return self.process.communicate(timeout=60)[0]


def clients(port: int) -> int:
    """How many clients are connected to the port, by the kernel's table of connections."""
    local = f"0100007F:{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(line.split()[1] == local and line.split()[3] == "01" for line in lines)


def children(site: Site) -> set[int]:
    """The site's workers for requests."""
    return children_of(site.process.pid) - workers_for_jobs(site)


def workers_for_jobs(site: Site) -> set[int]:
    return {child for child in children_of(site.process.pid) if is_for_jobs(child)}


def children_of(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def is_for_jobs(pid: int) -> bool:
    """Whether this is a live `manage.py worker`; nothing is said of a process that has ended."""
    try:
        return b"manage.py\0worker\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def connections_of(pid: int, port: int) -> int:
    """How many clients' connections to the port the process holds."""
    local = f"0100007F:{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {f"socket:[{row[9]}]" for row in rows if row[1] == local and row[3] == "01"}
    return sum(os.readlink(file) in inodes for file in Path(f"/proc/{pid}/fd").iterdir())
