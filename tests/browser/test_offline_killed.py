"""What was marked without a network outlives a browser that is killed."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import sign_up
from tests.browser.keeping import TOPIC, Manage, bring, counts, keep, make_card, until, waiting

NOWHERE = ["--proxy-server=127.0.0.1:1", "--proxy-bypass-list=<-loopback>"]
MANY, ANSWERS, NEW_A_DAY = 20, 3, 10
CARDS = """
from django.contrib.auth.models import User
from learning import cards
from learning.card_sources import Source
from topics.models import Section
user = User.objects.get(username="{}")
found = Section.objects.published().filter(topic__path="handbook/kept/many").exclude(anchor="")
cards.add(user, [Source("own", None, s.pk, f"{{s.title}} now?", "Yes.") for s in found])
"""


def processes_of(profile: Path) -> list[int]:
    """The processes of the browser with this profile."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if str(profile) in (entry / "cmdline").read_text() and entry.name.isdigit():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def kill(profile: Path) -> None:
    for pid in processes_of(profile):
        os.kill(pid, signal.SIGKILL)


def starter(
    chromium: Browser, chromium_path: str | None, site: str, profile: Path
) -> Callable[..., BrowserContext]:
    """Opens a browser whose profile stays; its worker, too, gets the further flags."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return lambda *flags: chromium.browser_type.launch_persistent_context(
        profile,
        executable_path=chromium_path,
        base_url=site,
        args=["--disable-gpu", *sandbox, *flags],
    )


ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="it looks for the browser's processes in /proc"
)


@ON_LINUX
def test_what_was_marked_outlives_a_browser_that_is_killed(
    chromium: Browser, chromium_path: str | None, site: str, kept: Path, manage: Manage,
    name: str, tmp_path: Path,
) -> None:  # fmt: skip
    profile = tmp_path / "profile"
    start = starter(chromium, chromium_path, site, profile)
    context = start()
    page = context.new_page()
    sign_up(page, name)
    make_card(page, "Why one?")
    keep(page)
    context.close()  # who has been logged in for a minute is so after a crash, too
    context = start()
    page = context.new_page()
    page.goto(TOPIC)  # the worker runs before the network goes
    context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    page.locator("form[data-read] button").first.click()
    page.goto("/learn/review/")
    page.get_by_text("Show the answer").click()
    page.locator(".rating-3").click()
    expect(page.get_by_text("of the kept cards none is left")).to_be_visible()
    kill(profile)
    assert counts(manage, name) == {"readings": 0, "bookmarks": 0, "reviews": 0}
    context = start()
    page = context.new_page()
    page.goto("/learn/offline/")
    until(page, lambda: not waiting(page))
    expect(page.get_by_text("wait to be sent")).to_have_count(0)
    assert counts(manage, name) == {"readings": 1, "bookmarks": 0, "reviews": 1}
    context.close()


@ON_LINUX
def test_what_was_marked_between_two_kills_arrives_once(
    chromium: Browser, chromium_path: str | None, site: str, kept: Path, manage: Manage,
    name: str, tmp_path: Path,
) -> None:  # fmt: skip
    things = "".join(f"## Thing {n}\n\nIt is number {n}.\n\n" for n in range(MANY))
    (kept / "kept" / "many.md").write_text(f"# Many\n\n{things}")
    bring(manage, kept)
    profile = tmp_path / "profile"
    start = starter(chromium, chromium_path, site, profile)
    context = start()
    page = context.new_page()
    sign_up(page, name)
    manage("shell", "-v", "0", "-c", CARDS.format(name))
    keep(page)
    context.close()
    left = NEW_A_DAY
    for first in (0, MANY // 2):
        context = start(*NOWHERE)
        page = context.new_page()
        page.goto("/topics/handbook/kept/many/")
        assert waiting(page) == first + NEW_A_DAY - left
        for number in range(first, first + MANY // 2):
            button = page.get_by_role("button", name=f"I have read “Thing {number}”", exact=True)
            button.click()
            expect(button).to_have_attribute("aria-pressed", "true")
        page.goto("/learn/review/")
        for _ in range(ANSWERS):
            page.get_by_text("Show the answer").click()
            page.locator(".rating-3").click()
            left -= 1
            expect(page.get_by_text(f"{left} left of the kept cards")).to_be_visible()
        kill(profile)
    context = start()
    page = context.new_page()
    page.goto("/learn/offline/")
    until(page, lambda: not waiting(page))
    assert counts(manage, name) == {"readings": MANY, "bookmarks": 0, "reviews": 2 * ANSWERS}
    expect(page.get_by_role("alert")).to_have_count(0)
    context.close()
