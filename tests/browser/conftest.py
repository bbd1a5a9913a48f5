"""The product as `make run` starts it, in a folder of its own, and a Chromium that looks at it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.console import Console
from tests.browser.firefox import Firefox
from tests.browser.keeping import FILES, Manage, bring, new_name
from tests.start.processes import ROOT, environment, wait_until

PASSWORD = "correct horse battery"
SAMPLES = [ROOT / "tests" / "samples", Path(__file__).parent / "samples"]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# A log-in that nobody waits for: with one round of hashing.
ACCOUNT = """
import json
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.test import Client

quick = PBKDF2PasswordHasher().encode("{1}", "salt", iterations=1)
client = Client()
client.force_login(User.objects.create(username="{0}", password=quick))
print(json.dumps([{{"name": key, "value": kept.value}} for key, kept in client.cookies.items()]))
"""

NewPage = Callable[..., Page]


@pytest.fixture(scope="package")
def site_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the running product."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    return environment(
        KB_DATA_DIR=str(tmp_path_factory.mktemp("site") / "var"),
        PORT=port,
        KB_SEARCH_LIMIT="0",
        KB_SUGGEST_LIMIT="0",
        KB_SEARCH_BUDGET_MS="0",
        KB_SEARCH_TIMEOUT_MS="0",
        KB_PAGE_BUDGET_MS="0",
        DJANGO_SUPERUSER_USERNAME="admin",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )


@pytest.fixture(scope="package")
def site(site_settings: dict[str, str]) -> Iterator[str]:
    """The address of the running product, with `content/` and the samples imported."""
    settings = site_settings
    log_file = Path(settings["KB_DATA_DIR"]).with_name("server.log")
    with log_file.open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "kb.serve"], cwd=ROOT, env=settings, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{settings['PORT']}"

    def is_ready() -> bool:
        assert server.poll() is None, log_file.read_text()
        try:
            return urlopen(f"{address}/readyz").status == 200
        except (URLError, ConnectionError):
            return False

    try:
        wait_until(is_ready, seconds=180)
        command = [sys.executable, "manage.py", "import_content", *map(str, SAMPLES)]
        subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True)
        yield address
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="package")
def chromium(chromium_path: str | None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--disable-gpu", *sandbox]
        )
        yield browser
        browser.close()


@pytest.fixture
def problems() -> list[str]:
    """What the browser complained of; a test that expects a complaint clears it."""
    return []


@pytest.fixture
def new_page(chromium: Browser, site: str, problems: list[str]) -> Iterator[NewPage]:
    """Opens a browser's window of its own. Whatever its console says is a failure."""
    contexts: list[BrowserContext] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"{message.type}: {message.text}")

    def open_page(**options: object) -> Page:
        defaults = {"viewport": DESKTOP, "base_url": site, "reduced_motion": "reduce"}
        options = defaults | options
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("console", heard)
        context.on("weberror", lambda error: problems.append(f"uncaught: {error.error}"))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def any_page(request: pytest.FixtureRequest, new_page: NewPage) -> Page:
    return new_page(java_script_enabled=request.param)


def sign_up(page: Page, name: str) -> None:
    page.goto("/accounts/signup/")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    wait_for_account(page)


def enter(page: Page, manage: Manage, name: str) -> None:
    """Make an account and log it in, without the pages for that: they have tests of their own."""
    cookies = json.loads(manage("shell", "-v", "0", "-c", ACCOUNT.format(name, PASSWORD)))
    page.context.add_cookies([cookie | {"domain": "127.0.0.1", "path": "/"} for cookie in cookies])


def fill_log_in(page: Page, name: str) -> None:
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()


def log_in(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    fill_log_in(page, name)
    wait_for_account(page)


def wait_for_account(page: Page) -> None:
    """Until the page is one for a reader with an account; on a phone its menu is closed."""
    page.locator(".site-nav form[action*=logout]").wait_for(state="attached")


@pytest.fixture(scope="package")
def manage(site: str, site_settings: dict[str, str]) -> Iterator[Manage]:
    """Runs commands of manage.py beside the running product; gives what they print."""
    console = Console(site_settings)
    yield console
    console.close()


@pytest.fixture
def kept(manage: Manage, tmp_path: Path) -> Iterator[Path]:
    """A folder with a small topic, imported; as it was again for each test."""
    folder = tmp_path / "kept-things"
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    bring(manage, folder)
    yield folder


@pytest.fixture
def name() -> str:
    return new_name()


@pytest.fixture
def learner(new_page: NewPage, kept: Path, manage: Manage, name: str) -> Page:
    page = new_page()
    enter(page, manage, name)
    return page


@pytest.fixture
def lonely(problems: list[str]) -> Iterator[None]:
    """Without a network the console says so; that is no fault."""
    yield
    away = "ERR_INTERNET_DISCONNECTED", "Failed to load resource"
    problems[:] = [text for text in problems if not any(said in text for said in away)]


@pytest.fixture(scope="package")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    browser = Firefox(tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.close()
