"""The search log: what people searched for and what they found, never who they are.

Entries wait in memory and are written in batches by a thread of their own, so the log neither slows
nor fails a search. When the queue is full, or the database is away, entries are dropped.
"""

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from registry import Registry
from search.filters import FILTERS
from search.models import SearchLog
from search.syntax import parse
from topics.raw_sql import execute, statement
from topics.visibility import sees_private

MOST_WAITING = 5000
BATCH = 200
PAUSE = 2.0  # seconds between batches
DAYS_KEPT = 90

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A result that was opened from a search of the last hour."""

    query: str
    section_id: int


# Who else hears how many results a search had, at once and for each: `LISTENERS.register(name, f)`.
LISTENERS: Registry[Callable[[int], None]] = Registry("search.log.LISTENERS")

_waiting: queue.Queue[SearchLog | Opened] = queue.Queue(MOST_WAITING)
_writer_pid = 0
_start_lock = threading.Lock()


def note_search(
    query: str, *, results: int, took_ms: float, corrected: str = "", is_exact: bool = False
) -> None:
    """Remembers a search. Returns at once, never raises.

    One among a reader's own things (`in:notes`, `is:due`) is nobody else's business, nor what
    readers of private topics look for.
    """
    for listener in LISTENERS:
        listener(results)
    if is_own(query) or sees_private():
        return
    query, corrected = normalised(query), normalised(corrected)
    _put(
        SearchLog(
            query=query, results=results, took_ms=took_ms, corrected=corrected, is_exact=is_exact
        )
    )


def note_opening(query: str, section_id: int) -> None:
    """Remembers that a result was opened. Returns at once, never raises."""
    if not (is_own(query) or sees_private()):
        _put(Opened(normalised(query), section_id))


def is_own(query: str) -> bool:
    """Whether the query asks for what one reader has."""
    return bool(parse(query, filters=FILTERS).filters)


def normalised(query: str) -> str:
    """Lower case, single blanks, at most 200 characters."""
    return " ".join(query.replace("\0", " ").lower().split())[:200]


def write_waiting() -> int:
    """Writes what waits now; returns how many entries. Raises django.db.Error when it cannot."""
    entries: list[SearchLog | Opened] = []
    while len(entries) < MOST_WAITING:
        try:
            entries.append(_waiting.get_nowait())
        except queue.Empty:
            break
    searches = [entry for entry in entries if isinstance(entry, SearchLog)]
    SearchLog.objects.bulk_create(searches, batch_size=BATCH)
    for entry in entries:
        if isinstance(entry, Opened):
            values = {"query": entry.query, "section": entry.section_id}
            execute(statement("search/log_opening"), values)
    return len(entries)


def forget_old() -> int:
    """Deletes what is older than 90 days; returns how many entries."""
    old = SearchLog.objects.filter(created_at__lt=timezone.now() - timedelta(days=DAYS_KEPT))
    return old.delete()[0]


def _put(entry: SearchLog | Opened) -> None:
    if not getattr(settings, "SEARCH_LOG", True) or not entry.query:
        return
    try:
        _waiting.put_nowait(entry)
    except queue.Full:
        return
    if getattr(settings, "SEARCH_LOG_THREAD", True):
        _start_writer()


def _start_writer() -> None:
    """One writer for each process: a forked worker has lost its parent's."""
    global _writer_pid
    if _writer_pid == os.getpid():
        return
    with _start_lock:
        if _writer_pid != os.getpid():
            _writer_pid = os.getpid()
            threading.Thread(target=_write_for_ever, name="search-log", daemon=True).start()
            atexit.register(_safely, write_waiting)


def _write_for_ever() -> None:
    purged = 0.0
    while True:
        time.sleep(PAUSE)
        _safely(write_waiting)
        if time.monotonic() - purged > 3600 or not purged:
            purged = time.monotonic()
            _safely(forget_old)


def _safely(action: Callable[[], int]) -> None:
    try:
        action()
    except Error as error:
        logger.warning("search log: %s", error)
    finally:
        connection.close()
