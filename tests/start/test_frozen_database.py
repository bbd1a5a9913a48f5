"""A database that neither answers nor goes away, as when its process or its machine hangs."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kb.database.silence import NoAnswer, Silence
from tests.start.processes import server_pid, wait_for_stop, wait_until
from tests.start.sites import Site, get, run
from tests.start.test_stalling import answer

KEPT = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SEARCH = b"GET /search/?q=x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
OTHER = b"GET /topics/%s/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SESSION = KEPT.replace(b"Connection", b"Cookie: sessionid=%s\r\nConnection" % (b"x" * 32))
# Seconds: five for a statement, half a one until it counts as silence, and a busy machine's own.
# Without an end to the wait it is for ever; one request after the other would take twice as long.
LONGEST = 9


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("frozen") / "var"


@pytest.fixture(scope="module")
def site(state: Path) -> Iterator[Site]:
    assert run("manage.py", "migrate", KB_DATA_DIR=str(state)).returncode == 0
    site = Site("kb.wsgi", KB_DATA_DIR=str(state), KB_WORKER="0", WEB_CONCURRENCY="1")
    yield site
    site.stop(signal.SIGINT)
    wait_for_stop(state)


@contextlib.contextmanager
def frozen(state: Path) -> Iterator[None]:
    """All processes of the server stand still meanwhile."""
    processes = {server_pid(state) or 0}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) in processes:
                processes.add(int(status.parent.name))
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def test_a_frozen_database_costs_a_request_six_seconds_and_probes_answer(
    site: Site, state: Path
) -> None:
    for asked in (KEPT, SEARCH):
        status, head, _ = answer(site.port, asked)
        assert (status, "Cache-Status" in head) == ("200", False)
    assert get(site.port, "/readyz") == (200, b'{"status": "ok"}')
    with frozen(state):
        answers: list[tuple[str, str, float]] = []
        threads = [
            threading.Thread(target=lambda asked=asked: answers.append(answer(site.port, asked)))
            for asked in [*(OTHER % str(n).encode() for n in range(20)), *([SESSION] * 20)]
        ]
        for thread in threads:
            thread.start()
        assert get(site.port, "/healthz") == (200, b'{"status": "ok"}')
        assert answers == []  # it waited for none of them
        assert get(site.port, "/readyz") == (
            503,
            b'{"status": "unavailable", "reason": "the database does not answer"}',
        )
        for thread in threads:
            thread.join()
        assert {status for status, _, _ in answers} == {"503"}
        assert max(seconds for _, _, seconds in answers) < LONGEST
        assert all("Retry-After" in head for _, head, _ in answers)
        for asked in (KEPT, SEARCH):
            status, head, seconds = answer(site.port, asked)
            assert (status, seconds < LONGEST) == ("200", True)
            assert "Cache-Status: kb; hit; ttl=-" in head
    wait_until(lambda: get(site.port, "/topics/") is not None, 10)
    wait_until(lambda: (get(site.port, "/topics/") or (0, b""))[0] == 200, 10)
    assert "Cache-Status" not in answer(site.port, KEPT)[1]


def test_after_a_silence_one_asks_and_the_others_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr("kb.database.silence.time.monotonic", lambda: now)
    silence = Silence()
    silence.check()
    silence.begin()
    with pytest.raises(NoAnswer):
        silence.check()
    now += 1.0
    silence.check()
    with pytest.raises(psycopg.OperationalError):
        silence.check()
    silence.end()
    silence.check()
