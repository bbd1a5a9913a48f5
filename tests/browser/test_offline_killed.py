"""What was marked without a network outlives a browser that is killed."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import sign_up
from tests.browser.keeping import TOPIC, Manage, bring, counts, keep, make_card, until, waiting

SECTIONS, BOOKMARKS, CARDS = 20, 5, 3
LOST = 11  # the mark whose answer does not come back
LONG = "# Long\n\n" + "\n".join(
    f"## Part {n}\n\nA part with some words of its own.\n" for n in range(SECTIONS)
)


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


def mark_and_answer(page: Page) -> None:
    """Twenty sections read, some of them bookmarked, and all cards answered."""
    page.goto("/topics/handbook/kept/long/")
    for number in range(SECTIONS):
        read = page.locator(f"form[data-read]:has([aria-label*='“Part {number}”']) button").first
        read.click()
        expect(read).to_have_attribute("aria-pressed", "true")
    for number in range(BOOKMARKS):
        page.get_by_role("heading", name=f"Part {number}", exact=True).hover()  # shows its tools
        bookmark = page.get_by_role("button", name=f"Bookmark “Part {number}”")
        bookmark.click()
        expect(bookmark).to_have_attribute("aria-pressed", "true")
    page.goto("/learn/review/")
    for number in range(CARDS):
        expect(page.locator(".asked-front")).to_have_text(f"Why {number}?")
        page.get_by_text("Show the answer").click()
        page.locator(".rating-3").click()
    expect(page.get_by_text("of the kept cards none is left")).to_be_visible()


@ON_LINUX
def test_twenty_sections_and_answers_arrive_once_after_a_kill(
    chromium: Browser, chromium_path: str | None, site: str, kept: Path, manage: Manage,
    name: str, tmp_path: Path,
) -> None:  # fmt: skip
    """Killed twice: once before anything was sent, and once while it was."""
    (kept / "kept" / "long.md").write_text(LONG)
    bring(manage, kept)
    profile = tmp_path / "profile"
    start = starter(chromium, chromium_path, site, profile)
    context = start()
    page = context.new_page()
    sign_up(page, name)
    for number in range(CARDS):
        make_card(page, f"Why {number}?")
    keep(page)
    context.close()
    context = start()
    page = context.new_page()
    page.goto(TOPIC)
    context.set_offline(True)
    mark_and_answer(page)
    assert waiting(page) == SECTIONS + BOOKMARKS + CARDS
    kill(profile)
    assert counts(manage, name) == {"readings": 0, "bookmarks": 0, "reviews": 0}
    context = start()
    page = context.new_page()
    sent: list[str] = []

    def lose_an_answer(route: Any) -> None:
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) < LOST:
            route.continue_()
        else:
            route.fetch()  # the server has it, and the browser is never told

    context.route("**/learn/progress/**", lose_an_answer)
    page.goto("/learn/offline/")
    until(page, lambda: counts(manage, name)["readings"] == LOST)
    kill(profile)
    context = start()
    page = context.new_page()
    page.goto("/learn/offline/")
    until(page, lambda: not waiting(page))
    expect(page.get_by_text("wait to be sent")).to_have_count(0)
    page.reload()
    expect(page.locator(".kept-row")).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)
    whole = {"readings": SECTIONS, "bookmarks": BOOKMARKS, "reviews": CARDS}
    assert counts(manage, name) == whole
    context.close()
