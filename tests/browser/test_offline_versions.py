"""What is kept offline follows what is published."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keeping import Manage, bring, keep, until


def test_a_newer_version_is_noticed_and_nothing_old_looks_new(
    learner: Page, lonely: None, manage: Manage, kept: Path
) -> None:
    page = learner
    keep(page)
    (kept / "kept" / "queues.md").write_text("# Queues\n\nA queue holds other work.\n")
    bring(manage, kept)
    page.goto("/topics/handbook/kept/queues/")
    expect(page.get_by_text("A queue holds other work.")).to_be_visible()
    expect(page.locator(".keep")).to_contain_text("a newer version is there")
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    expect(page.get_by_text("A queue holds work.")).to_be_visible()
    expect(page.locator(".kept-bar")).to_contain_text("A newer version is there")
    page.goto("/topics/handbook/kept/locks/")
    expect(page.locator(".kept-bar")).to_contain_text("You are offline")
    page.context.set_offline(False)
    page.goto("/topics/handbook/kept/queues/")
    page.get_by_role("button", name="Fetch it").click()
    expect(page.locator(".keep")).to_contain_text("Kept offline on")
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    expect(page.get_by_text("A queue holds other work.")).to_be_visible()


@pytest.mark.parametrize("how", ["removed", "draft"])
def test_a_page_that_is_withdrawn_goes_at_the_next_contact(
    learner: Page, lonely: None, manage: Manage, kept: Path, how: str
) -> None:
    page = learner
    keep(page)
    file = kept / "kept" / "locks.md"
    if how == "removed":
        file.unlink()
    else:
        file.write_text(f"---\nstatus: draft\n---\n{file.read_text()}")
    bring(manage, kept)
    page.goto("/learn/offline/")
    expect(page.get_by_text("a newer version is there")).to_have_count(0)
    until(page, lambda: "Pages: 2" in page.locator(".kept-row").inner_text())
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/locks/")
    expect(page.locator(".kept-bar")).to_contain_text("this page is not kept here")
    page.goto("/search/?q=deadlocks")
    expect(page.get_by_text("Nothing that is kept holds these words.")).to_be_visible()
    kept_text = """async () => {
        const found = [];
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const key of await cache.keys()) found.push(await (await cache.match(key)).text());
        }
        return found.some((text) => text.includes('keeps others out'));
    }"""
    assert page.evaluate(kept_text) is False
