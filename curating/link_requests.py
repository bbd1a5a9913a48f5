"""What an address on another site answers: asked politely, and never of a private address."""

import http.client
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Timer
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from importer.public_sites import Connection, NotPublic, Resolver, public_address, quoted

PORTS = {"http": 80, "https": 443}
USUAL = {80, 443, 8080, 8443}
MOST_REDIRECTS = 5
MOST_SECONDS = 20  # that one answer may take, however slowly it comes
LONGEST_ROBOTS = 500_000  # bytes
AGENT = "kb-links"
REDIRECTS = (301, 302, 303, 307, 308)
FOR_GOOD = (301, 308)
NOT_TO_BE_ASKED = (401, 403, 407, 429, 451, 999)


@dataclass(frozen=True)
class Answer:
    """What came of asking: `state` is a value of `ExternalLink.State`; `moved_to` is where the
    address redirects for good; `is_silent` says that no site answered."""

    state: str
    note: str = ""
    moved_to: str = ""
    is_silent: bool = False


class _NoAnswer(Exception):
    """The site does not answer; the message says why."""


class _Refused(Exception):
    """The address is not to be asked; the message says why."""


@dataclass
class Asker:
    """Asks addresses, and remembers what each host lets programs ask.

    `resolve` looks hosts up; `pause` is called before each request with the host's name, so that
    hosts can be spared.
    """

    resolve: Resolver = public_address
    pause: Callable[[str], None] = lambda host: None
    robots: dict[str, RobotFileParser | None] = field(default_factory=dict)

    def ask(self, url: str) -> Answer:
        """HEAD, then GET where that fails; redirects are followed, each checked again."""
        address, is_for_good = url, True
        try:
            for _ in range(MOST_REDIRECTS + 1):
                status, location = self._status(address)
                if status not in REDIRECTS or not location:
                    return _judged(status, address if address != url and is_for_good else "")
                is_for_good &= status in FOR_GOOD
                address = urljoin(address, location)
        except _Refused as error:
            return Answer("closed", str(error), is_silent="robots" not in str(error))
        except _NoAnswer as error:
            return Answer("failing", str(error), is_silent=True)
        return Answer("failing", "too many redirects")

    def _status(self, address: str) -> tuple[int, str]:
        if not self._may_ask(address):
            raise _Refused("robots.txt asks programs to stay away")
        status, location, _ = self._request("HEAD", address)
        if status >= 400 and status not in NOT_TO_BE_ASKED:
            status, location, _ = self._request("GET", address)
        return status, location

    def _may_ask(self, address: str) -> bool:
        parts = _parts(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self.robots:
            self.robots[site] = self._rules(site)
        rules = self.robots[site]
        return rules is None or rules.can_fetch(AGENT, address)

    def _rules(self, site: str) -> RobotFileParser | None:
        """The host's robots.txt as RFC 9309 reads it; None where it has none."""
        rules, address = RobotFileParser(), f"{site}/robots.txt"
        for _ in range(MOST_REDIRECTS + 1):
            status, location, body = self._request("GET", address, most=LONGEST_ROBOTS)
            if status not in REDIRECTS or not location:
                break
            address = urljoin(address, location)
        if status >= 500:
            rules.parse(["User-agent: *", "Disallow: /"])
            return rules
        if status != 200:
            return None
        rules.parse(body.decode("utf-8", "replace").splitlines())
        return rules

    def _request(self, method: str, address: str, most: int = 0) -> tuple[int, str, bytes]:
        """Status, Location and up to `most` bytes of the body."""
        parts = _parts(address)
        host, is_secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or PORTS[parts.scheme]
        try:
            place = self.resolve(host, port)
        except NotPublic as error:
            if "private" in str(error):
                raise _Refused(str(error)) from None
            raise _NoAnswer(str(error)) from None
        self.pause(host)
        connection = Connection(host, port, place, is_secure=is_secure)
        alarm = Timer(MOST_SECONDS, _cut, [connection])
        alarm.daemon = True
        alarm.start()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, quoted(path), headers={"User-Agent": AGENT, "Accept": "*/*"})
            answer = connection.getresponse()
            body = answer.read(most) if most and answer.status == 200 else b""
            return answer.status, answer.headers.get("Location", ""), body
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _NoAnswer(f"no answer ({type(error).__name__})") from None
        finally:
            alarm.cancel()
            connection.close()


def _parts(address: str) -> SplitResult:
    """The parts of an address that may be asked. Raises _Refused."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _Refused("the address cannot be read") from None
    if parts.scheme not in PORTS or not host:
        raise _Refused("the address is no web address")
    if parts.username is not None or (port is not None and port not in USUAL):
        raise _Refused("the address has a user or an unusual port")
    return parts


def _judged(status: int, moved_to: str) -> Answer:
    if status in NOT_TO_BE_ASKED:
        return Answer("closed", f"answers {status}")
    if not 200 <= status < 300:
        return Answer("failing", f"answers {status}")
    return Answer("moved", "", moved_to[:2_000]) if moved_to else Answer("fine", "")


def _cut(connection: Connection) -> None:
    """End a connection that answers too slowly, from another thread."""
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
