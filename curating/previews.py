"""One text at a time is rendered for a preview: a hostile one takes seconds to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.utils.translation import gettext as _

from importer.edits import EditRefused

WAIT = 2.0  # seconds
_free = BoundedSemaphore(1)  # in each process, so that threads are left


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn. Raises EditRefused where that takes too long."""
    if not _free.acquire(timeout=WAIT):
        raise EditRefused(_("Another text is being read just now: try again in a moment."))
    try:
        yield
    finally:
        _free.release()
