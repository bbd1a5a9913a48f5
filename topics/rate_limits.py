"""Who asks, and how often they may: client addresses, limits by the minute, and the 429 page."""

import ipaddress
from functools import lru_cache
from threading import Lock
from time import time

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MINUTE = 60
SHARED_EVERY = 10  # requests


class Counts:
    """What clients used in the current minute, by kind and client, as one worker knows it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._counts: dict[str, list[int]] = {}  # this worker's, the others', not yet shared

    def add(self, key: str, minute: int, amount: int = 1, every: int = 0) -> tuple[int, int, int]:
        """Adds to what was used.

        Returns this worker's count, the last known count of the others, and what is to be shared
        now: all that was not, once it is `every` or more.
        """
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            used = self._counts.setdefault(key, [0, 0, 0])
            used[0] += amount
            used[2] += amount
            due = used[2] if every and used[2] >= every else 0
            used[2] -= due
            return used[0], used[1], due

    def learn(self, key: str, others: int) -> None:
        """Remember how many requests the other workers had when last asked."""
        with self._lock:
            if key in self._counts:
                self._counts[key][1] = others

    def used(self, key: str, minute: int) -> int:
        """What the client used in this minute, as far as it is known here."""
        with self._lock:
            own, others, _ = (
                self._counts.get(key, (0, 0, 0)) if minute == self._minute else (0,) * 3
            )
            return own + others


counts = Counts()  # of this process


def seconds_to_wait(kind: str, client: str, limit: int) -> int:
    """Seconds the client must wait, counting this request; 0 if allowed. A limit of 0 is none.

    Workers share their counts through the cache with every tenth request only, so that the other
    nine cost nothing: each further worker may let some ten requests more through.
    """
    if not limit:
        return 0
    return _seconds_left() if spend(kind, client, 1, SHARED_EVERY) > limit else 0


def is_out_of_time(kind: str, client: str, limit: int) -> int:
    """Seconds the client must wait where it took `limit` milliseconds; 0 if some are left."""
    key, minute = _key(kind, client)
    return _seconds_left() if limit and counts.used(key, minute) >= limit * 1000 else 0


def spend_time(kind: str, client: str, seconds: float, limit: int) -> None:
    """Counts, in microseconds, what the client took of `limit` milliseconds in a minute.

    What takes less than a millisecond counts as well: there may be very much of it.
    """
    if limit:
        spend(kind, client, round(seconds * 1_000_000), limit * 100)


def spend(kind: str, client: str, amount: int, shared_every: int) -> int:
    """Counts what the client used; returns its sum in this minute, as far as it is known here."""
    key, minute = _key(kind, client)
    own, others, due = counts.add(key, minute, amount, shared_every)
    if due:
        try:
            total = cache.get(key, 0) + due
            cache.set(key, total, MINUTE)
        except (OperationalError, InterfaceError):  # a page that is kept needs no database
            return own + others
        others = max(0, total - own)
        counts.learn(key, others)
    return own + others


def _key(kind: str, client: str) -> tuple[str, int]:
    minute = int(time() // MINUTE)
    return f"requests:{kind}:{household(client)}:{minute}", minute


def _seconds_left() -> int:
    return MINUTE - int(time() % MINUTE)


def household(client: str) -> str:
    """One IPv4 address, or the /64 of an IPv6 address, all of which one reader may have."""
    if ":" not in client:
        return client
    return str(ipaddress.ip_network(f"{client.partition('%')[0]}/64", strict=False))


def too_many_requests(request: HttpRequest, seconds: int = MINUTE) -> HttpResponse:
    """The page for a client over its limit; also `handler429` for allauth's own limits."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(seconds)
    return response


def client_address(request: HttpRequest) -> str:
    """The address a request comes from.

    `X-Forwarded-For` is believed only from a proxy named in KB_PROXY: the last address in it that
    is not itself such a proxy. The word `unix` there names the socket of a local proxy.
    """
    return named_client(peer_address(request), request.headers.get("X-Forwarded-For", ""))


def named_client(peer: str, forwarded_for: str) -> str:
    """The address that a request from `peer` with such a header comes from."""
    client = _address(peer) or "unix"
    for part in reversed(forwarded_for.split(",")):
        address = _address(part)
        if address is None or not _is_trusted(client):
            break
        client = address
    return client


def peer_address(request: HttpRequest) -> str:
    """The address at the other end of the connection, `unix` for a local socket."""
    return _address(request.META.get("REMOTE_ADDR", "")) or "unix"


def is_from_a_proxy(request: HttpRequest) -> bool:
    """Whether the request comes straight from a proxy that is believed."""
    return _is_trusted(peer_address(request))


def is_from_our_pages(request: HttpRequest) -> bool:
    """Whether a page of this site sent the request, as the browser says.

    For the few forms that anonymous pages carry, which hold no token: a browser sends one of the
    two headers with every POST, and another site's script can change neither.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


@lru_cache(maxsize=4)
def trusted_networks(names: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks that are named; `kb.environment` has refused a name that is none."""
    return tuple(ipaddress.ip_network(name) for name in names if name != "unix")


def trusted_names() -> tuple[str, ...]:
    """What KB_PROXY names: addresses, networks, `unix`."""
    return tuple(name.strip() for name in settings.KB_TRUSTED_PROXIES)


def _is_trusted(client: str) -> bool:
    names = trusted_names()
    if client == "unix":
        return "unix" in names
    address = ipaddress.ip_address(client)
    return any(address in network for network in trusted_networks(names))


@lru_cache(maxsize=256)
def _address(text: str) -> str | None:
    """The address in one part of the header, a port cut off; None where there is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A server that listens on IPv6 too sees the IPv4 address 10.0.0.1 as ::ffff:10.0.0.1.
    return str(getattr(address, "ipv4_mapped", None) or address)
