"""Pictures on other sites, fetched and stored where the owner wants that: see picture_policy."""

import hashlib
import http.client
import time
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from importer.assets import MAX_IMAGE, store_asset
from importer.changes import Changes
from importer.file_kinds import IMAGE_TYPES
from importer.picture_policy import FETCH
from importer.pictures import form_of
from importer.public_sites import Connection, NotPublic, public_address, quoted
from topics.models import Asset, Link
from topics.visibility import live

MOST = 500  # pictures that one run asks for
MOST_SECONDS = 120  # that one run spends on them
TIMEOUT = 10  # seconds without an answer
MOST_REDIRECTS = 3
LONGEST = 450
PORTS = {"http": 80, "https": 443}


class NotFetched(Exception):
    """A picture cannot be had; the message says why."""


def fetch_pictures(source: str, changes: Changes) -> None:
    """Store the pictures on other sites that the source shows and that are not stored yet, if the
    owner wants that.

    What cannot be had stays a link, and is counted.
    """
    if settings.REMOTE_PICTURES != FETCH:
        return
    wanted = dict.fromkeys(a for a in addresses_of(source) if len(a) <= LONGEST)
    stored = set(Asset.objects.filter(path__in=wanted).values_list("path", flat=True))
    ends_at = time.monotonic() + MOST_SECONDS
    for number, address in enumerate(a for a in wanted if a not in stored):
        if number >= MOST or time.monotonic() > ends_at:
            message = "more pictures on other sites are left for the next import"
            changes.report.note_file("warning", source, message)
            break
        try:
            data, suffix = fetch(address)
        except NotFetched as error:
            changes.report.counts["pictures not fetched"] += 1
            changes.report.count_odd(source, f"pictures on other sites: {error}")
            continue
        digest = hashlib.sha256(data).hexdigest()
        store_asset(source, address, digest, data, suffix=suffix)
        changes.images.add(address)
        changes.report.counts["pictures fetched"] += 1


def addresses_of(source: str) -> list[str]:
    """The addresses on other sites that the source's sections show as pictures."""
    rows = Link.objects.filter(
        live("section__"),
        kind=Link.Kind.EXTERNAL,
        href__istartswith="http",
        section__topic__source=source,
        section__written_html__contains="<img ",
    ).values_list("href", "section__written_html")
    return [href for href, html in rows if f'src="{href.replace("&", "&amp;")}"' in html]


def fetch(address: str) -> tuple[bytes, str]:
    """The bytes of a picture and the suffix of its type. Raises NotFetched.

    Only public addresses are asked, at the usual ports; a name is looked up once, and what it gave
    is what is asked, so that no second look can give another.
    """
    for _ in range(MOST_REDIRECTS + 1):
        status, headers, data = _get(address)
        if status in (301, 302, 303, 307, 308) and headers.get("Location"):
            address = urljoin(address, headers["Location"])
            continue
        if status != 200:
            raise NotFetched(f"the site answers {status}")
        return data, _suffix(headers.get_content_type(), data)
    raise NotFetched("too many redirects")


def _suffix(content_type: str, data: bytes) -> str:
    by_type = {kind: suffix for suffix, kind in reversed(IMAGE_TYPES.items())}
    suffix = by_type.get(content_type, "")
    if suffix == ".svg" and b"<svg" in data[:4000]:
        return suffix
    found = form_of(data)
    if not found:
        raise NotFetched("it is no picture that is shown here")
    return found


def _get(address: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotFetched("its address cannot be read") from None
    if parts.scheme not in PORTS or not host or port not in (None, PORTS[parts.scheme]):
        raise NotFetched("its address has another scheme or port than the usual ones")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        place = public_address(host, PORTS[parts.scheme])
    except NotPublic as error:
        raise NotFetched(str(error)) from None
    connection = Connection(
        host, port or PORTS[parts.scheme], place, is_secure=parts.scheme == "https"
    )
    try:
        connection.request("GET", quoted(path), headers={"Accept": "image/*", "User-Agent": "kb"})
        answer = connection.getresponse()
        data = b"" if answer.status != 200 else _body(answer)
        return answer.status, answer.headers, data
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotFetched(f"the site does not answer ({type(error).__name__})") from None
    finally:
        connection.close()


def _body(answer: http.client.HTTPResponse) -> bytes:
    """What an answer holds, within a size and a time."""
    ends_at = time.monotonic() + TIMEOUT
    parts, size = [], 0
    while chunk := answer.read1(65_536):
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_IMAGE:
            raise NotFetched(f"it is larger than {MAX_IMAGE // 1_000_000} MB")
        if time.monotonic() > ends_at:
            raise NotFetched("it takes too long")
    return b"".join(parts)
