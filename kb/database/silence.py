"""A database that does not answer at all: how long a page waits, and which page asks next.

The server itself ends a statement that takes too long. A server that hangs, or was cut off, ends
nothing: who waits for it would wait for good, and soon all threads would. So a page gives up by
itself, and for a while after that the others do not even ask.
"""

import time
from threading import Lock

import psycopg

BEYOND_THE_LIMIT = 0.5  # seconds more than the server itself allows a statement
QUIET = 1.0  # seconds in which nobody asks
ASKING = 8.0  # and then one does, who takes no longer to learn more


class NoAnswer(psycopg.OperationalError):
    """The database did not answer in time, or did not a moment ago."""


class Silence:
    """What this process knows of it. Threads share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asks_at = 0.0  # when somebody may ask again; 0 while the database answers

    def check(self) -> None:
        """Raises NoAnswer, unless the database answers or it is this caller's turn to ask."""
        if not self._asks_at:
            return
        with self._lock:
            now = time.monotonic()
            if now < self._asks_at:
                raise NoAnswer("The database did not answer a moment ago")
            self._asks_at = now + ASKING

    def begin(self) -> None:
        """The database did not answer in time."""
        self._asks_at = time.monotonic() + QUIET

    def end(self) -> None:
        """It answered."""
        self._asks_at = 0.0


silence = Silence()
