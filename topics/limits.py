"""How often one client may ask, counted by the minute."""

from threading import Lock
from time import time

from django.core.cache import cache

MINUTE = 60
SHARED_EVERY = 10  # requests


class Counts:
    """The requests of the present minute by client and kind, as one worker sees them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._counts: dict[str, list[int]] = {}  # this worker's own, those of the others

    def add(self, key: str, minute: int) -> tuple[int, int]:
        """Counts one more; all that this worker counted, and those of others it knows of."""
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            counts = self._counts.setdefault(key, [0, 0])
            counts[0] += 1
            return counts[0], counts[1]

    def learn(self, key: str, others: int) -> None:
        with self._lock:
            if key in self._counts:
                self._counts[key][1] = others


_counts = Counts()


def seconds_to_wait(kind: str, client: str, limit: int) -> int:
    """0 where `client` may ask, else the seconds until it may again; no limit of 0 holds.

    The workers tell each other through the cache with every tenth request only, so that the other
    nine cost nothing: with several workers a client may get in some ten requests a worker more.
    """
    if not limit:
        return 0
    now = time()
    minute = int(now // MINUTE)
    key = f"requests:{kind}:{client}:{minute}"
    own, others = _counts.add(key, minute)
    if own % SHARED_EVERY == 0:
        total = cache.get(key, 0) + SHARED_EVERY
        cache.set(key, total, MINUTE)
        others = max(0, total - own)
        _counts.learn(key, others)
    return MINUTE - int(now % MINUTE) if own + others > limit else 0
