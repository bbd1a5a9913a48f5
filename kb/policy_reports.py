"""`/policy-reports/`: what browsers refused by the content security policy, a line of the log each.

Anybody can send anything here, so the body is small, the sender is counted, the same line is
written once an hour, and nothing but names and places of this site gets into it.
"""

import json
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kb.logs import without_tokens
from topics.rate_limits import client_address, seconds_to_wait, too_many_requests

LARGEST = 16 << 10  # bytes
MOST_IN_ONE = 10  # reports of one request
MOST_A_MINUTE = 20  # requests of one client
AGAIN_AFTER = 3600  # seconds until the same is said again
MOST_REMEMBERED = 200  # of what was said
LONGEST = 200  # characters of a path

# What browsers put in place of an address, and what is no doing of ours: extensions.
WORDS = {
    "inline",
    "eval",
    "wasm-eval",
    "trusted-types-policy",
    "trusted-types-sink",
    "self",
    "data",
}
FOREIGN = re.compile(r"(?:[a-z]+-)?extension:|safari-web-extension:|about$|chrome:", re.IGNORECASE)
DIRECTIVE = re.compile(r"[a-z-]{1,40}")
HOST = re.compile(r"[a-z0-9.-]{1,100}(?::\d{1,5})?|\[[0-9a-f:]{2,40}\](?::\d{1,5})?", re.IGNORECASE)

logger = logging.getLogger(__name__)
last_said: OrderedDict[str, float] = OrderedDict()


def name_endpoint(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: tells browsers where the policy's `report-to` leads."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.KB_POLICY_REPORTS and "Content-Security-Policy" in response:
            response.headers.setdefault("Reporting-Endpoints", 'policy="/policy-reports/"')
        return response

    return middleware


@csrf_exempt  # browsers send reports without a token
@require_POST
def policy_reports(request: HttpRequest) -> HttpResponse:
    """204 whatever is made of the report; 400 for what is none, 413, 429."""
    if not settings.KB_POLICY_REPORTS:
        raise Http404
    if wait := seconds_to_wait("policy", client_address(request), MOST_A_MINUTE):
        return too_many_requests(request, wait)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return HttpResponse(status=413)
    try:
        found = _reports(json.loads(request.body))
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for report in found:
        line = _line(report, request.get_host())
        if line and is_new(line):
            logger.warning("%s", line)
    return HttpResponse(status=204)


def _reports(sent: object) -> list[dict[str, Any]]:
    """The reports in either form: `report-uri` sends one, `report-to` a list."""
    if isinstance(sent, dict):
        found = [sent.get("csp-report")]
    elif isinstance(sent, list):
        found = [
            entry.get("body")
            for entry in sent[:MOST_IN_ONE]
            if isinstance(entry, dict) and entry.get("type") == "csp-violation"
        ]
    else:
        raise ValueError("neither form of a report")
    return [report for report in found if isinstance(report, dict)]


def _line(report: dict[str, Any], host: str) -> str:
    """The report as a line, of known words, hosts and paths alone; empty if it is not about us."""
    page = _path(_text(report, "document-uri", "documentURL"), host)
    directive = _text(report, "effective-directive", "effectiveDirective", "violated-directive")
    directive = directive.partition(" ")[0]
    blocked = _blocked(_text(report, "blocked-uri", "blockedURL"))
    source = _text(report, "source-file", "sourceFile")
    if not page or not DIRECTIVE.fullmatch(directive) or not blocked or FOREIGN.match(source):
        return ""
    place = _path(source, host)
    number = report.get("line-number", report.get("lineNumber"))
    if place and isinstance(number, int) and 0 < number < 10**6:
        place += f":{number}"
    seen = f" ({place})" if place else ""
    return f"A browser refused {blocked} as {directive} on {page}{seen}."


def _text(report: dict[str, Any], *names: str) -> str:
    """The first of these that is text."""
    return next((report[name] for name in names if isinstance(report.get(name), str)), "")


def _blocked(address: str) -> str:
    """What was refused: a word of browsers, or a scheme with its host; empty for extensions."""
    if address in WORDS:
        return address
    if FOREIGN.match(address):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https", "ws", "wss") and HOST.fullmatch(parts.netloc):
        return f"{parts.scheme}://{parts.netloc.lower()}"
    return parts.scheme if parts.scheme in ("data", "blob", "filesystem") else ""


def _path(address: str, host: str) -> str:
    """The path of an address of this site, without keys and what was asked; empty for any other."""
    try:
        parts = urlsplit(address)
        known = parts.netloc == host and (_is_static(parts.path) or resolve(parts.path))
    except (ValueError, Resolver404):
        return ""
    return quote(without_tokens(parts.path))[:LONGEST] if known else ""


def _is_static(path: str) -> bool:
    return path.startswith(str(settings.STATIC_URL))


def is_new(line: str) -> bool:
    """Whether it was not said within the last hour, by this process."""
    now = time.monotonic()
    if now - last_said.get(line, -AGAIN_AFTER) < AGAIN_AFTER:
        return False
    last_said[line] = now
    last_said.move_to_end(line)
    while len(last_said) > MOST_REMEMBERED:
        last_said.popitem(last=False)
    return True
