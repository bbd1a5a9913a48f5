"""A learner with two tabs, of which one logs in again, and what her browser keeps of her."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, enter, log_in
from tests.browser.keeping import TOPIC, Manage, counts, keep, new_name, until
from tests.browser.keyboard import reach

TEXT = "/topics/copying/"
KEPT = "JSON.stringify(['recent', 'carried'].map((name) => JSON.parse(localStorage.getItem(name))))"


@pytest.fixture
def learner(new_page: NewPage, manage: Manage, name: str) -> Page:
    page = new_page()
    enter(page, manage, name)
    return page


def log_out(page: Page) -> None:
    page.goto("/learn/")
    page.locator(".site-nav form[action*=logout] button").click()
    page.locator(".site-nav a[href^='/accounts/login']").wait_for(state="attached")


def highlight(page: Page) -> None:
    page.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.querySelector("article.prose"), 4);
            while (walker.nextNode()) {
                const node = walker.currentNode;
                if (!node.parentElement.closest("p") || !/\\w{4}/.test(node.data)) continue;
                if (node.parentElement.closest(".tools, .meta, .lead, form")) continue;
                getSelection().selectAllChildren(node.parentElement);
                return;
            }
        }"""
    )
    page.keyboard.press("h")


def test_a_page_of_before_another_log_in_still_marks(learner: Page, name: str, problems) -> None:
    page = learner
    page.goto(TEXT)
    page.wait_for_load_state("networkidle")
    other = page.context.new_page()
    log_out(other)
    log_in(other, name)
    highlight(page)
    expect(page.locator("section.highlights [data-highlight]")).to_have_count(1)
    log_out(other)
    log_in(other, name)
    page.locator("form[data-read] button").first.click()
    expect(page.locator("form[data-read] button").first).to_have_attribute("aria-pressed", "true")
    log_out(other)
    log_in(other, name)
    page.locator("form[data-bookmark] button").first.click()
    bookmark = page.locator("form[data-bookmark] button").first
    expect(bookmark).to_have_attribute("aria-pressed", "true")
    assert len(problems) == 3 and all("403" in text for text in problems)
    problems.clear()


def test_a_page_of_another_learner_marks_nothing_for_the_next(
    learner: Page, new_page: NewPage, manage: Manage, problems: list[str]
) -> None:
    page, second = learner, new_name()
    enter(new_page(), manage, second)
    page.goto(TEXT)
    page.wait_for_load_state("networkidle")
    other = page.context.new_page()
    log_out(other)
    log_in(other, second)
    page.evaluate("window.isOld = true")
    highlight(page)
    page.wait_for_function("() => !window.isOld")  # it shows whose page it is now
    expect(page.locator(f"form[data-account={second}]")).to_be_attached()
    expect(page.locator("section.highlights [data-highlight]")).to_have_count(0)
    problems.clear()


def test_a_worker_of_the_next_learner_sends_nothing_of_the_page_before(
    new_page: NewPage, kept, manage: Manage, name: str, problems: list[str]
) -> None:
    page, second = new_page(), new_name()
    enter(page, manage, name)
    enter(new_page(), manage, second)
    page.goto(f"{TOPIC}queues/")
    page.wait_for_load_state("networkidle")
    other = page.context.new_page()
    log_out(other)
    log_in(other, second)
    keep(other)
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.evaluate("window.isOld = true")
    page.locator("form[data-read] button").first.click()
    page.wait_for_function("() => !window.isOld")
    assert counts(manage, name)["readings"] == counts(manage, second)["readings"] == 0
    page.locator("form[data-read] button").first.click()  # now it is hers
    expect(page.locator("form[data-read] button").first).to_have_attribute("aria-pressed", "true")
    until(page, lambda: counts(manage, second)["readings"] == 1)
    problems.clear()


def test_what_was_searched_goes_with_the_log_in(learner: Page) -> None:
    page = learner
    page.goto("/search/?q=copy")
    page.locator("[data-results] h3 a").first.wait_for()
    assert page.evaluate(KEPT) == '[["copy"],null]'
    page.goto("/learn/")
    assert page.evaluate(KEPT) == '[["copy"],null]'
    log_out(page)
    assert page.evaluate(KEPT) == "[null,null]"


def test_what_is_pressed_twice_is_sent_once(learner: Page) -> None:
    page = learner
    page.goto(TEXT)
    page.get_by_role("link", name="Make a card from").first.click()
    page.locator("[name=front]").fill("Why twice?")
    page.locator("[name=back]").fill("By chance.")
    held = []  # requests that the server is slow to answer
    page.route("**/learn/cards/from/**", lambda route: held.append(route))
    add = page.locator("form.form").get_by_role("button", name="Add")
    add.evaluate("button => { button.click(); setTimeout(() => button.click(), 300); }")
    page.wait_for_timeout(800)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_text("1 card added.")).to_be_visible()
    page.goto("/learn/cards/")
    expect(page.get_by_text("Why twice?")).to_have_count(1)
    page.goto(TEXT)
    page.wait_for_load_state("networkidle")
    highlight(page)
    remove = page.locator("section.highlights").get_by_role("button", name="Remove")
    remove.dblclick()
    expect(page.locator("section.highlights [data-highlight]")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"{TEXT}$"))


def test_the_end_of_a_text_is_two_tabs_away(learner: Page) -> None:
    page = learner
    page.goto(TEXT)
    for _ in range(2):
        page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the end of the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Mark this page as read")).to_be_focused()


def test_the_end_of_a_short_text_is_near_its_own_buttons(learner: Page) -> None:
    page = learner
    page.goto("/topics/express/ai-and-llm-integration/prompt-injection/")
    reach(page, page.get_by_role("link", name="Skip to the end of the text"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("article form[data-read] button").last).to_be_attached()
    assert page.evaluate("document.activeElement.closest('[data-read], .read-page') !== null")
