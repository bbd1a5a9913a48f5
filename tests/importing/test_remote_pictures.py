"""Pictures on other sites that an import fetches: only from public addresses, within limits."""

import io
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from PIL import Image

from importer import public_sites, remote_pictures
from importer.public_sites import is_public
from importer.remote_pictures import NotFetched, fetch
from topics.models import Asset, Section


def dot() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 2)).save(out, "PNG")
    return out.getvalue()


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answers = {
            "/a.png": (200, "image/png", dot()),
            "/text.png": (200, "image/png", b"<html>"),
            "/a.svg": (200, "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "/page": (200, "text/html", b"<html></html>"),
            "/large.png": (200, "image/png", b"x" * 2000),
            "/round.png": (302, "/round.png", b""),
            "/inside.png": (302, "http://10.0.0.1/a.png", b""),
            "/other.png": (301, "/a.png", b""),
        }
        status, kind, body = answers.get(self.path, (404, "text/plain", b""))
        self.send_response(status)
        self.send_header("Location" if status in (301, 302) else "Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def site(monkeypatch) -> Iterator[str]:
    """A site of this machine that counts as public."""
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])  # seconds to notice its end
    thread.start()
    port = server.server_address[1]
    monkeypatch.setattr(remote_pictures, "PORTS", {"http": port, "https": 443})
    given = public_sites.is_public
    monkeypatch.setattr(public_sites, "is_public", lambda a: a == "127.0.0.1" or given(a))
    yield "http://127.0.0.1"
    server.shutdown()
    thread.join()
    server.server_close()


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_none_of_the_open_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public_addresses_are(address):
    assert is_public(address)


REFUSED = [
    "http://127.0.0.1/a.png", "http://localhost/a.png", "http://[::1]/a.png", "http://2130706433/a.png",
    "http://0x7f.1/a.png", "https://example.org:22/a.png", "ftp://example.org/a.png", "file:///etc/passwd",
    "http:///a.png", "http://[bad/a.png", "http://example.org:port/a.png",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_public_is_never_asked(monkeypatch, address):
    def connect(*_: object) -> None:
        raise AssertionError("it was asked")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotFetched):
        fetch(address)


def test_a_name_with_one_private_address_among_its_own_is_not_asked(monkeypatch):
    entries = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    with pytest.raises(NotFetched, match="private"):
        fetch("http://example.org/a.png")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/none.png", "answers 404"),
        ("/page", "no picture"),
        ("/text.png", "no picture"),
        ("/round.png", "too many redirects"),
        ("/inside.png", "private"),
        ("/large.png", "larger than"),
    ],
)
def test_what_a_site_may_answer_instead(site, monkeypatch, path, reason):
    monkeypatch.setattr(remote_pictures, "MAX_IMAGE", 1000)
    if path == "/inside.png":
        monkeypatch.setattr(remote_pictures, "PORTS", {**remote_pictures.PORTS})
    with pytest.raises(NotFetched, match=reason):
        fetch(site + path)


def test_pictures_are_stored_once_and_shown_from_here(site, bring, settings):
    settings.REMOTE_PICTURES = "fetch"
    text = f"# A\n\n![dot]({site}/other.png) ![vector]({site}/a.svg) ![gone]({site}/no.png)\n"
    report = bring({"a.md": text})
    assert report.counts["pictures fetched"] == 2
    assert report.counts["pictures not fetched"] == 1
    html = Section.objects.get().html
    assert html.count('<img src="/assets/') == 2 and 'width="3" height="2"' in html
    assert f'<a href="{site}/no.png"' in html
    assert Asset.objects.get(path__endswith="other.png").content_type == "image/png"
    assert "pictures fetched" not in bring({"b.md": "# B\n"}).counts


def test_one_run_asks_for_no_more_than_so_many(site, bring, settings, monkeypatch):
    settings.REMOTE_PICTURES = "fetch"
    monkeypatch.setattr(remote_pictures, "MOST", 1)
    report = bring({"a.md": f"# A\n\n![a]({site}/a.png) ![b]({site}/a.svg)\n"})
    assert report.counts["pictures fetched"] == 1
    assert "left for the next import" in report.notes[0].message


def test_nothing_is_fetched_unless_the_owner_wants_it(site, bring):
    bring({"a.md": f"# A\n\n![a]({site}/a.png)\n"})
    assert not Asset.objects.exists()


def test_a_fetched_picture_of_a_draft_is_for_curators_until_a_reader_may_see_it(
    site, bring, settings, client, admin_client
):
    settings.REMOTE_PICTURES = "fetch"
    text = f"# A\n\n![dot]({site}/a.png)\n"
    bring({"a.md": f"---\ndraft: true\n---\n{text}"})
    url = f"/assets/{Asset.objects.get().digest}/a.png"
    assert client.get(url).status_code == 404
    answer = admin_client.get(url)
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
    bring({"b.md": f"# B\n\n![dot]({site}/a.png)\n"})
    assert client.get(url).status_code == 200
    bring({"b.md": "# B\n"})
    assert client.get(url).status_code == 404
    bring({"a.md": text})
    assert client.get(url).status_code == 200
    assert f'<img src="{url}"' in Section.objects.get(topic__path="a").html


def test_a_page_that_is_no_draft_shows_nothing_of_a_fetched_picture_of_one(site, bring, settings):
    settings.REMOTE_PICTURES = "fetch"
    bring({"a.md": f"---\npublished: false\n---\n# A\n\n![dot]({site}/a.png)\n", "b.md": "# B\n"})
    assert Asset.objects.count() == 1
    assert "/assets/" not in Section.objects.get(topic__path="b").html
