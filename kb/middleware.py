"""Around every request: its id, its log line, and an answer when the database is away."""

import logging
import re
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.utils import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views import defaults

from curating.typed import typed_before
from curating.views.drafts import draft_at
from kb.database.errors import explain, is_away, refuses_writing
from kb.logs import request_id, told_path
from kb.request_bodies import LARGEST_BODY, LARGEST_UPLOAD
from kb.shared_memory import shared
from topics import page_cache, page_time
from topics.rate_limits import client_address

GetResponse = Callable[[HttpRequest], HttpResponse]
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
RETRY_AFTER = "5"  # seconds
UNUSED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb",
)  # fmt: skip
BROWSER_HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

FORMS = ("/accounts/", "/curating/", "/admin/", "/language/")
LEARNING = "/learn/"
LARGEST_OF_A_LEARNER = 1 << 20
BROUGHT = ("/accounts/data/", "/learn/bring/")  # where learners send what they took along

TOO_LARGE = "What you sent is too large."
NO_LENGTH = "Say how long the request is."
AWAY = "The database cannot be reached just now. Please try again in a moment."
READ_ONLY = "Nothing can be saved right now, but you can still read. Please try again later."

requests_log = logging.getLogger("kb.requests")
database_log = logging.getLogger("kb.database")


def log_requests(get_response: GetResponse) -> GetResponse:
    """One line per request, with an id that the response carries in `X-Request-ID`.

    A proxy's id is kept if it is sane. The query string is left out, and so are the keys in links
    of e-mails and other tokens in a path: who reads the log must not be able to use them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(number)
        start = time.perf_counter()
        try:
            response = get_response(request)
            response["X-Request-ID"] = number
            fields = {
                "method": request.method,
                "path": told_path(request),
                "status": response.status_code,
                "ms": round((time.perf_counter() - start) * 1000, 1),
            }
            line = "%(method)s %(path)s %(status)d %(ms)s ms"
            if settings.KB_LOG_CLIENTS:
                fields |= {"client": client_address(request), "user": _user(request)}
                line += " %(client)s user %(user)s"
            requests_log.info(line, fields, extra={"fields": fields})
            return response
        finally:
            request_id.reset(token)

    return middleware


def _user(request: HttpRequest) -> str:
    """The user's number, where the view asked who it is: a line of the log is worth no query."""
    user = getattr(request, "_cached_user", None)
    return str(user.pk) if user is not None and user.pk else "-"


def tell_browsers(get_response: GetResponse) -> GetResponse:
    """Headers by which browsers keep other sites, and features that no page here uses, away."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in BROWSER_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def bound_bodies(get_response: GetResponse) -> GetResponse:
    """413 for a body that is larger than this reader needs, before any of it is read.

    Only curators send files, and learners what they took along. `kb.gunicorn_worker` refuses most
    such requests before they come here, and a proxy may do so too; another server may not.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isascii() and length.isdigit() else 0
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            return _refused(request, 411, "length_required", NO_LENGTH)
        if size > LARGEST_BODY and size > _largest_body(request):
            return _refused(request, 413, "too_large", TOO_LARGE)
        return get_response(request)

    return middleware


def bound_time(get_response: GetResponse) -> GetResponse:
    """Forms and learners' pages are made for each who asks, who may take so much time for them.

    What is sent has limits of its own: a class that logs in at once must get in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_learning = request.path.startswith(LEARNING)
        if request.method not in ("GET", "HEAD") or not request.path.startswith((LEARNING, *FORMS)):
            return get_response(request)
        if not request.user.is_authenticated:
            return page_time.form_for_everybody(request, lambda: get_response(request))
        if not is_learning:
            return get_response(request)
        return page_time.within_time(
            request, lambda: get_response(request), f"user-{request.user.pk}"
        )

    return middleware


def _largest_body(request: HttpRequest) -> int:
    user = request.user
    if not user.is_authenticated:
        return LARGEST_BODY
    may_upload = request.path in BROUGHT or (user.is_staff and request.path.startswith("/admin/"))
    return LARGEST_UPLOAD if may_upload else LARGEST_OF_A_LEARNER


def _refused(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    response: HttpResponse
    if request.path.startswith("/api/"):
        response = JsonResponse({"error": {"code": code, "message": message}}, status=status)
    else:
        response = HttpResponse(_page(status, message), status=status)
    response["Cache-Control"] = "no-store"
    return response


def explain_methods(get_response: GetResponse) -> GetResponse:
    """A page for 405, such as for the reload of one that asked for confirmation."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content or request.path.startswith("/api/"):
            return response
        is_read = request.method in {"GET", "HEAD"}
        page = render(request, "405.html", {"is_read": is_read}, status=405)
        page["Allow"] = response["Allow"]
        page["Cache-Control"] = "no-store"
        return page

    return middleware


def tell_caches(get_response: GetResponse) -> GetResponse:
    """`Cache-Control`, `Vary` and `ETag` by who a page is for; see `topics.page_cache`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return page_cache.tell_caches(request, get_response(request))

    return middleware


class answer_for_the_database:  # noqa: N801, a middleware is named like a function
    """503 with `Retry-After` where a view could not use the database, or not in time.

    400 for a NUL character, which no text in PostgreSQL can hold, where no form refused it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to a view's database error; None for any other error."""
        if isinstance(error, DataError) and "NUL" in str(error):
            return defaults.bad_request(request, error)
        if not is_away(error):
            return None
        return unavailable(request, error)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`: the page that helps on, or, for who looked in vain for long, one line.

    A curator is led to the draft that is not yet at its address.

    The page costs as much as any other, and addresses are anybody's to make up.
    """
    if address := draft_at(request):
        return redirect(address)
    if page_time.looks_in_vain_too_long(request):
        return HttpResponseNotFound(
            "<!doctype html><title>404</title><p>There is no page here.</p>"
        )
    started = time.thread_time()
    response = defaults.page_not_found(request, exception)
    page_time.looked_in_vain(request, started)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: the database may fail in a middleware too, where no view's hook sees it.

    Where not even the page can be made, each middleware around would ask for it again.
    """
    error = sys.exc_info()[1]
    if error and is_away(error):
        return unavailable(request, error)
    if request.path.startswith("/api/"):
        body = {"error": {"code": "server_error", "message": "Something went wrong here."}}
        return JsonResponse(body, status=500)
    if typed := typed_before(request):
        response = HttpResponse(_page(500, "Something broke.", typed=typed), status=500)
        response["Cache-Control"] = "no-store"
        return response
    try:
        return defaults.server_error(request)
    except Exception:
        return HttpResponse("<!doctype html><title>500</title><p>Something broke.</p>", status=500)


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The answer to a request that met the database `error`."""
    reason = explain(error) or " ".join(str(error).split())
    database_log.error("The database failed a request: %s", reason)
    code, message = "database_unavailable", AWAY
    if refuses_writing(error):
        code, message = "database_read_only", READ_ONLY
        shared.writes_failed()
        # Another server may be the main one by now: only a new connection finds it.
        connection.close()
    response: HttpResponse
    if request.path.startswith("/api/"):
        body = {"error": {"code": code, "message": message}}
        response = JsonResponse(body, status=503)
    else:
        is_read_only = code == "database_read_only"
        page = _page(503, message, is_read_only=is_read_only, typed=typed_before(request))
        response = HttpResponse(page, status=503)
    response["Retry-After"] = RETRY_AFTER
    response["Cache-Control"] = "no-store"
    return response


def _page(status: int, message: str, **values: Any) -> str:
    try:
        return render_to_string(f"{status}.html", values)
    except Exception:  # a template that wants the database must not hide the answer
        return f"<!doctype html><title>{status}</title><p>{message}</p>"
