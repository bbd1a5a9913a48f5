"""Clients that send slowly, too much or too often, and those who wait meanwhile."""

import contextlib
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from kb.gunicorn_connection import BODY_SECONDS, HEAD_SECONDS, LARGEST_WAITED, Connection
from kb.gunicorn_worker import LONGEST_WAIT, MOST_WAITING, FairThreadWorker, Lane
from tests.start.processes import wait_for_stop, wait_until
from tests.start.sites import Site, clients, get

THREADS = 2 * 2  # of two workers, as gunicorn.conf.py has it
SLOW = {
    "lines": (b"G", b"E"),
    "headers": (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X: y\r\n"),
    "bodies": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n", b"x"),
}
HEAD = b"Host: localhost\r\n"
SESSION = b"Cookie: sessionid=x\r\n"
AT_ONCE = HEAD_SECONDS / 2  # a fault would wait for a slow client to be given up


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    state = tmp_path_factory.mktemp("stalling") / "var"
    site = Site("tests.start.slow", KB_DATA_DIR=str(state), KB_WORKER="0")
    yield site
    site.stop(signal.SIGINT)
    wait_for_stop(state)


def answer(port: int, *sent: bytes) -> tuple[str, str, float]:
    """Status, head and seconds of the answer to what is sent."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        received = b""
        with contextlib.suppress(OSError):
            for data in sent:
                connection.sendall(data)
            while data := connection.recv(65536):
                received += data
    head = received.partition(b"\r\n\r\n")[0].decode()
    return head[9:12], head, time.monotonic() - started


@pytest.mark.parametrize("kind", SLOW)
def test_two_hundred_slow_connections_delay_nobody(site: Site, kind: str) -> None:
    first, drop = SLOW[kind]
    slow = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(200)]
    for connection in slow:
        connection.sendall(first)
    for path in ("/healthz", "/", "/healthz", "/"):
        for connection in slow:
            connection.sendall(drop)
        started = time.monotonic()
        assert get(site.port, path)
        assert time.monotonic() - started < AT_ONCE
    for connection in slow:
        connection.close()


def test_a_head_that_never_ends_is_given_up(site: Site) -> None:
    # `answer` itself waits for twenty seconds.
    assert answer(site.port, b"GET / HTTP/1.1\r\nHost: localhost\r\n")[0] == "408"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n", "414"),
        (b"GET /" + b"a" * 20_000, "414"),
        (b"GET / HTTP/1.1\r\n" + HEAD + b"X: y\r\n" * 8000, "431"),
        (b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 65537\r\n\r\n" + b"x" * 65537, "413"),
        (b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 2000000\r\n\r\n" + b"x" * 1000, "413"),
        (
            b"POST / HTTP/1.1\r\n"
            + HEAD
            + b"Expect: 100-continue\r\nContent-Length: 65537\r\n\r\n",
            "413",
        ),
        (b"POST / HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "411"),
        (b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"),
    ],
)
def test_what_is_too_large_is_refused_at_once(site: Site, sent: bytes, status: str) -> None:
    found, head, seconds = answer(site.port, sent)
    assert found == status
    assert "Connection: close" in head
    assert seconds < AT_ONCE


def test_a_refused_body_is_thrown_away_before_the_answer(site: Site) -> None:
    head = b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 900000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(head + b"x" * 800_000)
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        connection.sendall(b"x" * 100_000)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 Content Too Large\r\n")


def test_what_a_reader_with_a_session_sends_is_read_before_it_is_refused(site: Site) -> None:
    head = b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD + SESSION
    head += b"Content-Type: text/plain\r\nContent-Length: 900000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(head + b"x" * 800_000)
        connection.settimeout(0.5)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(10)
        connection.sendall(b"x" * 100_000)
        received = connection.recv(65536)
    # 413, because the session is nobody's; gunicorn does not keep the connection.
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in received


def test_who_does_not_close_after_the_last_answer_keeps_nobody_waiting(site: Site) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    stayed = [socket.create_connection(("127.0.0.1", site.port), timeout=10) for _ in range(8)]
    for connection in stayed:
        connection.sendall(request)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")
    started = time.monotonic()
    assert get(site.port, "/healthz") == (200, b'{"status": "ok"}')
    assert time.monotonic() - started < AT_ONCE
    for connection in stayed:
        while connection.recv(65536):  # the rest of the answer, and the end
            pass
        connection.close()


def test_a_request_may_come_in_pieces_and_two_at_once(site: Site) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        for piece in (request[:5], request[5:], b"\r\n" + request + b"\r\n"):
            connection.sendall(piece)
            time.sleep(0.05)
        received = b""
        while received.count(b'{"status": "ok"}') < 2 and (data := connection.recv(65536)):
            received += data
    assert received.count(b"HTTP/1.1 200 OK") == 2


def test_probes_answer_while_all_threads_work(site: Site, tmp_path: Path) -> None:
    held = [threading.Thread(target=get, args=(site.port, f"/held?{tmp_path}")) for _ in range(40)]
    for thread in held:
        thread.start()
    wait_until(lambda: len(list(tmp_path.iterdir())) == THREADS)
    for path in ("/healthz", "/readyz"):
        assert get(site.port, path)
    assert len(list(tmp_path.iterdir())) == THREADS
    (tmp_path / "go").touch()
    for thread in held:
        thread.join()


def test_too_many_requests_are_refused_at_once_and_the_rest_is_answered(site: Site) -> None:
    answers: list[tuple[str, str, float]] = []
    request = b"GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    threads = [
        threading.Thread(target=lambda: answers.append(answer(site.port, request)))
        for _ in range(2 * MOST_WAITING + 60)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [(head, seconds) for status, head, seconds in answers if status == "503"]
    assert all("Retry-After: 2" in head for head, _ in refused)
    assert sum(seconds < LONGEST_WAIT for _, seconds in refused) >= 30
    assert max(seconds for _, seconds in refused) < 3 * LONGEST_WAIT  # some of it clients' own
    assert sum(status == "200" for status, _, _ in answers) >= 10
    assert get(site.port, "/healthz") == (200, b'{"status": "ok"}')


def test_readers_with_a_session_wait_for_none_of_the_others(site: Site) -> None:
    request = b"GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    busy = [threading.Thread(target=answer, args=(site.port, request + b"\r\n")) for _ in range(60)]
    for thread in busy:
        thread.start()
    wait_until(lambda: clients(site.port) >= 60)
    # Who waits behind them for LONGEST_WAIT is refused.
    assert answer(site.port, request + SESSION + b"\r\n")[0] == "200"
    for thread in busy:
        thread.join()


def test_a_large_body_that_drips_is_given_up_and_the_next_one_read(site: Site) -> None:
    def upload(size: int) -> bytes:
        return b"POST /read HTTP/1.1\r\n" + HEAD + SESSION + b"Content-Length: %d\r\n\r\n" % size

    with socket.create_connection(("127.0.0.1", site.port), timeout=40) as slow:
        slow.sendall(upload(LARGEST_WAITED + 1))
        ended = time.monotonic() + BODY_SECONDS + 10
        slow.settimeout(1)
        received = None
        while received is None and time.monotonic() < ended:
            with contextlib.suppress(ConnectionError):
                slow.sendall(b"x")
            try:
                received = slow.recv(1000)
            except TimeoutError:
                continue
            except ConnectionError:
                received = b""
        assert received is not None, "it is still read"
    size = LARGEST_WAITED + 1
    status, _, seconds = answer(site.port, upload(size) + b"x" * size)
    assert (status, seconds < AT_ONCE) == ("200", True)


def waiting(client: str) -> Connection:
    connection = object.__new__(Connection)
    connection.household, connection.deadline = client, 1.0
    return connection


def test_clients_take_turns() -> None:
    lane = Lane()
    for client in "aaab":
        assert lane.add(waiting(client)) is None
    taken = [lane.take() for _ in range(5)]
    assert [found and found.household for found in taken] == ["a", "b", "a", "a", None]


def test_a_busy_client_waits_while_others_do_not() -> None:
    lane = Lane()
    for client in "aab":
        lane.add(waiting(client))
    taken = [lane.take({"a"}) for _ in range(2)]
    assert [found and found.household for found in taken] == ["b", None]
    assert [found and found.household for found in (lane.take(), lane.take())] == ["a", "a"]


def test_one_client_never_has_all_places() -> None:
    worker = object.__new__(FairThreadWorker)
    worker.cfg = SimpleNamespace(threads=2)
    worker.running, worker.turn, worker.held, worker.large = 0, 0, Counter(), None
    worker.lanes, worker.large_lane = (Lane(), Lane()), Lane()
    worker.tpool, given = None, []
    worker.hand_over = lambda pool, connection: given.append(connection)
    for _ in range(5):
        worker.lanes[0].add(waiting("a"))
    worker.dispatch()
    assert [connection.household for connection in given] == ["a", "a", "a"]
    worker.lanes[1].add(waiting("b"))
    worker.dispatch()
    assert given[3].household == "b"


@pytest.mark.parametrize(
    ("held", "waiting_connections", "taken"),
    [(0, 9, 1), (7, 9, 1), (8, 9, 2), (64, 40, 9), (64, 3, 3)],
)
def test_of_a_crowd_a_worker_takes_the_more_the_more_it_holds(
    held: int, waiting_connections: int, taken: int
) -> None:
    worker = object.__new__(FairThreadWorker)
    worker.cfg, worker.nr_conns, got = None, held, []
    worker.set_accept_enabled = lambda enabled: None
    worker.enqueue_req = got.append
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        listener.setblocking(False)
        clients = [
            socket.create_connection(listener.getsockname()) for _ in range(waiting_connections)
        ]
        worker.accept(listener)
        for one in (*clients, *(connection.sock for connection in got)):
            one.close()
    assert len(got) == taken


def test_who_has_most_requests_is_refused_first() -> None:
    lane = Lane()
    for _ in range(MOST_WAITING):
        lane.add(waiting("a"))
    refused = lane.add(waiting("b"))
    assert refused is not None
    assert refused.household == "a"
    assert len(list(lane.late(2.0))) == MOST_WAITING
    assert (lane.size, lane.take()) == (0, None)
