"""/healthz and /readyz, for load balancers and containers.

They are answered before hosts are checked and https is asked for: a probe comes from the machine
itself, by address and in plain http.
"""

import shutil
from collections.abc import Callable

from django.db import connection
from django.db.utils import Error
from django.http import HttpRequest, HttpResponse, JsonResponse

from kb.database.fit import pending
from kb.middleware import GetResponse, database_log
from kb.shared_memory import shared
from search import sql
from topics.raw_sql import execute

PATIENCE = 0.8  # seconds: a probe often waits for one
LEAST_SPACE = 32 << 20  # bytes: two pieces of PostgreSQL's log
_migrated = False  # once true it stays so: new migrations come with a new process


def answer_probes(get_response: GetResponse) -> GetResponse:
    """Middleware that answers /healthz and /readyz itself."""
    probes: dict[str, Callable[[], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = probes.get(request.path)
        if probe is None:
            return get_response(request)
        response = probe()
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    return middleware


def healthz() -> HttpResponse:
    """200 while the process lives."""
    return JsonResponse({"status": "ok"})


def readyz() -> HttpResponse:
    """200 when the database answers, migrated and with this code's functions, else 503 and why.

    503 too while the server waits to end, so that a proxy sends nothing more here. Where nothing
    can be saved it stays 200 with a warning: with every node out of service nobody could read.
    """
    if shared.is_draining:
        return JsonResponse({"status": "draining", "reason": "the server is ending"}, status=503)
    with connection.waiting_at_most(PATIENCE):  # type: ignore[attr-defined]  # our own backend's
        reason = _not_ready()
        warning = None if reason else _why_nothing_is_saved()
    if reason:
        return JsonResponse({"status": "unavailable", "reason": reason}, status=503)
    if warning:
        database_log.error("Ready for readers only: %s", warning)
        return JsonResponse({"status": "ok", "warning": warning})
    return JsonResponse({"status": "ok"})


def _why_nothing_is_saved() -> str | None:
    if execute("SELECT current_setting('transaction_read_only')") == [("on",)]:
        return "nothing can be saved: the database is read-only"
    state = connection.settings_dict.get("EMBEDDED_STATE")
    if state and shutil.disk_usage(state).free < LEAST_SPACE:
        return f"nothing can be saved: the disk that holds {state} is full"
    if shared.may_not_write:
        return "something could not be saved in the last minute: see the log"
    return None


def _not_ready() -> str | None:
    global _migrated
    try:
        execute("SELECT 1")
        if not _migrated:
            if left := pending(connection):
                return f"{len(left)} migrations are pending: run manage.py migrate"
            if wrong := sql.problems():
                return f"{wrong[0]}: run manage.py rebuild_index --functions"
            _migrated = True
    except Error as error:
        database_log.error("Not ready: %s", " ".join(str(error).split()))
        connection.close()
        return "the database does not answer"
    return None
