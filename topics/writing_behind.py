"""Writing while the caller goes on, so that the database works while the next rows are computed.

It is one connection, and so one transaction: at no time do two threads use it.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

ALIAS = "default"


class Behind:
    """Runs one function after the other in a thread of its own, on the connection of the caller;
    at once without a `pool`."""

    def __init__(self, pool: ThreadPoolExecutor | None = None) -> None:
        self._pool = pool
        self._under_way: Future[None] | None = None
        self._later: deque[Callable[[], object]] = deque()
        self._caller = threading.get_ident()

    def run(self, write: Callable[..., None], *values: Any) -> None:
        """Begin to run `write`; waits for the one before, and raises what that raised."""
        self.wait()
        if self._pool is None:
            write(*values)
        else:
            self._under_way = self._pool.submit(self._run, write, values)

    def later(self, write: Callable[[], object]) -> None:
        """Run this behind one of those to come, at the end at the latest."""
        if self._pool is None:
            write()
        else:
            self._later.append(write)

    def wait(self) -> None:
        """Wait for what is under way. Raises what it raised."""
        if self._under_way is not None and threading.get_ident() == self._caller:
            under_way, self._under_way = self._under_way, None
            under_way.result()

    def end(self) -> None:
        """Run all that is left."""
        self.wait()
        while self._later:
            self._later.popleft()()

    def before(self, execute: Callable[..., Any], *given: Any) -> Any:
        """Each statement of the caller waits first: see Django's `execute_wrapper`."""
        self.wait()
        return execute(*given)

    def _run(self, write: Callable[..., None], values: tuple[Any, ...]) -> None:
        write(*values)
        if self._later:
            self._later.popleft()()


_now = threading.local()


@contextmanager
def writing_behind(*, is_worth_it: bool = True) -> Iterator[Behind]:
    """A `Behind` for the length of a block, which ends when all is written; within another block
    that of the other."""
    outer: Behind | None = getattr(_now, "behind", None)
    if outer is not None:
        yield outer
        outer.wait()
        return
    if not is_worth_it:
        yield Behind()
        return
    shared = connections[ALIAS]
    shared.ensure_connection()

    def share() -> None:
        connections[ALIAS] = shared

    shared.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(1, initializer=share) as pool:
            behind = _now.behind = Behind(pool)
            with connection.execute_wrapper(behind.before):
                yield behind
                behind.end()
    finally:
        _now.behind = None
        shared.dec_thread_sharing()
