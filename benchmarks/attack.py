"""What others wait for while one client, from an address of its own, attacks a site on loopback.

Each attack lasts a few seconds. Meanwhile another client asks for the home page, a list and
/healthz, on a new connection each time; the times of all of them are printed in milliseconds.
"""

import argparse
import contextlib
import http.client
import itertools
import multiprocessing
import os
import socket
import statistics
import threading
import time
from collections.abc import Callable
from urllib.parse import quote, urlsplit

ATTACKER, READER = "127.0.0.2", "127.0.0.1"
READ = ("/", "topics/", "/healthz")
PAUSE = 0.02  # seconds between what the other client asks for
LETTERS = "aeiouy"
WILDCARDS = " ".join(f"{a}{b}*" for a, b in itertools.product("abcdefghij", LETTERS[:4]))
SLOW = 200  # connections

Place = tuple[str, int]
Attack = Callable[[Place, float], None]


def asking(*paths: str, connections: int = 4, cookie: str = "") -> Attack:
    """These addresses again and again; {n} becomes a number that no other request has."""

    def attack(place: Place, end: float) -> None:
        numbers = itertools.count()

        def ask() -> None:
            while time.monotonic() < end:
                for path in paths:
                    with contextlib.suppress(OSError, http.client.HTTPException):
                        get(place, path.replace("{n}", str(next(numbers))), ATTACKER, cookie)

        together(ask, connections)

    return attack


def dripping(first: bytes, drop: bytes, connections: int = SLOW) -> Attack:
    """Connections that begin a request and then send a little each second, for ever."""

    def attack(place: Place, end: float) -> None:
        def drip() -> None:
            source = (ATTACKER, 0)
            with (
                contextlib.suppress(OSError),
                socket.create_connection(place, source_address=source) as connection,
            ):
                connection.sendall(first)
                while time.monotonic() < end:
                    time.sleep(1)
                    connection.sendall(drop)
            time.sleep(max(0.0, min(0.5, end - time.monotonic())))

        def again() -> None:
            while time.monotonic() < end:
                drip()

        together(again, connections)

    return attack


def posting(size: int, connections: int = 8) -> Attack:
    """Bodies of so many bytes, sent without an account."""

    def attack(place: Place, end: float) -> None:
        body = b"x" * size

        def post() -> None:
            while time.monotonic() < end:
                with contextlib.suppress(OSError, http.client.HTTPException):
                    connection = connected(place, ATTACKER)
                    kind = {"Content-Type": "multipart/form-data; boundary=x"}
                    connection.request("POST", "/search/opened", body, kind)
                    connection.getresponse().read()
                    connection.close()

        together(post, connections)

    return attack


def together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


ATTACKS: dict[str, Attack | None] = {
    "calm": None,
    "an exclusion and 40 wildcards": asking(f"/api/v1/search?q={quote('-zzzq {n} ' + WILDCARDS)}"),
    "five wildcards with a filter": asking("/search/?q=-zzzq{n}+co*+re*+in*+de*+st*"),
    "a phrase of 240 equal words": asking("/api/v1/search?q=%22" + "the+" * 240 + "%22+{n}"),
    '"a.a.a.a.a.a.a.a"': asking("/api/v1/search?q=%22a.a.a.a.a.a.a.a%22+{n}"),
    "suggestions": asking("/api/v1/suggest?q=que{n}+data+in", connections=32),
    "sitemaps": asking("/sitemap-pages.xml?z={n}", "/sitemap.xml?z={n}"),
    "the list, unknown parameters": asking("topics/?z={n}", connections=32),
    "the list, unknown tags": asking("topics/?tag=t{n}", connections=32),
    "the list, a made-up session": asking("topics/", connections=32, cookie="sessionid=x"),
    "glossary filters": asking("/glossary/?filter=a+e+i+o+u+{n}", connections=32),
    "200 slow request lines": dripping(b"G", b"E"),
    "200 slow headers": dripping(b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X: y\r\n"),
    "200 slow bodies": dripping(
        b"POST /search/opened HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n", b"x"
    ),
    "bodies of 30 MB": posting(30 << 20),
    "addresses of 8 KB": asking("topics/handbook" + "/" * 7900 + "?x={n}", connections=16),
    "long unknown parameters": asking("/search/?q=http&x=" + "x" * 7900 + "{n}", connections=16),
    "200 connections for uncached pages": asking("topics/?tag=u{n}", connections=200),
}


def connected(place: Place, source: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(*place, timeout=30, source_address=(source, 0))


def get(place: Place, path: str, source: str, cookie: str = "") -> int:
    connection = connected(place, source)
    try:
        connection.request("GET", f"/{path.lstrip('/')}", headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def measure(place: Place, attack: Attack | None, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of what the other client asked for, and how much of it was not answered 200."""
    end = time.monotonic() + seconds
    attacker = multiprocessing.Process(target=attack, args=(place, end)) if attack else None
    if attacker:
        attacker.start()
        time.sleep(min(1.0, seconds / 3))
    times, failed = [], 0
    paths = itertools.cycle(READ)
    while time.monotonic() < end:
        started = time.perf_counter()
        try:
            failed += get(place, next(paths), READER) != 200
        except OSError:
            failed += 1
        times.append((time.perf_counter() - started) * 1000)
        time.sleep(PAUSE)
    if attacker:
        attacker.join(5)
        attacker.kill()
        attacker.join()
    return times, failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="such as http://127.0.0.1:8000, a site of your own")
    parser.add_argument("seconds", nargs="?", type=float, default=5.0, help="of each attack")
    parser.add_argument("--only", default="", help="attacks whose names hold this")
    options = parser.parse_args()
    url = urlsplit(options.address)
    place = (url.hostname or "127.0.0.1", url.port or 80)
    for path in READ * 4:
        get(place, path, READER)
    print("| attack | asked | p50 ms | p95 ms | worst ms | not answered | load |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, attack in ATTACKS.items():
        if options.only not in name:
            continue
        times, failed = measure(place, attack, options.seconds)
        ordered = sorted(times)
        p95 = ordered[int(len(ordered) * 0.95) - 1] if len(ordered) > 1 else ordered[0]
        p50 = statistics.median(times)
        row = [name, len(times), *(f"{ms:.0f}" for ms in (p50, p95, ordered[-1])), failed]
        print(*["", *row, f"{os.getloadavg()[0]:.1f}", ""], sep=" | ", flush=True)
        time.sleep(1)


if __name__ == "__main__":
    main()
