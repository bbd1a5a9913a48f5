"""The site behind nginx and behind Caddy, with the files that deploy/ ships, by TLS."""

import re
import signal
import subprocess
import urllib.parse

import pytest

from tests.deploy.machines import HOST, Answer, Proxy, program_of_debian
from tests.start.processes import wait_until
from tests.start.sites import get

FIRST, SECOND = "127.0.0.2", "127.0.0.3"  # two readers


@pytest.fixture(scope="module")
def site(server, start_site):
    changes = {"KB_PROXY": "127.0.0.1", "KB_SEARCH_LIMIT": "5", "WEB_CONCURRENCY": "1"}
    return start_site(server.url(), **changes, ALLOWED_HOSTS=f"{HOST},{HOST}:8443")


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(request, site, start_proxy):
    return start_proxy(request.param, site.port)


def test_pages_are_answered_by_https_at_once(proxy):
    answer = proxy.ask("/")
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_request_without_https_is_sent_to_https_once(proxy):
    answer = proxy.ask("/topics/?x=1", secure=False)
    assert answer.status in (301, 308)
    assert re.fullmatch(r"https://kb\.example\.org(:\d+)?/topics/\?x=1", answer.headers["Location"])


def test_each_reader_has_a_limit_of_their_own(proxy):
    def search(client: str, **headers: str) -> int:
        return proxy.ask("/api/v1/search?q=retry", client=client, **headers).status

    first, second = (f"127.0.{1 + (proxy.https % 200)}.{n}" for n in (2, 3))
    assert [search(first) for _ in range(6)] == [200] * 5 + [429]
    assert search(first, X_Forwarded_For="198.51.100.7") == 429
    assert search(first, X_Real_IP="198.51.100.7", Forwarded="for=198.51.100.7") == 429
    assert search(second) == 200


def log_in(proxy: Proxy, client: str, host: str = HOST) -> tuple[Answer, Answer]:
    """The answers to the log-in page and to its form."""
    form = proxy.ask("/accounts/login/", client=client, Host=host)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)[1]
    cookie = form.cookies["__Host-csrftoken"].partition(";")[0]
    fields = {"csrfmiddlewaretoken": token, "login": "admin", "password": "correct horse"}
    answer = proxy.ask(
        "/accounts/login/",
        "POST",
        urllib.parse.urlencode(fields).encode(),
        client=client,
        Content_Type="application/x-www-form-urlencoded",
        Cookie=cookie,
        Host=host,
        Origin=f"https://{host}",
        Accept_Encoding="identity",
    )
    return form, answer


@pytest.fixture(autouse=True)
def uncompressed(monkeypatch):
    """The tests read the pages, so they ask for them as they are."""
    ask = Proxy.ask

    def plain(self: Proxy, path: str, *arguments: object, **more: str) -> Answer:
        return ask(self, path, *arguments, **{"Accept_Encoding": "identity", **more})

    monkeypatch.setattr(Proxy, "ask", plain)


def test_cookies_are_for_https_and_for_this_host_alone(proxy):
    form, answer = log_in(proxy, FIRST)
    assert (answer.status, answer.headers["Location"]) == (302, "/curating/")
    for cookie in (form.cookies["__Host-csrftoken"], answer.cookies["__Host-sessionid"]):
        assert "; Path=/;" in f"{cookie};"
        assert "; Secure" in cookie
        assert "Domain" not in cookie
    assert "; HttpOnly;" in answer.cookies["__Host-sessionid"]
    assert "; Path=/accounts/;" in answer.cookies["__Secure-device"]


def test_forms_are_taken_behind_another_port(proxy):
    _, answer = log_in(proxy, "127.0.0.4", host=f"{HOST}:8443")
    assert (answer.status, answer.headers["Location"]) == (302, "/curating/")


def test_a_port_that_is_not_the_site_s_is_refused(proxy):
    answer = proxy.ask("/", Host=f"{HOST}:1337")
    assert answer.status == 400
    assert "not known by the name and port" in answer.text


def test_staff_see_that_the_proxy_is_understood(proxy):
    _, answer = log_in(proxy, SECOND)
    session = answer.cookies["__Host-sessionid"].partition(";")[0]
    page = proxy.ask("/admin/deployment/", client=SECOND, Cookie=session).text
    facts = dict(re.findall(r'<th scope="row">([^<]*)</th><td>([^<]*)</td>', page))
    assert facts["Proxy"] == "127.0.0.1"
    assert facts["This request came"] == "by https"
    assert facts["Your address, as rate limits see it"] == SECOND
    assert facts["E-mail"] == "is not set up: see EMAIL_URL"
    assert "No request has shown a wrong setting." in page


def test_static_files_are_kept_by_browsers_and_sent_compressed(proxy):
    style = re.search(r'href="(/static/css/app\.[0-9a-f]+\.css)"', proxy.ask("/").text)[1]
    answer = proxy.ask(style, Accept_Encoding="br")
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/accounts/login/", 1_200_000),
        ("/search/wish", 300_000_000),
        ("/admin/login/", 25_000_000),
    ],
)
def test_what_is_too_large_is_refused_by_the_proxy(proxy, path, size):
    # What is said to be too large is refused before it comes.
    length = {"Content_Length": str(size), "Content_Type": "text/plain"}
    assert proxy.ask(path, "POST", b"x" * 1000, **length).status == 413


@pytest.mark.parametrize(
    ("path", "size"), [("/accounts/login/", 900_000), ("/admin/login/", 5_500_000)]
)
def test_the_proxy_lets_through_what_the_site_takes_from_staff(proxy, path, size):
    _, answer = log_in(proxy, FIRST)
    names = ("__Host-sessionid", "__Host-csrftoken")
    cookies = "; ".join(answer.cookies[name].partition(";")[0] for name in names)
    # An upload by a form: the site reads it whole, since the token may be in it.
    head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    sent = {"Content_Type": "multipart/form-data; boundary=B", "Cookie": cookies}
    sent["Origin"] = "https://kb.example.org"
    answer = proxy.ask(path, "POST", head + b"x" * size + b"\r\n--B--\r\n", **sent)
    assert answer.status == 403  # the site's own: the form's token is missing
    assert "This form has expired" in answer.text


@pytest.mark.parametrize(
    ("path", "size"), [("/accounts/login/", 900_000), ("/admin/login/", 5_500_000)]
)
def test_an_answer_to_a_body_that_the_site_does_not_read_reaches_its_sender(proxy, path, size):
    _, answer = log_in(proxy, FIRST)
    cookie = answer.cookies["__Host-sessionid"].partition(";")[0]
    for _ in range(5):
        answer = proxy.ask(path, "POST", b"x" * size, Content_Type="text/plain", Cookie=cookie)
        assert answer.status == 403


def test_the_refusal_of_a_stranger_s_body_reaches_its_sender(proxy):
    for _ in range(5):
        body = b"x" * 900_000
        assert proxy.ask("/search/wish", "POST", body, Content_Type="text/plain").status == 413


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
@pytest.mark.parametrize("size", [1_200_000, 25_000_000])
def test_the_refusal_reaches_a_sender_by_either_version_of_http(proxy, tmp_path, version, size):
    body = tmp_path / "body"
    body.write_bytes(b"x" * size)
    command = [program_of_debian("curl"), "-sS", version, "--cacert", str(proxy.trust)]
    command += ["--connect-to", f"kb.example.org:443:127.0.0.1:{proxy.https}"]
    command += ["--data-binary", f"@{body}", "-o", str(tmp_path / "answer"), "-w", "%{http_code}"]
    done = subprocess.run(
        [*command, "https://kb.example.org/search/wish"], capture_output=True, text=True
    )
    # What curl still sends when it is answered may cost it the page, not the status.
    assert done.stdout == "413"
    if (version, size) == ("--http1.1", 1_200_000):
        assert "too large" in (tmp_path / "answer").read_text().lower()


def test_a_stranger_s_body_is_bounded_by_the_site(proxy):
    answer = proxy.ask("/accounts/login/", "POST", b"x" * 60_000, Content_Type="text/plain")
    assert answer.status == 403


PRIVATE = [
    "/accounts/password/reset/key/3-KEY/", "/accounts/confirm-email/KEY/", "/learn/shared/KEY/",
    "/learn/shared/KEY/copy/", "/bookmarks/wanted/KEY/", "/search/?q=KEY",
    "/%61ccounts/confirm-email/KEY/",
]  # fmt: skip


def test_no_log_of_the_proxy_has_keys_of_links_or_what_was_searched_for(proxy):
    for path in [*PRIVATE, "/privacy/"]:
        proxy.ask(path.replace("KEY", "quokka17"), Referer=f"https://{HOST}/?q=quokka17")
        proxy.ask(path.replace("KEY", "quokka17"), secure=False)
    logs = "".join(file.read_text() for file in proxy.folder.glob("*log"))
    assert "quokka17" not in logs
    if (proxy.folder / "access.log").exists():
        assert logs.count('"GET /privacy/" 200 ') == logs.count('"GET /privacy/" 301 ') == 1
        assert logs.count('"GET /learn/shared/-" ') == 4


@pytest.mark.parametrize(
    ("path", "status"), [("/readyz", 404), ("/metrics", 404), ("/healthz", 200)]
)
def test_probes_of_the_inside_are_not_public(proxy, path, status):
    assert proxy.ask(path).status == status


def test_a_node_that_is_told_to_end_is_ready_no_more_and_answers_what_comes(server, start_site):
    node = start_site(server.url(), KB_PROXY="none", KB_DRAIN_SECONDS="3", KB_SSL_REDIRECT="0")
    assert get(node.port, "/readyz") == (200, b'{"status": "ok"}')
    node.process.send_signal(signal.SIGTERM)
    draining = b'{"status": "draining", "reason": "the server is ending"}'
    wait_until(lambda: get(node.port, "/readyz") == (503, draining), seconds=2)
    assert get(node.port, "/healthz") == (200, b'{"status": "ok"}')
    node.process.communicate(timeout=30)
    assert node.process.returncode == 0


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_a_proxy_that_is_not_named_gets_a_page_that_says_so_and_no_redirect(
    server, start_site, start_proxy, name
):
    site = start_site(server.url(), WEB_CONCURRENCY="1")
    answer = start_proxy(name, site.port).ask("/")
    assert answer.status == 503
    assert "set KB_PROXY to the address of the proxy, or to none" in answer.text
    assert "127.0.0.1" not in answer.text
    log = site.stop()
    assert (
        log.count("If that is your proxy, set KB_PROXY=127.0.0.1; without a proxy, set KB_PROXY")
        == 1
    )
