"""Three sittings on a path, days apart, while curators change half of what is read."""

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage, sign_up
from tests.start.processes import ROOT

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
def manage(site: str, site_settings: dict[str, str]) -> Callable[..., None]:
    def manage(*arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=site_settings, check=True, capture_output=True)

    return manage


@pytest.fixture
def curators(
    manage: Callable[..., None], tmp_path: Path
) -> Callable[[dict[str, str | None]], None]:
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
def days_pass(manage: Callable[..., None]) -> Callable[[int], None]:
    """Everything that a learner did is so many days longer ago."""
    return lambda days: manage("shell", "-c", AGE.replace("DAYS", str(days)))


def read_page(page: Page) -> None:
    """With the key m, section by section; or all of it at its end."""
    page.get_by_role("button", name="Mark this page as read").click()
    expect(page.get_by_role("button", name="Mark this page as unread")).to_be_visible()


def make_cards(page: Page) -> None:
    """All that the topic asks and defines."""
    page.locator("a[href*='/learn/cards/from/']").first.click()
    page.goto(page.url.partition("?")[0] + "?scope=topic")
    page.locator("button[name=what][value=all]").click()
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
    page.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.querySelector("article.prose"), 4);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                getSelection().setBaseAndExtent(
                    walker.currentNode, at, walker.currentNode, at + words.length);
                return;
            }
        }""",
        words,
    )
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
        step.click()
        read_page(page)
    expect(page.locator(".path-state")).to_contain_text("You have read the whole path.")


def nothing_is_lost(page: Page, cards: int) -> None:
    """Her words are where they were, and so are her cards."""
    page.goto("/learn/notes/")
    expect(page.locator("[data-exact]").first).to_have_text("one end of a connection")
    assert cards_of(page) == cards


def test_three_sittings(new_page: NewPage, curators, days_pass) -> None:
    curators(FILES)
    page = new_page(viewport=PHONE, has_touch=True)
    sign_up(page, f"learner-{uuid4().hex[:12]}")

    # The first: one step is read, words are highlighted, cards are made and asked.
    page.goto("/topics/trail/")
    expect(page.get_by_text("0 of 3 steps done")).to_be_visible()
    page.get_by_role("link", name="Step 1").first.click()
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
