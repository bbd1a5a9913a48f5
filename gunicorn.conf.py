"""gunicorn's settings; gunicorn reads this file by itself when started in this folder."""

import os
import signal
import sys
from threading import Timer

from django.core.exceptions import ImproperlyConfigured
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from kb import job_worker
from kb.environment import flag, number
from kb.logs import logging_config
from kb.shared_memory import shared

bind = "127.0.0.1:8000"
try:
    workers = number("WEB_CONCURRENCY", 2, least=1)
    drain_seconds = number("KB_DRAIN_SECONDS", 0)
    has_worker = flag("KB_WORKER", default=True)
    logconfig_dict = logging_config(as_json=flag("KB_LOG_JSON", default=False))
except ImproperlyConfigured as error:
    sys.exit(f"error: {error}")
worker_class = "kb.gunicorn_worker.FairThreadWorker"  # chosen by measuring: see that file
threads = 2  # four gave the same number of answers a second and a longer wait for the slowest
keepalive = 2
timeout = 30
# Seconds for the requests in flight when it is told to stop. What stops it must wait for longer
# than this and KB_DRAIN_SECONDS: stop_grace_period in compose.yaml, TimeoutStopSec of the units.
graceful_timeout = 25
limit_request_line = 8190  # bytes; nginx has the same limit
limit_request_fields = 64
preload_app = True  # the workers share the memory of what is loaded before they fork
control_socket_disable = True
# Who asked by https is for KB_PROXY to say, whatever the address of the proxy.
forwarded_allow_ips = ""


def on_starting(server: Arbiter) -> None:
    """Says at once what is wrong with the database, and stops where waiting would not mend it.

    The connection also makes this process a user of the embedded server for as long as it lives.
    """
    from django.db import connection
    from django.db.utils import OperationalError

    from kb.database.errors import explain

    try:
        connection.ensure_connection()
    except Exception as error:
        reason = explain(error)
        if reason is None:
            raise
        if not isinstance(error, OperationalError):
            sys.exit(f"error: {reason}")
        server.log.error("Serving 503 until the database answers: %s", reason)
    finally:
        connection.close()


def when_ready(server: Arbiter) -> None:
    """SIGTERM first makes /readyz say 503, for KB_DRAIN_SECONDS, so that a proxy goes elsewhere.

    Ctrl-C lets the requests in flight finish, as SIGTERM does; a second one does not.

    So does closing the terminal, or any SIGHUP under `make run`. For plain gunicorn without a
    terminal SIGHUP means: new workers.
    """

    def stop(*_: object) -> None:
        signal.signal(signal.SIGINT, server.signal)
        server.signal(signal.SIGTERM, None)

    def drain(*_: object) -> None:
        shared.drain()
        signal.signal(signal.SIGTERM, server.signal)  # a second one does not wait
        server.log.info("Ending in %d s: /readyz says so to the proxy", drain_seconds)
        timer = Timer(drain_seconds, server.signal, (signal.SIGTERM, None))
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGINT, stop)
    if drain_seconds:
        signal.signal(signal.SIGTERM, drain)
    if "KB_ENDS_ON_HANGUP" in os.environ or (sys.stdin and sys.stdin.isatty()):
        signal.signal(signal.SIGHUP, stop)
    if has_worker:
        job_worker.start()
        job_worker.watch()


def on_exit(server: Arbiter) -> None:
    """End the worker for jobs with the master."""
    job_worker.stop()


def post_worker_init(worker: Worker) -> None:
    """Leave a terminal's signals to the master; the first worker says where the site is."""
    # A terminal's signals reach the workers too: stopping them is the master's task.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if worker.age == 1:
        host, port = worker.sockets[0].getsockname()[:2]
        print(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port}/", flush=True)
