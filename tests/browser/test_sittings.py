"""Three sittings on a path, days apart, by keys alone on a small screen.

Curators meanwhile change half of what is read.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, PHONE, wait_for_account
from tests.browser.keeping import Manage
from tests.browser.keyboard import press, select, write

Files = Mapping[str, str | None]
WORDS = "and so on with many other words that nobody has to remember here"
FILES = {
    "trail.md": "---\nkind: path\n---\n# Trail\n\n## Steps\n\n"
    "1. Read [Sockets](trail-sockets.md) first.\n2. Then [Queues](trail-queues.md).\n"
    "3. At last [Latches](trail-latches.md).\n",
    "trail-sockets.md": "# Trail sockets\n\nA socket is one end of a connection between hosts.\n\n"
    f"## Why are they closed?\n\nBecause an open one holds memory on both hosts, {WORDS}.\n\n"
    "## Backlog\n\n- **Backlog** – the connections that wait to be accepted\n",
    "trail-queues.md": "# Trail queues\n\nA queue keeps what comes until there is time for it.\n\n"
    f"## Why do queues fill?\n\nBecause more comes in than is taken out, {WORDS}.\n\n"
    "## Old\n\n- **Ring** – a buffer whose end is followed by its start\n",
    "trail-latches.md": "# Trail latches\n\nA latch holds a door for a short time.\n\n"
    f"## Why is a latch short?\n\nBecause everybody else waits in front of it, {WORDS}.\n",
}
AGE = """
from django.db import connection
with connection.cursor() as cursor:
    for table, columns in {
        "learning_card": ("due", "last_review", "held_since", "created_at", "checked_at"),
        "learning_review": ("reviewed_at",),
        "learning_reading": ("marked_at",),
    }.items():
        for column in columns:
            cursor.execute(f"UPDATE {table} SET {column} = {column} - make_interval(days => DAYS)")
"""


@pytest.fixture
def curators(manage: Manage, tmp_path: Path) -> Callable[[dict[str, str | None]], None]:
    """What curators do: files are written, or deleted, and imported."""
    folder = tmp_path / "trail"
    folder.mkdir()

    def write(files: Files) -> None:
        for name, text in files.items():
            if text is None:
                (folder / name).unlink()
            else:
                (folder / name).write_text(text)
        manage("import_content", str(folder))

    return write


@pytest.fixture
def days_pass(manage: Manage) -> Callable[[int], object]:
    """Everything that a learner did is so many days longer ago."""
    return lambda days: manage("shell", "-c", AGE.replace("DAYS", str(days)))


@pytest.fixture
def page(chromium: Browser, chromium_path: str | None, site: str) -> Iterator[Page]:
    """Of a browser in which the caret goes through texts, as after F7."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    arguments = ["--disable-gpu", "--enable-caret-browsing", *sandbox]
    browser = chromium.browser_type.launch(executable_path=chromium_path, args=arguments)
    context = browser.new_context(viewport=PHONE, base_url=site, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield context.new_page()
    browser.close()


def sign_up(page: Page, name: str) -> None:
    page.goto("/accounts/signup/")
    for field, text in [("username", name), ("password1", PASSWORD), ("password2", PASSWORD)]:
        write(page, page.locator(f"[name={field}]"), text)
    page.keyboard.press("Enter")
    wait_for_account(page)


def read_page(page: Page) -> None:
    press(page, page.get_by_role("button", name="Mark this page as read"))
    expect(page.get_by_role("button", name="Mark this page as unread")).to_be_visible()


def make_cards(page: Page) -> None:
    """All that the topic asks and defines."""
    press(page, page.locator("a[href*='/learn/cards/from/']").first)
    press(page, page.locator("a.chip[href='?scope=topic']"))
    press(page, page.locator("button[name=what][value=all]"))
    expect(page.get_by_text(re.compile(r"cards? added"))).to_be_visible()


def review_all(page: Page, key: str) -> int:
    """By keys alone: think, show, rate, until nothing is left for today."""
    page.goto("/learn/review/")
    for count in range(60):
        if not page.locator("[data-card]").count():
            return count
        card = page.locator("[data-card]").get_attribute("data-card")
        page.keyboard.press("Space")
        expect(page.locator("[data-answer][open]")).to_be_visible()
        page.keyboard.press(key)
        expect(page.locator(f"#kb\\:asked [data-card='{card}'] [data-answer][open]")).to_have_count(
            0
        )
        page.wait_for_load_state("networkidle")
    raise AssertionError("cards without end")


def highlight(page: Page, words: str) -> None:
    """Select words of the text, and press h."""
    expect(page.locator("article.prose")).to_contain_text(words)
    page.wait_for_load_state("networkidle")
    select(page, page.locator("article.prose .title button").last, words)
    page.keyboard.press("h")
    expect(page.locator("section.highlights [data-exact]")).to_have_text([words])


def cards_of(page: Page) -> int:
    page.goto("/learn/cards/")
    return int(re.findall(r"\d+", page.get_by_role("status").first.inner_text())[0])


def read_what_is_left(page: Page) -> None:
    """All steps that the path still asks for: what curators wrote anew is unread again."""
    for _ in range(6):
        page.goto("/topics/trail/")
        step = page.locator(".path-state .button")
        if not step.count():
            break
        press(page, step)
        read_page(page)
    expect(page.locator(".path-state")).to_contain_text("You have read the whole path.")


def nothing_is_lost(page: Page, cards: int) -> None:
    """Her words are where they were, and so are her cards."""
    page.goto("/learn/notes/")
    expect(page.locator("[data-exact]").first).to_have_text("one end of a connection")
    assert cards_of(page) == cards


def test_three_sittings(page: Page, curators, days_pass) -> None:
    curators(FILES)
    sign_up(page, f"learner-{uuid4().hex[:12]}")

    # The first: one step is read, words are highlighted, cards are made and asked.
    page.goto("/topics/trail/")
    expect(page.get_by_text("0 of 3 steps done")).to_be_visible()
    press(page, page.locator(".path-state .button"))
    highlight(page, "one end of a connection")
    read_page(page)
    make_cards(page)
    assert cards_of(page) == 2
    assert review_all(page, "3") >= 2

    # Curators rename a heading, split its section, and edit around the highlighted words.
    days_pass(2)
    sockets = FILES["trail-sockets.md"].replace("## Why are they closed?", "## Why close them?")
    sockets = sockets.replace("memory on both hosts, ", "memory on both hosts.\n\n## Besides\n\n")
    sockets = sockets.replace("A socket is one end", "Each socket is one end")
    curators({"trail-sockets.md": sockets})

    # The second: nothing is lost, and the path goes on.
    nothing_is_lost(page, 2)
    page.goto("/learn/")
    expect(page.get_by_text("of 3 steps done")).to_be_visible()
    page.goto("/topics/trail-queues/")
    read_page(page)
    make_cards(page)
    assert review_all(page, "4") >= 2
    nothing_is_lost(page, 4)

    # Curators merge two sections, and move one to another file.
    days_pass(5)
    queues = FILES["trail-queues.md"].partition("## Old")
    merged = sockets.replace("\n\n## Backlog\n\n", "\n\n")
    latches = f"{FILES['trail-latches.md']}\n## Old{queues[2]}"
    changed = {"trail-sockets.md": merged, "trail-queues.md": queues[0]}
    curators({**changed, "trail-latches.md": latches})

    # The third: the path is read to its end.
    read_what_is_left(page)
    page.goto("/topics/trail-latches/")
    make_cards(page)
    review_all(page, "4")
    nothing_is_lost(page, 5)

    # Curators delete a topic; what she learned of it stays hers. Months pass, and all of it holds.
    curators({"trail-queues.md": None})
    for days in (20, 40, 60, 120, 200):
        days_pass(days)
        review_all(page, "3")
    page.goto("/topics/trail/")
    expect(page.locator(".path-state")).to_contain_text("You remember the whole path")
    nothing_is_lost(page, 5)
    removed = page.locator(".card-line").get_by_text("No longer in the text")
    expect(removed.first).to_be_visible()
