"""Writing while the caller goes on, so that the database works while the next rows are computed.

It is one connection, and so one transaction: at no time do two threads use it.
"""

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, connections

ALIAS = "default"
MOST_WRITES = 2  # under way, or waiting for the connection; each holds its rows in memory
AHEAD = 2  # reads that wait for the caller, each with its rows
# Seconds. With Python's 5 milliseconds the thread that feeds the database waits for the other each
# time that the database took some rows.
BETWEEN_THREADS = 0.0005

T = TypeVar("T")


class Behind:
    """Runs one function after the other in a thread of its own, on the connection of the caller;
    at once without a `pool`."""

    def __init__(self, pool: ThreadPoolExecutor | None = None) -> None:
        self._pool = pool
        self._under_way: deque[tuple[Future[Any], bool]] = deque()  # with whether it writes
        self._later: deque[Callable[[], object]] = deque()
        self._caller = threading.get_ident()

    def run(self, write: Callable[..., None], *values: Any) -> None:
        """Begin to run `write` behind the others; waits while there are MOST_WRITES of them, and
        raises what one of them raised."""
        if self._pool is None:
            write(*values)
            return
        while sum(writes for _, writes in self._under_way) >= MOST_WRITES:
            self._under_way.popleft()[0].result()
        self._under_way.append((self._pool.submit(write, *values), True))
        if self._later:
            self._under_way.append((self._pool.submit(self._later.popleft()), False))

    def ahead(self, reads: Iterable[Callable[[], T]], most: int = AHEAD) -> Iterator[T]:
        """What each of these functions gives, in their order; up to `most` of them have run, or
        begin to, before they are asked for."""
        if self._pool is None:
            yield from (read() for read in reads)
            return
        waiting: deque[Future[T]] = deque()
        for read in reads:
            found = self._pool.submit(read)
            self._under_way.append((found, False))
            waiting.append(found)
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def later(self, write: Callable[[], object]) -> None:
        """Run this behind one of those to come, at the end at the latest."""
        if self._pool is None:
            write()
        else:
            self._later.append(write)

    def wait(self) -> None:
        """Wait for what is under way. Raises what it raised."""
        while self._under_way and threading.get_ident() == self._caller:
            self._under_way.popleft()[0].result()

    def end(self) -> None:
        """Run all that is left."""
        self.wait()
        while self._later:
            self._later.popleft()()

    def before(self, execute: Callable[..., Any], *given: Any) -> Any:
        """Each statement of the caller waits first: see Django's `execute_wrapper`."""
        self.wait()
        return execute(*given)


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

    usual = sys.getswitchinterval()
    sys.setswitchinterval(BETWEEN_THREADS)
    shared.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(1, initializer=share) as pool:
            behind = _now.behind = Behind(pool)
            with connection.execute_wrapper(behind.before):
                yield behind
                behind.end()
    finally:
        _now.behind = None
        sys.setswitchinterval(usual)
        shared.dec_thread_sharing()
