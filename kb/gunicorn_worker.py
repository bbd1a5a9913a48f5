"""gunicorn's threaded worker, made fair.

Two things are different, both measured:

- A new connection takes a thread only once its request arrives. gunicorn's own worker lets a
  thread wait five seconds for it: 20 idle connections were seen to stall all others for 20 s.
- A worker that holds connections leaves a new one to the others for a moment. Otherwise the first
  to wake takes nearly all (17 of 18 were seen), and keep-alive leaves them there, on one core: 16
  connections had half the answers a second that they have with 8 on each worker.
"""

import errno
import socket
import time
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import TConn, ThreadWorker

FIRST_BYTES = 10.0  # seconds for a client to begin its request
PATIENCE = 0.0002  # seconds per connection held before the next is taken
MOST_PATIENCE = 0.002


class FairThreadWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The worker that gunicorn.conf.py names."""

    may_accept_at = 0.0

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                return
            raise
        self.nr_conns += 1
        connection = TConn(self.cfg, client, address, listener.getsockname())
        connection.timeout = time.monotonic() + FIRST_BYTES
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(client, EVENT_READ, readable)
        self.may_accept_at = time.monotonic() + min(self.nr_conns * PATIENCE, MOST_PATIENCE)
        self.set_accept_enabled(False)

    def set_accept_enabled(self, enabled: bool) -> None:
        if not (enabled and time.monotonic() < self.may_accept_at):
            super().set_accept_enabled(enabled)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        if not self._accepting and self.alive:
            timeout = min(timeout, max(0.0, self.may_accept_at - time.monotonic()))
        super().wait_for_and_dispatch_events(timeout)

    def _cap_keepalive(self, deadline: float) -> None:
        """When stopping: connections that never asked for anything do not hold up the end."""
        super()._cap_keepalive(deadline)
        for connection in self.pending_conns:
            connection.timeout = min(connection.timeout, deadline)
