"""A mark counts although its learner has gone on to another page at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.keeping import Manage, counts, keep, until

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
