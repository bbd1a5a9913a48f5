"""Bodies that the site refuses before it has read them."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

LARGEST_BODY = 64 << 10  # bytes: as much as anybody may send
LARGEST_UPLOAD = 20 << 20  # bytes: as much as curators may send, as in deploy/
BLOCK = 64 << 10

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def read_whole(application: Application) -> Application:
    """The WSGI application, which answers once the body is read, or thrown away.

    A proxy that passes a body on while it comes in, as Caddy does, gives its client up soon after
    an early answer, and the client may never see it.
    """

    def reading(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = application(environ, start_response)
        with suppress(OSError):  # it comes too slowly, or no more
            _throw_away(environ["wsgi.input"])
        return answer

    return reading


def _throw_away(body: Any) -> None:
    left = LARGEST_UPLOAD
    while left > 0 and (block := body.read(BLOCK)):
        left -= len(block)
