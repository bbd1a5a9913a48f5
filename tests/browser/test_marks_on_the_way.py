"""A mark counts although its learner has gone on to another page at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.keeping import Manage, counts, keep, make_card, until

PAGE, OTHER = "/topics/handbook/kept/queues/", "/topics/handbook/kept/locks/"


@pytest.mark.parametrize(
    ("mark", "kind"), [("form[data-read]", "readings"), ("form[data-bookmark]", "bookmarks")]
)
@pytest.mark.parametrize("before", [lambda page: None, keep], ids=["plain", "kept"])
def test_what_was_marked_just_before_leaving_counts(
    learner: Page, manage: Manage, name: str, mark: str, kind: str, before: Callable[[Page], None]
) -> None:
    page = learner
    before(page)
    page.goto(PAGE)
    page.locator(f"{mark} button").first.click()
    page.goto(OTHER)
    until(page, lambda: counts(manage, name)[kind] > 0)
    assert counts(manage, name) == {"readings": 0, "bookmarks": 0, "reviews": 0} | {kind: 1}


@pytest.mark.parametrize("before", [lambda page: None, keep], ids=["plain", "kept"])
def test_answers_given_quickly_before_leaving_count_both(
    learner: Page, manage: Manage, name: str, before: Callable[[Page], None]
) -> None:
    page = learner
    before(page)
    for question in ("Why one?", "Why two?", "Why three?"):
        make_card(page, question)
    page.goto("/learn/review/")
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """() => {
            for (const key of [" ", "3", " ", "3"]) {
                const press = new KeyboardEvent("keydown", { key, bubbles: true });
                document.body.dispatchEvent(press);
            }
            location.assign("about:blank");
        }"""
    )
    until(page, lambda: counts(manage, name)["reviews"] > 1)
    assert counts(manage, name)["reviews"] == 2
