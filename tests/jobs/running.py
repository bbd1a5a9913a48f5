"""Jobs in tests: run here and now, or by real workers on the test database."""

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.db import connection

from jobs import queue
from jobs.attempt import outcome_of
from jobs.models import Job

# A worker that knows the tasks of tests.jobs.samples too.
WORKER = """
import sys
import django
django.setup()
from django.core.management import call_command
from tests.jobs import samples
samples.register()
call_command("worker", *sys.argv[1:])
"""


def run_due() -> list[Job]:
    """Run every job that is due, in this process; gives them as they are afterwards."""
    jobs = []
    while job := queue.claim("a test"):
        queue.settle(job, outcome_of(job, lambda done, total: None))
        job.refresh_from_db()
        jobs.append(job)
    return jobs


def url_of_the_test_database() -> str:
    connection.ensure_connection()
    info = connection.connection.info
    password = f":{info.password}" if info.password else ""
    if info.host.startswith("/"):
        host = info.host.replace("/", "%2F")
        return f"postgres://{info.user}{password}@/{info.dbname}?host={host}&port={info.port}"
    return f"postgres://{info.user}{password}@{info.host}:{info.port}/{info.dbname}"


def start_worker(*options: str, **changes: Any) -> subprocess.Popen[str]:
    """A worker as a process of its own, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *options],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kb.settings",
            "DATABASE_URL": url_of_the_test_database(),
            "PYTHONPATH": str(settings.BASE_DIR),
            **changes,
        },
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def end(worker: subprocess.Popen[str]) -> str:
    """Wait for the worker's end; gives what it wrote."""
    return worker.communicate(timeout=60)[1]
