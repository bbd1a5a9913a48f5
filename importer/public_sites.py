"""Connections to sites of the open internet, and to nothing else.

A name is looked up once, all its addresses must be public, and the connection goes to the address
that was checked, so that no second look can give another. No setting changes this; who asks may
hand in another way to look names up, as tests do.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable

TIMEOUT = 10  # seconds without an answer

# From a host and a port to the address and port that are connected to. Raises NotPublic.
Place = tuple[str, int]
Resolver = Callable[[str, int], Place]


class NotPublic(Exception):
    """A host is not known, or not one of the open internet; the message says which."""


def public_address(host: str, port: int) -> Place:
    """One address of a host, all of whose addresses are public. Raises NotPublic."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotPublic("its site is not known") from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not addresses or not all(map(is_public, addresses)):
        raise NotPublic("its site has a private address")
    return addresses[0], port


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also where it carries one of version 4."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class Connection(http.client.HTTPConnection):
    """A connection to one place that names, and is checked for, its host."""

    def __init__(self, host: str, port: int, place: Place, *, is_secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.default_port = 443 if is_secure else 80  # left out of the Host header
        self.place = place
        self.is_secure = is_secure

    def connect(self) -> None:
        """Connect to the place that was checked, whatever the host's name gives now."""
        self.sock = socket.create_connection(self.place, TIMEOUT)
        if self.is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def quoted(path: str) -> str:
    """A path with what a request line cannot hold percent-encoded."""
    return "".join(
        c if 32 < ord(c) < 127 else "".join(f"%{b:02X}" for b in c.encode()) for c in path
    )
