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

from django.conf import settings
from django.db import Error, connection

from registry import Registry

MOST_WAITING = 5000
BATCH = 200
PAUSE = 2.0  # seconds between batches
DAYS_KEPT = 90

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search that was answered."""

    query: str
    results: int
    took_ms: float
    corrected: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A result that was opened from a search of the last hour."""

    query: str
    section_id: int


# Who else hears how many results a search had, at once and for each: `LISTENERS.register(name, f)`.
LISTENERS: Registry[Callable[[int], None]] = Registry("search.log.LISTENERS")

_waiting: queue.Queue[Asked | Opened] = queue.Queue(MOST_WAITING)
_writer_pid = 0
_start_lock = threading.Lock()


def note_search(query: str, *, results: int, took_ms: float, corrected: str = "") -> None:
    """Remembers a search. Returns at once, never raises."""
    for listener in LISTENERS:
        listener(results)
    _put(Asked(normalised(query), results, took_ms, normalised(corrected)))


def note_opening(query: str, section_id: int) -> None:
    """Remembers that a result was opened. Returns at once, never raises."""
    _put(Opened(normalised(query), section_id))


def normalised(query: str) -> str:
    """Lower case, single blanks, at most 200 characters."""
    return " ".join(query.replace("\0", " ").lower().split())[:200]


def write_waiting() -> int:
    """Writes what waits now; returns how many entries. Raises django.db.Error when it cannot."""
    entries: list[Asked | Opened] = []
    while len(entries) < MOST_WAITING:
        try:
            entries.append(_waiting.get_nowait())
        except queue.Empty:
            break
    _write(entries)
    return len(entries)


def forget_old() -> int:
    """Deletes what is older than 90 days; returns how many entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM topics_searchlog WHERE created_at < now() - make_interval(days => %s)",
            [DAYS_KEPT],
        )
        return cursor.rowcount


def _put(entry: Asked | Opened) -> None:
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
            atexit.register(_write_safely)


def _write_for_ever() -> None:
    purged = 0.0
    while True:
        time.sleep(PAUSE)
        _write_safely()
        if time.monotonic() - purged > 3600 or not purged:
            purged = time.monotonic()
            _forget_safely()


def _write_safely() -> None:
    try:
        write_waiting()
    except Error as error:
        logger.warning("search log: %s", error)
    finally:
        connection.close()


def _forget_safely() -> None:
    try:
        forget_old()
    except Error as error:
        logger.warning("search log: %s", error)
    finally:
        connection.close()


def _write(entries: list[Asked | Opened]) -> None:
    searches = [entry for entry in entries if isinstance(entry, Asked)]
    with connection.cursor() as cursor:
        for start in range(0, len(searches), BATCH):
            batch = searches[start : start + BATCH]
            cursor.execute(
                _INSERT,
                [
                    [e.query for e in batch], [e.results for e in batch],
                    [e.took_ms for e in batch], [e.corrected for e in batch],
                ],
            )  # fmt: skip
        for entry in entries:
            if isinstance(entry, Opened):
                cursor.execute(_OPEN, [entry.section_id, entry.query, entry.section_id])


_INSERT = """
    INSERT INTO topics_searchlog (query, results, took_ms, corrected, created_at)
    SELECT e.query, e.results, e.took_ms, e.corrected, clock_timestamp()
    FROM unnest(%s::text[], %s::int[], %s::float8[], %s::text[])
             AS e(query, results, took_ms, corrected)
"""

_OPEN = """
    UPDATE topics_searchlog SET opened_id = %s
    WHERE id = (SELECT id FROM topics_searchlog
                WHERE query = %s AND opened_id IS NULL AND created_at > now() - interval '1 hour'
                ORDER BY created_at DESC LIMIT 1)
      AND EXISTS (SELECT 1 FROM topics_section WHERE id = %s)
"""
