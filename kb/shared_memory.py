"""What gunicorn's master and its workers know together: a few numbers in memory they share.

The memory is made when this module is loaded, which is before gunicorn forks (`preload_app`).
"""

import mmap
import struct
import time

NUMBERS = struct.Struct("=ddd")
REFUSED_LATELY = 60.0  # seconds


class Shared:
    """Three moments in seconds since 1970, 0 for never, in memory that forked processes share."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, NUMBERS.size)

    def _get(self, index: int) -> float:
        return float(struct.unpack_from("=d", self._memory, 8 * index)[0])

    def _set(self, index: int, value: float) -> None:
        struct.pack_into("=d", self._memory, 8 * index, value)

    @property
    def is_draining(self) -> bool:
        """Whether this server was told to end, and only waits for the proxy to notice."""
        return self._get(0) > 0

    def drain(self) -> None:
        """Say that this server was told to end."""
        self._set(0, time.time())

    def writes_failed(self) -> None:
        """The database refused to save something just now."""
        self._set(1, time.time())

    def proxy_spoke(self) -> None:
        """A proxy that is believed said just now how it was asked."""
        self._set(2, time.time())

    @property
    def proxy_spoke_at(self) -> float:
        """When that was last."""
        return self._get(2)

    @property
    def may_not_write(self) -> bool:
        """Whether something could not be saved in the last minute."""
        return time.time() - self._get(1) < REFUSED_LATELY


shared = Shared()
