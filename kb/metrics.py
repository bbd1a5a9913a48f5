"""/metrics for Prometheus: counts of all of this node's processes, and what the database knows.

The counts lie in memory that gunicorn's workers share: it is made when this module is loaded,
before they fork. Each process writes a strip of its own, so no lock is needed, and a new process
goes on with the strip of one that has ended, so no count ever falls.
"""

import fcntl
import hmac
import ipaddress
import mmap
import os
import struct
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse

from kb.middleware import GetResponse, database_log
from search.words import VERSION
from topics.rate_limits import peer_address
from topics.raw_sql import execute

PATH = "/metrics"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
STRIPS, SERIES = 64, 512  # processes, and routes with their statuses: 2.5 MB, used as needed
NAME = 96  # bytes of a series' name
CELLS = len(BUCKETS) + 3  # all buckets and the one without end, the sum, and a spare one
STRIP = SERIES * (NAME + 8 * CELLS)
OTHER = "other"  # where there are more names than room
SEARCHES, ZERO_HITS = "searches", "zero"
CELL = struct.Struct("=d")


class Counts:
    """Series by name, each with its buckets; for all processes together."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, STRIPS * STRIP)
        # A file without a name, whose bytes are locked; none is ever written.
        self._locks, path = tempfile.mkstemp()
        os.unlink(path)
        self._lock = threading.Lock()
        self._pid = 0
        self._strip = 0
        self._places: dict[str, int] = {}

    def add(self, name: str, seconds: float = 0.0) -> None:
        """One more of this name, which took so long."""
        with self._lock:
            if self._pid != os.getpid():
                self._join()
            at = self._place(name) + NAME
            bucket = next((i for i, most in enumerate(BUCKETS) if seconds <= most), len(BUCKETS))
            self._change(at + 8 * bucket, 1)
            self._change(at + 8 * (len(BUCKETS) + 1), seconds)

    def all(self) -> dict[str, list[float]]:
        """By name, how many fell into each bucket, and their seconds."""
        found: dict[str, list[float]] = {}
        for strip in range(STRIPS):
            for name, at in self._names(strip):
                cells = struct.unpack_from(f"={CELLS}d", self._memory, at + NAME)
                sums = found.setdefault(name, [0.0] * CELLS)
                found[name] = [one + other for one, other in zip(sums, cells, strict=True)]
        return found

    def _join(self) -> None:
        """Takes the first strip that no living process holds; the last one may be many's.

        Such a lock belongs to a process: a forked child has none of its parent's.
        """
        strip = 0
        for strip in range(STRIPS):
            try:
                fcntl.lockf(self._locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, strip)
                break
            except OSError:
                continue
        self._pid, self._strip = os.getpid(), strip
        self._places = dict(self._names(strip))

    def _names(self, strip: int) -> Iterator[tuple[str, int]]:
        """The series of a strip, each with its place in the memory."""
        for at in range(strip * STRIP, (strip + 1) * STRIP, NAME + 8 * CELLS):
            name = self._memory[at : at + NAME].rstrip(b"\0").decode(errors="replace")
            if not name:
                return
            yield name, at

    def _place(self, name: str) -> int:
        name = name.encode()[:NAME].decode(errors="ignore")
        if name not in self._places and len(self._places) >= SERIES - 1:
            name = OTHER
        if name not in self._places:
            at = self._strip * STRIP + len(self._places) * (NAME + 8 * CELLS)
            encoded = name.encode()
            self._memory[at : at + len(encoded)] = encoded
            self._places[name] = at
        return self._places[name]

    def _change(self, at: int, by: float) -> None:
        CELL.pack_into(self._memory, at, CELL.unpack_from(self._memory, at)[0] + by)


counts = Counts()


def measure(get_response: GetResponse) -> GetResponse:
    """Counts each request by the name of its route, and answers /metrics itself.

    Like the probes it is answered before hosts are checked: Prometheus asks by address.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        if request.path == PATH:
            return answer() if may_read(request) else nothing_here()
        response = get_response(request)
        seconds = time.perf_counter() - start
        counts.add(f"{_route(request)} {_method(request)} {response.status_code}", seconds)
        return response

    return middleware


def may_read(request: HttpRequest) -> bool:
    """Who gives the token or, where none is set, who asks from this machine past every proxy."""
    if token := settings.KB_METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    peer = peer_address(request)
    forwarded = any(name in request.META for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"))
    return peer != "unix" and ipaddress.ip_address(peer).is_loopback and not forwarded


def nothing_here() -> HttpResponse:
    """What others than Prometheus get, by whatever way they ask."""
    response = HttpResponse("Not found.\n", status=404, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def note_search(results: int) -> None:
    """Count a search that had so many results."""
    counts.add(SEARCHES)
    if not results:
        counts.add(ZERO_HITS)


def answer() -> HttpResponse:
    """All figures in Prometheus's text format."""
    text = "".join(f"{line}\n" for line in [*_of_requests(), *_of_the_database()])
    response = HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _route(request: HttpRequest) -> str:
    if match := request.resolver_match:
        return match.view_name or OTHER
    return "static" if request.path.startswith(settings.STATIC_URL) else OTHER


def _method(request: HttpRequest) -> str:
    known = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
    return request.method if request.method in known else OTHER


def _of_requests() -> Iterator[str]:
    all_counts = counts.all()
    searches = sum(all_counts.pop(SEARCHES, [0.0])[: len(BUCKETS) + 1])
    zero = sum(all_counts.pop(ZERO_HITS, [0.0])[: len(BUCKETS) + 1])
    name = "kb_request_duration_seconds"
    yield from _head(name, "histogram", "Requests by the name of their route.")
    for key, cells in sorted(all_counts.items()):
        route, method, status = key.split(" ") if key.count(" ") == 2 else (OTHER, OTHER, "0")
        labels = f'route="{route}",method="{method}",status="{status}"'
        total = 0.0
        for most, count in zip([*BUCKETS, "+Inf"], cells, strict=False):
            total += count
            yield f'{name}_bucket{{{labels},le="{most}"}} {total:.0f}'
        yield f"{name}_sum{{{labels}}} {cells[len(BUCKETS) + 1]:.6f}"
        yield f"{name}_count{{{labels}}} {total:.0f}"
    yield from _single("kb_searches_total", "counter", "Searches that were answered.", searches)
    yield from _single("kb_searches_without_hits_total", "counter", "Those without a hit.", zero)


def _of_the_database() -> Iterator[str]:
    start = time.perf_counter()
    try:
        execute("SELECT 1")
        took = time.perf_counter() - start
        [(content, sections, fits)] = execute(_KNOWN)
        jobs = execute(_JOBS)
        [(age,)] = execute(_AGE)
    except Error as error:
        database_log.error("No metrics of the database: %s", " ".join(str(error).split()))
        connection.close()
        yield from _single("kb_database_up", "gauge", "Whether the database answers.", 0)
        return
    yield from _single("kb_database_up", "gauge", "Whether the database answers.", 1)
    yield from _single("kb_database_seconds", "gauge", "What one statement took just now.", took)
    yield from _single("kb_content_version", "counter", "Grows with each change.", content)
    yield from _single("kb_index_sections", "gauge", "Sections with text in the index.", sections)
    yield from _head("kb_index_version", "gauge", "1 where the index is of the code's version.")
    yield f'kb_index_version{{version="{VERSION}"}} {int(fits)}'
    yield from _head("kb_jobs", "gauge", "Jobs by queue and state.")
    for queue, state, count in jobs:
        yield f'kb_jobs{{queue="{_label(queue)}",state="{state.lower()}"}} {count}'
    text = "How long the job has been due that has waited longest."
    yield from _single("kb_jobs_oldest_due_seconds", "gauge", text, age)


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _head(name: str, kind: str, text: str) -> Iterable[str]:
    return (f"# HELP {name} {text}", f"# TYPE {name} {kind}")


def _single(name: str, kind: str, text: str, value: float) -> Iterator[str]:
    yield from _head(name, kind, text)
    yield f"{name} {float(value):.6f}".rstrip("0").rstrip(".")


_KNOWN = f"""
    SELECT coalesce((SELECT version FROM topics_contentversion), 0),
           coalesce((SELECT sections FROM topics_indexstate), 0),
           coalesce((SELECT version FROM topics_indexstate) = '{VERSION}', false)
"""  # noqa: S608
_JOBS = """
    SELECT queue, state, count(*) FROM jobs_job WHERE state <> 'SUCCESSFUL'
    GROUP BY queue, state ORDER BY queue, state
"""
_AGE = """
    SELECT coalesce(extract(epoch FROM now() - min(run_at)), 0)::float8
    FROM jobs_job WHERE state = 'READY' AND run_at <= now()
"""
