"""What was marked without a network outlives a browser that is killed."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import sign_up
from tests.browser.keeping import TOPIC, Manage, counts, keep, make_card, until, waiting


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
) -> Callable[[], BrowserContext]:
    """Opens a browser whose profile stays."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return lambda: chromium.browser_type.launch_persistent_context(
        profile, executable_path=chromium_path, base_url=site, args=["--disable-gpu", *sandbox]
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
