"""A topic that a learner keeps in her browser, and what is asked of the browser then."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

TOPIC = "/topics/handbook/kept/"
FILES = {
    "kept/index.md": "# Kept things\n\nWhat is kept.\n",
    "kept/queues.md": (
        "# Queues\n\nA queue holds work.\n\n## What is a worker?\n\nIt takes work from it.\n\n"
        "## Waiting\n\nA worker waits for work, and a lock for another.\n"
    ),
    "kept/locks.md": "# Locks\n\nA lock keeps others out.\n\n## Deadlocks\n\nTwo wait for ever.\n",
}
NOTHING = {"caches": [], "databases": [], "workers": 0}

Manage = Callable[..., str]


def counts(manage: Manage, name: str) -> dict[str, int]:
    """How many marks of each kind a learner has."""
    code = (
        "from learning.models import *\n"
        f"own = dict(user__username='{name}')\n"
        "print(*[m.objects.filter(**own).count() for m in (Reading, Bookmark, Review)])"
    )
    numbers = manage("shell", "-v", "0", "-c", code).split()[-3:]
    return dict(zip(("readings", "bookmarks", "reviews"), map(int, numbers), strict=True))


def new_name() -> str:
    return f"learner-{uuid4().hex[:12]}"


def bring(manage: Manage, folder: Path) -> None:
    """Import the folder again."""
    source = ("--under", "handbook", "--source", "kept-things", "--prune")
    manage("import_content", str(folder), *source)


def keep(page: Page, path: str = TOPIC, kind: str = "topic") -> None:
    page.goto(path)
    page.get_by_role("button", name=f"Keep this {kind} offline").click()
    expect(page.locator(".keep")).to_contain_text("Kept: you can read this", timeout=60_000)


def stored(page: Page) -> dict[str, Any]:
    """What is left of it in the browser."""
    return page.evaluate(
        """async () => ({
            caches: (await caches.keys()).sort(),
            databases: (await indexedDB.databases()).map((base) => base.name),
            workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )


def waiting(page: Page) -> int:
    """How many marks wait to be sent."""
    return page.evaluate(
        """() => new Promise((done) => {
            const asked = indexedDB.open("kb-offline");
            asked.onsuccess = () => {
                const base = asked.result;
                const count = base.transaction("queue").objectStore("queue").count();
                count.onsuccess = () => { base.close(); done(count.result); };
            };
        })"""
    )


def until(page: Page, what: Callable[[], bool]) -> None:
    """Wait some ten seconds at most."""
    end = monotonic() + 10
    while not what():
        assert monotonic() < end, "waited in vain"
        page.wait_for_timeout(100)


def make_card(page: Page, question: str) -> None:
    page.goto("/topics/handbook/kept/queues/")
    page.get_by_role("link", name="Make a card from “Queues”").click()
    page.locator("[name=front]").fill(question)
    page.locator("[name=back]").fill("Because.")
    page.locator("form.form").get_by_role("button", name="Add").click()
