"""The worker for jobs beside gunicorn: started by its master, watched, and ended with it.

`gunicorn.conf.py` calls this from gunicorn's hooks. The state lies here because gunicorn reads that
file again at each reload. If the master is killed, the worker notices and ends (`--parent`).
"""

import logging
import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings

GRACE = 8  # seconds for running jobs to end, before they are given back
TOO_SHORT = 10.0  # seconds: a worker that ends sooner would only end again

log = logging.getLogger("kb.jobs")
_process: subprocess.Popen[bytes] | None = None
_started_at = 0.0


def start() -> None:
    """Start `manage.py worker` as a child of this process.

    It is in a group of its own, so that a terminal's Ctrl-C reaches the master alone.
    """
    global _process, _started_at
    manage = str(settings.BASE_DIR / "manage.py")
    command = [sys.executable, manage, "worker", f"--grace={GRACE}", f"--parent={os.getpid()}"]
    # That pages have little time for a query is no matter for jobs.
    environment = {name: text for name, text in os.environ.items() if name != "KB_SERVING"}
    _process = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        process_group=0,
    )
    _started_at = time.monotonic()


def watch() -> None:
    """From now on start another worker when it was killed; for the process that called `start`."""
    master, before = os.getpid(), signal.getsignal(signal.SIGCHLD)

    def child_ended(*arguments: Any) -> None:
        if os.getpid() == master:
            _restart_if_dead()
        if callable(before):
            before(*arguments)

    signal.signal(signal.SIGCHLD, child_ended)


def _restart_if_dead() -> None:
    global _process
    if _process is None or _process.poll() is None:
        return
    code, _process = _process.returncode, None
    if code in (0, -signal.SIGTERM):  # it was told to stop
        return
    if time.monotonic() - _started_at < TOO_SHORT:
        log.error("The worker ended at once (%s): jobs wait until the site is started again.", code)
    else:
        log.error("The worker ended (%s): another one is started.", code)
        start()


def stop() -> None:
    """End the worker, if one runs, and wait for its end."""
    global _process
    process, _process = _process, None
    if process is None:
        return
    process.terminate()
    try:
        process.wait(GRACE + 4)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
