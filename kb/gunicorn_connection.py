"""A connection of gunicorn's worker, and what it has sent of its next request.

It says when all that a thread needs is there, and what is refused; the worker reads and answers
(kb/gunicorn_worker.py).
"""

import re
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from gunicorn.workers.gthread import TConn

from kb.request_bodies import LARGEST_BODY
from topics.rate_limits import household, named_client

HEAD_SECONDS = 10.0  # for a client to send the head of a request
BODY_SECONDS = 20.0  # and the body
LARGEST_HEAD = 32 << 10  # bytes
LARGEST_WAITED = LARGEST_BODY  # of a body that is read before a thread is taken
LARGEST_THROWN = 1 << 20  # bytes of a refused body, read and thrown away before the answer

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?=\r\n)", re.IGNORECASE)
CODING = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect:", re.IGNORECASE)
COOKIES = re.compile(rb"\r\ncookie:([^\r\n]*)", re.IGNORECASE)
FORWARDED = re.compile(rb"\r\nx-forwarded-for:([^\r\n]*)", re.IGNORECASE)
PROBE = re.compile(rb"(?:GET|HEAD) /(healthz|readyz)[ ?]")


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection with what it has sent of its next request."""

    received: bytearray
    head: int  # bytes; 0 until it is whole
    wanted: int  # bytes of head and body
    deadline: float
    refusal = 0  # the status that is sent once the body was thrown away
    thrown = 0  # bytes of it so far
    is_large = False
    is_probe = False

    def __init__(self, *args: Any, leave: "Callable[[Connection], None]") -> None:
        super().__init__(*args)
        self.leave = leave

    def close(self, graceful: bool = False) -> None:
        """End the connection; `graceful` lets the client read the answer, which takes a moment."""
        if graceful:
            self.leave(self)
        else:
            super().close()

    def begin(self) -> None:
        """The next request; some of it may have come with the one before."""
        self.received = bytearray(self.parser.unreader.take_buffered() if self.parser else b"")
        self.head = self.wanted = 0
        self.is_large = self.is_probe = False
        self.refusal = self.thrown = 0
        self.deadline = time.monotonic() + HEAD_SECONDS

    def take(self, data: bytes) -> None:
        """What came in. Of a body that is refused only the length is kept."""
        if self.refusal:
            self.thrown += len(data)
        else:
            self.received += data

    def look(self) -> int | None:
        """0 once all that a thread needs is there, None before, or the status of a refusal."""
        if self.refusal:
            return self.refusal if self.thrown >= self.wanted else None
        if not self.head:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                if b"\r\n" not in self.received and len(self.received) > LARGEST_HEAD // 3:
                    return 0  # gunicorn refuses such a line
                return 431 if len(self.received) > LARGEST_HEAD else None
            if end > LARGEST_HEAD:
                return 431
            self.head = self.wanted = end + 4
            self.deadline = time.monotonic() + BODY_SECONDS
            if refused := self._read_head():
                return self._refused(refused)
        return 0 if self.is_large or len(self.received) >= self.wanted else None

    def _read_head(self) -> int:
        head = bytes(self.received[: self.head])
        probe = PROBE.match(head)
        self.is_probe = bool(probe)
        self.probed = probe[1].decode() if probe else ""
        cookies = b";".join(COOKIES.findall(head))
        self.has_session = settings.SESSION_COOKIE_NAME.encode() + b"=" in cookies
        forwarded = b",".join(FORWARDED.findall(head)).decode("latin-1")
        peer = self.client[0] if isinstance(self.client, tuple) else ""
        self.household = household(named_client(peer, forwarded))
        if CODING.search(head):
            return 411
        lengths = [int(length) for length in LENGTH.findall(head)]
        if len(lengths) == 1:
            self.wanted += lengths[0]
            self.is_large = lengths[0] > LARGEST_WAITED or bool(EXPECTS.search(head))
            if lengths[0] > LARGEST_WAITED and not self.has_session:
                return 413
        return 0

    def _refused(self, status: int) -> int | None:
        """The refusal, at once or once the body was thrown away.

        A proxy that passes a body on while it comes in, as Caddy does, gives its client up soon
        after an early answer, and the client may never see it.
        """
        length = self.wanted - self.head
        waits = EXPECTS.search(bytes(self.received[: self.head]))
        if not 0 < length <= LARGEST_THROWN or waits:
            return status
        self.refusal, self.thrown = status, len(self.received)
        del self.received[self.head :]
        return self.look()

    def hand_over(self) -> None:
        """Let gunicorn's parser, in a thread, find what was read."""
        self.init()
        self.parser.unreader.unread(bytes(self.received))
        self.received = bytearray()
        self.data_ready = True
