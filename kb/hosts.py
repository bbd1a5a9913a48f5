"""By which names and ports browsers reach the site, and forms that came from another.

Django compares the name of a `Host` header and takes any port. Its port would end up in links of
e-mails, so in production one that ALLOWED_HOSTS does not name is refused as a foreign name is.
"""

import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render

from curating.typed import EXPIRED, handed_back, is_handed_back, typed_in
from kb.middleware import GetResponse

USUAL_PORTS = {"http": "80", "https": "443"}

MOST_SAID = 5

said: set[tuple[str, str]] = set()

log = logging.getLogger("kb.hosts")


def know_the_host(get_response: GetResponse) -> GetResponse:
    """400 for a name or a port that is not the site's, with what to set."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            is_known = has_our_port(request)
        except DisallowedHost:
            is_known = False
        return get_response(request) if is_known else unknown_host()

    return middleware


def has_our_port(request: HttpRequest) -> bool:
    """Whether the site has that port. Raises DisallowedHost for a foreign name.

    The usual port is left out afterwards, as browsers do.
    """
    name, port = split_domain_port(request.get_host())
    if not port or settings.KB_PORTS is None:
        return True
    if port == USUAL_PORTS[request.scheme or "http"]:
        request.META["HTTP_HOST"] = name
    elif port not in settings.KB_PORTS:
        _say(name, port)
        return False
    return True


def _say(name: str, port: str) -> None:
    """Each once, and not many: headers are anybody's to send, and must not fill the log."""
    if (name, port) in said or len(said) >= MOST_SAID:
        return
    said.add((name, port))
    log.warning(
        "Somebody asked for the port %s, which ALLOWED_HOSTS does not name, and was refused. If "
        "browsers reach the site by it, add %s:%s there",
        port,
        name,
        port,
    )


def unknown_host() -> HttpResponse:
    """The answer to whoever asks for another host. It does not repeat the name."""
    response = HttpResponse(
        "This site is not known by the name and port in the address.\n"
        "If you run it: ALLOWED_HOSTS must name them, as in kb.example.org, or with a port that is "
        "not the usual one, as in kb.example.org:8443.\n",
        status=400,
        content_type="text/plain; charset=utf-8",
    )
    response["Cache-Control"] = "no-store"
    return response


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: the form has expired, or the proxy hides where it came from."""
    origin = request.META.get("HTTP_ORIGIN", "")
    here = f"{request.scheme}://{request.get_host()}"
    is_hidden = _host_of(origin) == _host_of(here) and origin != here
    if is_hidden:
        log.warning(
            "A form came from %s, and the proxy says that this is %s: let it pass on the Host "
            "header with its port and X-Forwarded-Proto (deploy/), or set CSRF_TRUSTED_ORIGINS=%s",
            origin,
            here,
            origin,
        )
    elif _is_stale(request, origin == here):
        return handed_back(request, EXPIRED)
    return render(request, "403_csrf.html", {"is_hidden": is_hidden}, status=403)


def _is_stale(request: HttpRequest, is_from_here: bool) -> bool:
    """Whether it is a form of ours on which one writes, of before its author logged in again.

    Only of those may what was typed be handed back, to be sent again: another site's never.
    """
    is_ours = is_from_here and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return bool(is_ours and is_handed_back(request) and typed_in(request))


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None
