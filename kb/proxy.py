"""The proxy in front of the site: whose word is believed, and what is wrong with the settings.

A wrong setting shows itself in requests: a forwarded header comes from an address that KB_PROXY
does not name, or nobody says that the site was asked by https. It is noticed at the first such
request, said once in the log with the line to set, and shown to staff at /admin/deployment/.
"""

import ipaddress
import logging
import time
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import Error
from django.http import HttpRequest, HttpResponse

from kb.middleware import GetResponse
from kb.shared_memory import shared
from topics.rate_limits import is_from_a_proxy, peer_address

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)
SAID_AGAIN = 60 * 60.0  # seconds
REMEMBERED = 24 * 60 * 60  # seconds: what is still wrong is said again in time
A_MOMENT = 60.0  # seconds after a right request in which a wrong one is somebody else's
MOST_NOTICES = 5
# Signs that the next request through the proxy refutes if that is right after all.
REFUTABLE = ("silent", "plain")

log = logging.getLogger("kb.proxy")


class Notice(NamedTuple):
    """A sign of a wrong setting: its kind, the address that it came from, what to say."""

    kind: str
    peer: str
    text: str


class Watch:
    """What this process has said already, and when."""

    def __init__(self) -> None:
        self.said: dict[tuple[str, str], float] = {}

    def notice(self, found: Notice) -> None:
        """Says it, at most once an hour: headers are anybody's to send, and must not fill the log.

        Not said is what a right request has just refuted: then a program beside the proxy asked.
        """
        now = time.time()
        if found.kind in REFUTABLE and now < shared.proxy_spoke_at + A_MOMENT:
            return
        key = (found.kind, found.peer if _is_near(found.peer) else "from afar")
        if key not in self.said and len(self.said) >= MOST_NOTICES:
            return
        if now < self.said.get(key, 0.0) + SAID_AGAIN:
            return
        self.said[key] = now
        log.warning("%s", found.text)
        try:
            kept = [sign for sign in _kept() if sign[1] != found.text]
            signs = [*kept, (found.kind, found.text, now)]
            cache.set(_key(), signs[-MOST_NOTICES:], REMEMBERED)
        except Error:
            log.info("The database is away, so /admin/deployment/ will not show this.")


watch = Watch()


def notices() -> list[str]:
    """What any process noticed under the present settings and nothing has refuted; latest last."""
    spoke_at = shared.proxy_spoke_at
    return [text for kind, text, at in _kept() if kind not in REFUTABLE or at > spoke_at]


def _kept() -> list[tuple[str, str, float]]:
    return list(cache.get(_key(), []))


def _key() -> str:
    proxy = settings.PROXY
    return f"proxy-signs:{proxy.is_settled:d}:{','.join(proxy.names)}:{proxy.header}"[:200]


def know_the_proxy(get_response: GetResponse) -> GetResponse:
    """Believes only a proxy that is named; does not redirect where that would lead here again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if found := look(request):
            watch.notice(found)
        if settings.PROXY.names and not is_from_a_proxy(request):
            request.META.pop(_proto_header(), None)
        matters = settings.SECURE_SSL_REDIRECT or settings.PROXY.is_absent
        if matters and not request.is_secure() and (reason := why_https_is_unknown(request)):
            if not found:
                watch.notice(reason)
            return cannot_tell(reason)
        return get_response(request)

    return middleware


def look(request: HttpRequest) -> Notice | None:
    """What this request tells of a wrong setting."""
    if _is_believed(request) and _proto_header() in request.META:
        shared.proxy_spoke()
    if is_from_a_proxy(request):
        return None
    if not any(header in request.META for header in FORWARDED):
        return None
    peer = peer_address(request)
    if settings.PROXY.names:
        # Strangers may send such headers straight to us, and are not believed: no news, once the
        # proxy that is named has been seen. A machine near us that is not named may be another.
        if shared.proxy_spoke_at and not _is_near(peer):
            return None
        return Notice(
            "other",
            peer,
            f"A forwarded header came from {peer}, which KB_PROXY does not name, and was not "
            f"believed. If that is your proxy, set {line_to_set(peer, settings.PROXY.names)}",
        )
    if settings.PROXY.is_settled:
        if not _is_near(peer):  # a reader's own proxy may send them too
            return None
        return Notice(
            "none",
            peer,
            f"A forwarded header came from {peer}, though KB_PROXY=none says that there is no "
            f"proxy. If there is one, set {line_to_set(peer)}",
        )
    return Notice(
        "unnamed",
        peer,
        f"A forwarded header came from {peer}, and no proxy is named, so all readers share one "
        f"rate limit. If that is your proxy, set {line_to_set(peer)}; without a proxy, set "
        "KB_PROXY=none",
    )


def why_https_is_unknown(request: HttpRequest) -> Notice | None:
    """Why nobody can tell whether the browser asked by https; None where we know that it did not.

    Where it cannot be told, a redirect to https may lead to this same address again, for ever.
    """
    proxy, peer = settings.PROXY, peer_address(request)
    if _is_believed(request):
        if _proto_header() in request.META:
            return None
        return Notice(
            "silent",
            peer,
            f"A request from {peer} does not say whether it was asked by https. If it came through "
            f"the proxy, let that send the header {proxy.header} with the scheme. What asks beside "
            "the proxy, as curl or a probe, gets answers at /healthz and /readyz alone.",
        )
    if proxy.names:
        return Notice(
            "plain",
            peer,
            f"A request came from {peer}, which KB_PROXY does not name, without https. If that is "
            f"your proxy, set {line_to_set(peer, proxy.names)}",
        )
    if proxy.is_settled:
        headers = ("HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED")
        if not any("https" in request.META.get(name, "").lower() for name in headers):
            return None
        return Notice(
            "none",
            peer,
            f"A proxy at {peer} was asked by https, though KB_PROXY=none says that there is none. "
            f"Set {line_to_set(peer)}",
        )
    return Notice(
        "unnamed",
        peer,
        f"A request came from {peer} without https, and no proxy is named. If that is your proxy, "
        f"set {line_to_set(peer)}; without a proxy, set KB_PROXY=none",
    )


def cannot_tell(notice: Notice) -> HttpResponse:
    """The answer in place of a redirect that may never end. It names no address: the log does."""
    advice = {
        "silent": f"the proxy must send the header {settings.PROXY.header}. Beside the proxy, ask "
        "for /healthz or /readyz",
        "plain": "KB_PROXY must name the proxy that this request came through",
    }.get(notice.kind, "set KB_PROXY to the address of the proxy, or to none")
    text = (
        "This site cannot tell whether it was asked by https, so it does not answer yet.\n"
        f"If you run it: {advice}. The log has the line to set; docs/operating.md explains it.\n"
    )
    response = HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def line_to_set(peer: str, names: list[str] | None = None) -> str:
    """The setting that names this peer beside those named already.

    A peer from afar may be anybody who sent a header of their own, so it is not offered for
    copying: who would name it believes a stranger.
    """
    address = peer if _is_near(peer) else "<the address of your proxy>"
    return f"KB_PROXY={','.join([*(names or []), address])}"


def _is_believed(request: HttpRequest) -> bool:
    proxy = settings.PROXY
    return is_from_a_proxy(request) or bool(proxy.header and not proxy.names)


def _is_near(peer: str) -> bool:
    return peer == "unix" or ipaddress.ip_address(peer).is_private


def _proto_header() -> str:
    return "HTTP_" + settings.PROXY.header.upper().replace("-", "_")
