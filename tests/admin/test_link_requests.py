"""External links are asked politely and never in private, and what that says of them."""

import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from curating import external_links, link_requests, tasks
from curating.external_links import address_of, check, gather, note
from curating.link_requests import Answer, Asker
from curating.models import ExternalLink, LinkCheck
from importer import public_sites
from topics.models import Topic

STATUS = {"/fine": 200, "/gone": 404, "/away": 503, "/login": 403, "/often": 429}


class Site(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]] = []
    robots: tuple[int, bytes] = (404, b"")

    def do_HEAD(self):
        self.answer("HEAD")

    def do_GET(self):
        self.answer("GET")

    def answer(self, method):
        Site.asked.append((method, self.path))
        body = b""
        if self.path == "/robots.txt":
            status, body = Site.robots
        elif self.path.startswith("/to/"):
            self.send_response(301 if "good" in self.path else 302)
            self.send_header("Location", self.path.partition("?")[2])
            self.end_headers()
            return
        elif self.path == "/no-head":
            status = 405 if method == "HEAD" else 200
        else:
            status = STATUS.get(self.path.partition("?")[0], 200)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def asker():
    """An asker for whom every host is a server of this test."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])  # seconds to notice its end
    thread.start()
    Site.asked, Site.robots = [], (404, b"")
    yield Asker(resolve=lambda host, port: ("127.0.0.1", server.server_address[1]))
    server.shutdown()
    thread.join()
    server.server_close()


# What an address answers


@pytest.mark.parametrize(
    ("path", "state", "note"),
    [
        ("/fine", "fine", ""),
        ("/no-head", "fine", ""),
        ("/gone", "failing", "answers 404"),
        ("/away", "failing", "answers 503"),
        ("/login", "closed", "answers 403"),
        ("/often", "closed", "answers 429"),
        ("/to/x?/fine", "fine", ""),
        ("/to/x?/gone", "failing", "answers 404"),
        ("/fine?q=ä ö", "fine", ""),
    ],
)
def test_what_an_address_answers(asker, path, state, note):
    assert asker.ask(f"http://a.example{path}") == Answer(state, note)


def test_head_is_asked_first_and_get_only_where_it_fails(asker):
    asker.ask("http://a.example/fine")
    asker.ask("http://a.example/no-head")
    asker.ask("http://a.example/login")
    assert Site.asked == [
        ("GET", "/robots.txt"), ("HEAD", "/fine"), ("HEAD", "/no-head"), ("GET", "/no-head"),
        ("HEAD", "/login"),
    ]  # fmt: skip


def test_only_redirects_for_good_say_that_an_address_moved(asker):
    good = "http://a.example/to/good?/fine"
    assert asker.ask(good) == Answer("moved", "", "http://a.example/fine")
    assert asker.ask("http://a.example/to/x?/fine") == Answer("fine")
    assert asker.ask("http://a.example/to/good?/to/x?/fine") == Answer("fine")
    other = asker.ask("http://a.example/to/good?http://b.example/fine")
    assert other == Answer("moved", "", "http://b.example/fine")


def test_endless_redirects_end(asker):
    loop = "/to/x?" * 12 + "/fine"
    assert asker.ask(f"http://a.example{loop}") == Answer("failing", "too many redirects")


def test_robots_are_heeded_and_asked_once_for_each_host(asker):
    Site.robots = (200, b"User-agent: *\nDisallow: /private\n")
    assert asker.ask("http://a.example/private/x").state == "closed"
    assert asker.ask("http://a.example/fine").state == "fine"
    assert [path for _, path in Site.asked] == ["/robots.txt", "/fine"]


def test_a_host_whose_robots_fail_is_left_alone(asker):
    Site.robots = (500, b"")
    assert asker.ask("http://a.example/fine").state == "closed"
    assert [path for _, path in Site.asked] == ["/robots.txt"]


def test_rules_for_this_program_alone_are_heeded(asker):
    Site.robots = (200, b"User-agent: kb-links\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    assert asker.ask("http://a.example/fine").state == "closed"


def test_a_site_that_does_not_answer_fails(asker):
    def nobody(host, port):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return free.getsockname()

    answer = Asker(resolve=nobody).ask("http://a.example/")
    assert answer == Answer("failing", "no answer (ConnectionRefusedError)", is_silent=True)


def test_an_answer_that_never_ends_is_cut(monkeypatch):
    monkeypatch.setattr(link_requests, "MOST_SECONDS", 0.2)
    server = socket.create_server(("127.0.0.1", 0))
    assert Asker(resolve=lambda host, port: server.getsockname()).ask(
        "http://a.example/"
    ).state == ("failing")
    server.close()


# Private addresses


PRIVATE = [
    "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/", "http://0/",
    "http://169.254.169.254/latest/meta-data/", "http://[::ffff:127.0.0.1]/", "http://2130706433/",
    "http://0x7f.1/", "https://192.168.1.1/", "http://[fd00::1]/", "http://127.0.0.1:8080/",
]  # fmt: skip


@pytest.mark.parametrize("url", PRIVATE)
def test_private_addresses_are_never_connected_to(monkeypatch, url):
    def connect(*args, **kwargs):
        raise AssertionError("it was connected to")

    monkeypatch.setattr(socket, "create_connection", connect)
    answer = Asker().ask(url)
    assert answer.state in ("closed", "failing") and answer.note.startswith("its site")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "file:///etc/passwd", "http://user:secret@a.example/", "http://[",
        "http://a.example:22/", "http://a.example:99999/", "javascript:alert(1)", "http:///x", "",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_not_asked(asker, url):
    assert asker.ask(url).state == "closed" and Site.asked == []


def test_each_redirect_is_checked_again(asker):
    given = asker.resolve

    def resolve(host, port):
        return given(host, port) if host == "a.example" else public_sites.public_address(host, port)

    asker.resolve = resolve
    for target in ("http://127.0.0.1/", "http://localhost:8080/", "//169.254.169.254/"):
        answer = asker.ask(f"http://a.example/to/good?{target}")
        assert (answer.state, answer.moved_to) == ("closed", ""), target


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(monkeypatch):
    looked_up, connected = [], []

    def lookup(host, port, **_):
        looked_up.append(host)
        address = "93.184.216.34" if len(looked_up) % 2 else "127.0.0.1"
        return [(2, 1, 6, "", (address, port))]

    def connect(address, *_):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", connect)
    Asker().ask("http://rebound.example/")
    assert connected == [("93.184.216.34", 80)] and len(looked_up) == 1


def test_no_setting_opens_private_addresses(settings):
    import inspect

    for module in (public_sites, link_requests, external_links):
        assert "settings" not in inspect.getsource(module)


# Which are asked, when, and what is made of it


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://a.example/x#y", "https://a.example/x"),
        ("HTTP://a.example", "HTTP://a.example"),
        ("mailto:a@b.example", ""),
        ("//a.example/x", ""),
        ("http://[", ""),
        ("https://a.example/" + "x" * 2000, ""),
        ("https://a.example/" + "ü" * 995, ""),
    ],
)
def test_what_is_asked_for_a_link(href, url):
    assert address_of(href) == url


LINKS = "# A\n\n[a](https://a.example/x) [b](https://a.example/x#part) [c](https://b.example/)\n"


def test_the_links_of_the_library_are_gathered_and_forgotten_with_it(bring):
    bring({"a.md": LINKS})
    assert gather() == 2 and gather() == 2
    assert [row.url for row in ExternalLink.objects.all()] == [
        "https://a.example/x", "https://b.example/",
    ]  # fmt: skip
    Topic.objects.update(removed_at=timezone.now())
    assert gather() == 0 and not ExternalLink.objects.exists()


def strike(link, *, hours, state="failing"):
    note(link, Answer(state, "why"), timezone.now() + timedelta(hours=hours))
    return link.state, link.strikes


def test_three_failures_over_days_make_a_link_broken(db):
    link = ExternalLink.objects.create(url="https://a.example/")
    assert strike(link, hours=0) == ("failing", 1)
    assert strike(link, hours=1) == ("failing", 1)
    assert strike(link, hours=24) == ("failing", 2)
    assert strike(link, hours=48) == ("broken", 3)
    assert strike(link, hours=72) == ("broken", 3)
    assert strike(link, hours=96, state="fine") == ("fine", 0)
    assert strike(link, hours=97) == ("failing", 1)
    assert LinkCheck.objects.count() == 7


def test_the_latest_checks_alone_are_kept(db):
    link = ExternalLink.objects.create(url="https://a.example/")
    for n in range(15):
        strike(link, hours=n, state="fine")
    assert link.checks.count() == external_links.CHECKS_KEPT


def test_hosts_are_asked_in_turn_with_a_pause_and_not_too_often(asker, db, monkeypatch):
    monkeypatch.setattr(external_links, "MOST_OF_A_HOST", 3)
    for n in range(5):
        ExternalLink.objects.create(url=f"http://a.example/{n}")
    ExternalLink.objects.create(url="http://b.example/0")
    later = timezone.now() + timedelta(days=1)
    ExternalLink.objects.create(url="http://c.example/", next_at=later)
    waits, told = [], []
    assert check(asker, lambda done, total: told.append((done, total)), wait=waits.append) == 4
    heads = [path for method, path in Site.asked if method == "HEAD"]
    assert heads == ["/0", "/0", "/1", "/2"] and told[-1] == (4, 4)
    assert len(waits) >= 3 and all(0 < wait <= external_links.PAUSE for wait in waits)
    assert ExternalLink.objects.filter(state="fine").count() == 4
    assert check(asker, wait=waits.append) == 2


def test_where_no_site_at_all_answers_we_are_offline_and_nothing_is_noted(db):
    for n in range(3):
        ExternalLink.objects.create(url=f"https://{n}.example/")
    silent = Answer("failing", "its site is not known", is_silent=True)
    answers = {f"https://{n}.example/": silent for n in range(3)}
    offline = Asker()
    offline.ask = answers.get
    assert check(offline, wait=lambda seconds: None) == 3
    assert {row.strikes for row in ExternalLink.objects.all()} == {0}
    answers["https://2.example/"] = Answer("fine")
    check(offline, wait=lambda seconds: None)
    assert sorted(row.strikes for row in ExternalLink.objects.all()) == [0, 1, 1]


def test_the_worker_checks_every_night_where_that_is_wanted(bring, monkeypatch, settings):
    bring({"a.md": LINKS})
    monkeypatch.setattr(
        external_links, "Asker", type("A", (), {"ask": lambda s, u: Answer("fine")})
    )
    context = type("Context", (), {"report": lambda *args: None})
    assert tasks.check_external_links.cron
    assert settings.KB_CHECK_LINKS is False
    assert tasks.check_external_links.call(context) == 0
    settings.KB_CHECK_LINKS = True
    assert tasks.check_external_links.call(context) == 2
    assert {row.state for row in ExternalLink.objects.all()} == {"fine"}
