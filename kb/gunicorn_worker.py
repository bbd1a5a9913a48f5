"""gunicorn's threaded worker, made fair.

gunicorn's own lets a client that sends slowly hold a thread: 4 such connections stopped the whole
site, the probes too, for as long as they liked. No setting changes that. Five things are different
here; docs/decisions/0016 has what was measured.

- The thread that accepts connections also reads: a thread of the pool is taken once head and body
  are there, within a time. A body too large to wait for has one thread at most, and only where a
  cookie says that somebody is logged in.
- What waits for a thread is bounded, and what is too much, or waited too long, gets 503 at once.
- Readers with a session and those without take turns, and so do clients within each kind.
- Probes have threads of their own.
- A worker that holds connections leaves a new one to the others for a moment. Otherwise the first
  to wake takes nearly all (17 of 18 were seen), and keep-alive leaves them there, on one core: 16
  connections had half the answers a second that they have with 8 on each worker.
"""

import contextlib
import errno
import socket
import struct
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Container, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from kb.gunicorn_connection import BODY_SECONDS, LARGEST_WAITED, Connection

SLOWEST_LARGE = 50 << 10  # bytes a second of a larger body, beyond BODY_SECONDS
STALLED_SECONDS = 10  # that a thread waits for a client to send more of a large body, or to read
MOST_WAITING = 64  # requests of each kind that wait for a thread
LONGEST_WAIT = 5.0  # seconds that they wait
LOOKED_AFTER = 0.25  # seconds between looks at what is late
FAREWELL = 1.0  # seconds to read what a client still sends after an answer that ends its connection

PATIENCE = 0.0002  # seconds per connection held before the next is taken
MOST_PATIENCE = 0.002
CROWD = 8  # for so many connections held, one more is taken at a time

ANSWERS = {
    408: ("Request Timeout", "Your request did not arrive in time."),
    411: ("Length Required", "Say how long the request is."),
    413: ("Content Too Large", "What you sent is too large. Large files need an account."),
    431: ("Request Header Fields Too Large", "The head of your request is too large."),
    503: ("Service Unavailable", "Too many people read here just now. Please try again soon."),
}


class Lane:
    """Requests of one kind that wait for a thread. Clients take turns."""

    def __init__(self) -> None:
        self.clients: OrderedDict[str, deque[Connection]] = OrderedDict()
        self.size = 0

    def add(self, connection: Connection) -> Connection | None:
        """The request to refuse, if there are too many: one of the client that has the most."""
        self.clients.setdefault(connection.household, deque()).append(connection)
        self.size += 1
        if self.size <= MOST_WAITING:
            return None
        most = max(self.clients, key=lambda client: len(self.clients[client]))
        return self._take(most, last=True)

    def take(self, busy: Container[str] = ()) -> Connection | None:
        """The next request, of a client that is not among the `busy` ones."""
        client = next((client for client in self.clients if client not in busy), None)
        if client is None:
            return None
        found = self._take(client)
        if client in self.clients:
            self.clients.move_to_end(client)
        return found

    def late(self, now: float) -> Iterator[Connection]:
        """Take out those whose deadline has passed."""
        for client in list(self.clients):
            while client in self.clients and self.clients[client][0].deadline < now:
                yield self._take(client)

    def _take(self, client: str, *, last: bool = False) -> Connection:
        waiting = self.clients[client]
        found = waiting.pop() if last else waiting.popleft()
        if not waiting:
            del self.clients[client]
        self.size -= 1
        return found


class FairThreadWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The worker that gunicorn.conf.py names."""

    may_accept_at = 0.0
    look_at = 0.0
    refused = 0
    said_at = 0.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading: set[Connection] = set()
        self.lanes = (Lane(), Lane())  # without a session, with one
        self.turn = 0
        self.large_lane = Lane()
        self.running = 0
        self.held: Counter[str] = Counter()  # of them, those of each client
        self.large: Connection | None = None  # that a thread reads: one at most
        self.probes: dict[str, ThreadPoolExecutor] = {}

    def init_process(self) -> None:
        self.probes = {name: ThreadPoolExecutor(max_workers=1) for name in ("healthz", "readyz")}
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection, or some of a crowd: the last of 200 would wait for all pauses."""
        for _ in range(1 + self.nr_conns // CROWD):
            if not self._accept_one(listener):
                return
        self.may_accept_at = time.monotonic() + min(self.nr_conns * PATIENCE, MOST_PATIENCE)
        self.set_accept_enabled(False)

    def _accept_one(self, listener: socket.socket) -> bool:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                return False
            raise
        self.nr_conns += 1
        stalled = struct.pack("ll", STALLED_SECONDS, 0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, stalled)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, stalled)
        self.enqueue_req(
            Connection(self.cfg, client, address, listener.getsockname(), leave=self._leave)
        )
        return True

    def set_accept_enabled(self, enabled: bool) -> None:
        if not (enabled and time.monotonic() < self.may_accept_at):
            super().set_accept_enabled(enabled)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        if not self._accepting and self.alive:
            timeout = min(timeout, max(0.0, self.may_accept_at - time.monotonic()))
        super().wait_for_and_dispatch_events(timeout)

    # Reading. All of it happens in the thread that accepts, so nothing needs a lock.

    def enqueue_req(self, connection: Connection) -> None:
        """A connection that is new, or sends again: read its request before a thread is taken."""
        connection.sock.setblocking(False)
        connection.begin()
        self.reading.add(connection)
        self.poller.register(connection.sock, EVENT_READ, partial(self._receive, connection))
        self._receive(connection)

    def _receive(self, connection: Connection, _: object = None) -> None:
        try:
            data = connection.sock.recv(LARGEST_WAITED)
        except BlockingIOError:
            data = None
        except OSError:
            data = b""
        connection.take(data or b"")
        status = connection.look()
        if status is not None:
            self._forget(connection)
            if status:
                self._refuse(connection, status)
            else:
                self._wait_for_a_thread(connection)
        elif data == b"":
            self._forget(connection)
            self._close(connection)

    def _forget(self, connection: Connection) -> None:
        self.reading.discard(connection)
        self.poller.unregister(connection.sock)

    def _wait_for_a_thread(self, connection: Connection) -> None:
        connection.hand_over()
        if connection.is_probe:
            self.hand_over(self.probes[connection.probed], connection)
            return
        connection.deadline = time.monotonic() + LONGEST_WAIT
        if not connection.head:  # a line that is too long
            connection.household, connection.has_session = "", False
        lane = self.large_lane if connection.is_large else self.lanes[connection.has_session]
        if too_many := lane.add(connection):
            self._refuse(too_many, 503)
        self.dispatch()

    def dispatch(self) -> None:
        """Give threads what waits. Each may have one request more, so that it need not wait.

        The last of these places is for another client than the one that has all the others.
        """
        most = 2 * self.cfg.threads
        while self.running < most:
            busy = {client for client, held in self.held.items() if held >= most - 1}
            connection = self.large_lane.take() if not self.large else None
            if connection is None:
                first, second = self.lanes[self.turn], self.lanes[1 - self.turn]
                connection = first.take(busy) or second.take(busy)
                if connection is None:
                    return
                self.turn = 1 - self.turn
            self.running += 1
            self.held[connection.household] += 1
            if connection.is_large:
                seconds = BODY_SECONDS + connection.wanted / SLOWEST_LARGE
                connection.deadline = time.monotonic() + seconds
                self.large = connection
            self.hand_over(self.tpool, connection)

    def hand_over(self, pool: ThreadPoolExecutor, connection: Connection) -> None:
        done = pool.submit(self.handle, connection)
        done.add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, connection, future)
        )

    def finish_request(self, connection: Connection, future: "Future[Any]") -> None:
        if not connection.is_probe:
            self.running -= 1
            self.held -= Counter([connection.household])
            if connection is self.large:
                self.large = None
        super().finish_request(connection, future)
        self.dispatch()

    def handle_request(self, request: Any, connection: Connection) -> bool:
        # Said in the answer, so that a proxy sends nothing more on this connection.
        request.must_close = request.must_close or connection.is_large
        return bool(super().handle_request(request, connection))

    # Refusing.

    def _refuse(self, connection: Connection, status: int) -> None:
        """Answer in place of the site, and close once the client had time to read it."""
        reason, text = ANSWERS[status]
        retry = "Retry-After: 2\r\n" if status == 503 else ""
        answer = (
            f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n{retry}"
            "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(text) + 1}\r\n\r\n{text}\n"
        )
        self.refused += status == 503
        connection.sock.setblocking(False)
        try:
            connection.sock.send(answer.encode())
        except OSError:
            self._close(connection)
            return
        self._part(connection)

    def _leave(self, connection: Connection) -> None:
        """In place of gunicorn's own farewell, for which all that it accepts would wait."""
        self.nr_conns += 1  # it counts as closed already
        connection.sock.setblocking(False)
        self._part(connection)

    def _part(self, connection: Connection) -> None:
        """Close once the client has read what was sent: with its words unread, it might not."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(connection)
            return
        connection.deadline = time.monotonic() + FAREWELL
        connection.head = -1
        self.reading.add(connection)
        self.poller.register(connection.sock, EVENT_READ, partial(self._discard, connection))

    def _discard(self, connection: Connection, _: object) -> None:
        try:
            data = connection.sock.recv(LARGEST_WAITED)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._forget(connection)
            self._close(connection)

    def _close(self, connection: Connection) -> None:
        self.nr_conns -= 1
        connection.close()

    def murder_pending(self) -> None:
        """End what is late: requests that are still being sent, or that no thread was free for."""
        now = time.monotonic()
        if now < self.look_at:
            return
        self.look_at = now + LOOKED_AFTER
        for connection in [c for c in self.reading if c.deadline < now]:
            self._forget(connection)
            if connection.head >= 0 and connection.received:
                self._refuse(connection, connection.refusal or 408)
            else:
                self._close(connection)
        if self.large and self.large.deadline < now:
            # What its thread waits for counts as ended; an answer may still be sent.
            with contextlib.suppress(OSError):
                self.large.sock.shutdown(socket.SHUT_RD)
        for lane in (*self.lanes, self.large_lane):
            for connection in lane.late(now):
                self._refuse(connection, 503)
        if self.refused and now > self.said_at + 10:
            self.log.warning("Too busy: %d requests were answered 503 at once", self.refused)
            self.refused, self.said_at = 0, now

    def _cap_keepalive(self, deadline: float) -> None:
        """When stopping: connections that never asked for anything do not hold up the end."""
        super()._cap_keepalive(deadline)
        for connection in self.reading:
            connection.deadline = min(connection.deadline, deadline)
