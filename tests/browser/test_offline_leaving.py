"""What is kept offline goes with the account, by hand, and where there is no room."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fill_log_in, sign_up, wait_for_account
from tests.browser.keeping import (
    NOTHING,
    TOPIC,
    Manage,
    counts,
    keep,
    new_name,
    stored,
    until,
    waiting,
)


def test_logging_out_takes_all_away(learner: Page, lonely: None) -> None:
    page = learner
    keep(page)
    assert stored(page)["workers"] == 1 and stored(page)["databases"] == ["kb-offline"]
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    assert stored(page) == NOTHING
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(TOPIC)


def test_a_session_that_is_over_takes_all_away(learner: Page, manage: Manage) -> None:
    page = learner
    keep(page)
    manage(
        "shell",
        "-c",
        "from django.contrib.sessions.models import *; Session.objects.all().delete()",
    )
    page.goto("/topics/")
    until(page, lambda: stored(page) == NOTHING)
    page.goto("/topics/")  # and nothing comes back
    assert stored(page) == NOTHING


@pytest.mark.parametrize("is_same", [True, False])
def test_what_waits_when_a_session_ends_is_for_its_account_alone(
    learner: Page, lonely: None, manage: Manage, name: str, is_same: bool
) -> None:
    page = learner
    keep(page)
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    read = page.locator("form[data-read] button").first
    read.click()
    expect(read).to_have_attribute("aria-pressed", "true")
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.goto("/accounts/login/")
    until(page, lambda: stored(page)["caches"] == [])
    if is_same:
        fill_log_in(page, name)
        wait_for_account(page)
        until(page, lambda: counts(manage, name)["readings"] == 1)
    else:
        sign_up(page, other := new_name())
        until(page, lambda: stored(page) == NOTHING)
        assert [counts(manage, who)["readings"] for who in (name, other)] == [0, 0]
    page.goto("/topics/")
    until(page, lambda: stored(page) == NOTHING)


def test_what_waits_of_an_account_that_was_deleted_elsewhere_goes(
    learner: Page, manage: Manage, name: str, problems: list[str]
) -> None:
    page = learner
    keep(page)
    page.goto(f"{TOPIC}locks/")
    page.context.set_offline(True)
    page.locator("form[data-read] button").first.click()
    until(page, lambda: waiting(page) == 1)
    user = f"User.objects.get(username='{name}')"
    manage("shell", "-c", f"from django.contrib.auth.models import User; {user}.delete()")
    page.context.set_offline(False)
    page.goto("/")
    until(page, lambda: stored(page) == NOTHING)
    assert (stored(page), counts(manage, name)["readings"]) == (NOTHING, 0)
    problems.clear()


def test_another_account_sees_nothing_of_the_first(learner: Page, lonely: None, name: str) -> None:
    page = learner
    keep(page)
    page.context.clear_cookies()  # as if the session had run out while the browser was closed
    other = new_name()
    sign_up(page, other)
    until(page, lambda: stored(page) == NOTHING)
    page.goto("/learn/offline/")
    expect(page.get_by_text("Nothing is kept in this browser.")).to_be_visible()


def test_what_is_kept_is_removed_one_by_one_and_all_at_once(learner: Page) -> None:
    page = learner
    keep(page)
    page.goto("/topics/handbook/kept/queues/")
    expect(page.locator(".keep")).to_contain_text("Kept offline on")
    page.get_by_role("link", name="Kept offline").last.click()
    expect(page.locator(".kept-row")).to_contain_text("Pages: 3, cards: 0")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Nothing is kept in this browser.")).to_be_visible()
    assert stored(page) == NOTHING
    keep(page)
    page.goto("/learn/offline/")
    page.get_by_role("button", name="Remove all").click()
    expect(page.get_by_text("Nothing is kept in this browser.")).to_be_visible()
    assert stored(page) == NOTHING


def test_a_full_disk_is_said_and_nothing_half_is_left(learner: Page, site: str) -> None:
    page = learner
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": site, "quotaSize": 60_000})
    page.goto(TOPIC)
    page.get_by_role("button", name="Keep this topic offline").click()
    expect(page.locator(".keep")).to_contain_text("There is no room left")
    page.goto("/learn/offline/")
    expect(page.get_by_text("Nothing is kept in this browser.")).to_be_visible()
