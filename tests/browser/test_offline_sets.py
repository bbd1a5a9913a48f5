"""A whole path, and a topic of many sections, without a network."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.keeping import Manage, bring, keep

WAY = (
    "---\nkind: path\n---\n# Way\n\n1. [Queues](kept/queues.md).\n"
    "2. [Deadlocks](kept/locks.md#deadlocks) then.\n"
)
SECTIONS = 20


def test_a_path_is_read_along_without_a_network(
    learner: Page, lonely: None, manage: Manage, kept: Path
) -> None:
    """Its text and all that its steps lead to, wherever that is, with the bar of the path."""
    page = learner
    (kept / "way.md").write_text(WAY)
    bring(manage, kept)
    keep(page, "/topics/handbook/way/", "path")
    page.context.set_offline(True)
    page.goto("/topics/handbook/way/")
    page.get_by_role("main").get_by_role("link", name="Queues").first.click()
    expect(page.get_by_text("A queue holds work.")).to_be_visible()
    bar = page.locator(".path-bar")
    expect(bar).to_contain_text("Step 1 of 2")
    expect(page.locator(".kept-bar")).to_contain_text("You are offline")
    page.locator(".around").get_by_role("link", name="Deadlocks").click()
    expect(page.get_by_text("Two wait for ever.")).to_be_visible()
    assert page.url.endswith("/topics/handbook/kept/locks/?path=handbook/way#deadlocks")
    expect(bar).to_contain_text("Step 2 of 2")
    page.locator(".around").get_by_role("link", name="Queues").click()
    expect(bar).to_contain_text("Step 1 of 2")
    page.goto("/topics/handbook/kept/")
    expect(page.locator(".kept-bar")).to_contain_text("this page is not kept here")
    page.goto("/search/?q=worker")
    expect(page.locator(".results .result").first).to_contain_text("What is a worker?")


def test_of_a_page_in_a_topic_and_a_path_the_copy_is_shown_that_is_asked_for(
    learner: Page, lonely: None, manage: Manage, kept: Path
) -> None:
    page = learner
    (kept / "way.md").write_text(WAY)
    bring(manage, kept)
    keep(page)
    keep(page, "/topics/handbook/way/", "path")
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/?path=handbook/way")
    expect(page.locator(".path-bar")).to_contain_text("Step 1 of 2")
    page.goto("/topics/handbook/kept/queues/")
    expect(page.get_by_text("A queue holds work.")).to_be_visible()
    expect(page.locator(".path-bar")).to_have_count(0)


def test_a_page_withdrawn_from_a_path_goes_at_the_next_contact(
    learner: Page, lonely: None, manage: Manage, kept: Path
) -> None:
    page = learner
    (kept / "way.md").write_text(WAY)
    bring(manage, kept)
    keep(page, "/topics/handbook/way/", "path")
    (kept / "kept" / "locks.md").unlink()
    bring(manage, kept)
    page.goto("/learn/offline/")
    expect(page.locator(".kept-row")).to_contain_text("Pages: 2")
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/locks/?path=handbook/way")
    expect(page.locator(".kept-bar")).to_contain_text("this page is not kept here")
    page.goto("/topics/handbook/kept/queues/?path=handbook/way")
    expect(page.get_by_text("A queue holds work.")).to_be_visible()


def test_twenty_sections_are_read_and_found_without_a_network(
    learner: Page, lonely: None, manage: Manage, kept: Path
) -> None:
    page = learner
    words = " ".join(["filler"] * 300)
    parts = (f"## Part {n}\n\nHere stands gizmo{n}x.\n\n{words}\n" for n in range(SECTIONS))
    (kept / "kept" / "long.md").write_text("# Long\n\n" + "\n".join(parts))
    bring(manage, kept)
    keep(page, "/topics/handbook/kept/long/")
    page.context.set_offline(True)
    for n in range(SECTIONS):
        page.goto(f"/topics/handbook/kept/long/part-{n}/")
        expect(page.get_by_text(f"Here stands gizmo{n}x.")).to_be_visible()
        page.goto(f"/search/?q=gizmo{n}x")
        expect(page.locator(".results .result h3")).to_have_text([f"Part {n}"])
    page.goto("/learn/offline/")
    expect(page.locator(".kept-row")).to_have_count(1)
