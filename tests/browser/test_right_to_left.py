"""Pages in a language that is written from right to left: `tests/locale/he` has its words."""

import subprocess
import sys

import pytest

from tests.browser.conftest import DESKTOP, PHONE, NewPage
from tests.browser.test_everybody import LAYOUT
from tests.start.processes import ROOT

ADDRESSES = [
    "/",
    "/topics/",
    "/topics/handbook/cookies/",
    "/search/?q=isolation",
    "/accounts/login/",
]
SAY = """
import json, sys
import django
from django.conf import settings
settings.LANGUAGES = [*settings.LANGUAGES, ("he", "\u05e2\u05d1\u05e8\u05d9\u05ea")]
settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, settings.BASE_DIR / "tests" / "locale"]
django.setup()
from django.test import Client
reader = Client(headers={"Host": "127.0.0.1", "Accept-Language": "he"})
print("\\0".join(reader.get(address).content.decode() for address in sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def pages(site: str, site_settings: dict[str, str]) -> dict[str, str]:
    """The pages as the site would show them with one more language."""
    command = [sys.executable, "-c", SAY, *ADDRESSES]
    env = site_settings | {"DJANGO_SETTINGS_MODULE": "kb.settings"}
    said = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    found = said.stdout[said.stdout.index("<!doctype") :].rstrip("\n").split("\0")
    return dict(zip(ADDRESSES, found, strict=True))


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_mirrored_and_nothing_sticks_out(
    new_page: NewPage, pages: dict[str, str], address: str, viewport: dict[str, int]
) -> None:
    page = new_page(viewport=viewport)
    page.route(
        f"**{address}",
        lambda route: route.fulfill(body=pages[address], content_type="text/html; charset=utf-8"),
    )
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert "\u05de\u05d9\u05dc\u05d5\u05df" in page.locator(".foot").inner_text()
    assert page.evaluate(LAYOUT) == []
    brand = page.locator(".brand").bounding_box()
    assert brand
    assert brand["x"] + brand["width"] > viewport["width"] / 2


def test_the_tree_stands_at_the_right_and_english_text_stays_as_it_is(
    new_page: NewPage, pages: dict[str, str]
) -> None:
    page = new_page()
    address = ADDRESSES[2]
    page.route(
        f"**{address}",
        lambda route: route.fulfill(body=pages[address], content_type="text/html; charset=utf-8"),
    )
    page.goto(address)
    tree, text = (page.locator(part).bounding_box() for part in (".side nav.tree", "article"))
    assert tree
    assert text
    assert tree["x"] > text["x"]
    assert page.locator("article").evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert page.locator("article p").first.evaluate("e => getComputedStyle(e).direction") == "ltr"
