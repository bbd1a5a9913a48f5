"""From a question to a section that one finds again the next day, with and without JavaScript."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, PHONE, NewPage, fill_log_in, log_in, sign_up


def new_name() -> str:
    return f"learner-{uuid4().hex[:12]}"


def test_search_open_bookmark_note_log_out_log_in_find_it_again(any_page: Page) -> None:
    page, name = any_page, new_name()
    sign_up(page, name)
    page.goto("/")
    page.locator("main input[name=q]").fill("what is an isolation level")
    page.keyboard.press("Enter")
    result = page.locator(".results .result").first
    title = result.locator("h3 a").inner_text()
    result.locator("h3 a").click()
    expect(page.locator("article.prose")).to_be_visible()

    button = page.get_by_role("button", name="Bookmark").first
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(page.get_by_role("button", name="Bookmark").first).to_have_attribute(
        "aria-pressed", "true"
    )
    page.goto("/bookmarks/")
    page.get_by_role("link", name="Add note").click()
    page.locator("[name=note]").fill("Ask about <b>phantoms</b> & write skew.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Ask about <b>phantoms</b> & write skew.")).to_be_visible()

    page.get_by_role("button", name="Log out").click()
    page.goto("/bookmarks/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    log_in(page, name)
    page.get_by_role("link", name="Bookmarks", exact=True).click()
    field = page.get_by_role("main").locator("input[name=q]")
    field.fill("phantoms")
    field.press("Enter")
    expect(page.get_by_text("write skew.")).to_be_visible()
    page.locator("main .list h3 a").click()
    expect(page.locator("article.prose")).to_be_visible()
    assert title


def test_a_bookmark_wanted_before_the_log_in_is_there_after_it(
    any_page: Page, new_page: NewPage
) -> None:
    name = new_name()
    other = new_page()
    sign_up(other, name)
    page = any_page
    page.goto("/search/?q=write+skew")
    page.locator(".result").first.get_by_role("link", name="Bookmark").click()
    fill_log_in(page, name)
    expect(page.get_by_text("is bookmarked")).to_be_visible()
    page.goto("/bookmarks/")
    expect(page.locator("main .list h3 a")).to_have_count(1)


def test_somebody_without_a_mouse_finds_reads_and_bookmarks(page: Page) -> None:
    sign_up(page, new_name())
    page.goto("/")
    keys = page.keyboard
    keys.press("/")
    expect(page.locator("dialog input")).to_be_focused()
    keys.type("isolation levels and locks")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Isolation")
    expect(page.locator(".suggestions .all")).to_contain_text("isolation levels and locks")
    keys.press("Enter")
    expect(page.locator("article.prose h1")).to_contain_text("Isolation")
    keys.press("Escape")  # clears the marks
    button = page.locator("article.prose form[data-bookmark] button").first
    for _ in range(120):
        keys.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    keys.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()


QUESTIONS = {
    "which lock does postgres take for a schema change": "a schema change",
    "what is an isolation level": "isolation level",
}


def open_menu(page: Page) -> None:
    page.locator("summary", has_text="Menu").tap()


def tab_to(page: Page, selector: str) -> None:
    """Moves the focus by the Tab key alone."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"no Tab leads to {selector}")


def next_day(page: Page, new_page: NewPage, **options: object) -> Page:
    """The browser was closed: what it keeps are the cookies that have a date."""
    kept = [cookie for cookie in page.context.cookies() if cookie.get("expires", -1) > 0]
    later = new_page(**options)
    later.context.add_cookies(kept)  # type: ignore[arg-type]
    return later


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_stranger_without_a_mouse_finds_reads_signs_up_and_comes_back(
    new_page: NewPage, question: str, script: bool
) -> None:
    page = new_page(java_script_enabled=script)
    keys = page.keyboard
    page.goto("/")
    tab_to(page, "main input[name=q]")
    keys.type(question)
    keys.press("Enter")
    title = page.locator(".results h3 a").first.inner_text()
    assert QUESTIONS[question] in title.lower()
    tab_to(page, ".results h3 a")
    keys.press("Enter")
    heading = page.locator("article").get_by_role("heading", name=title).first
    expect(heading).to_be_in_viewport()
    tab_to(page, "article a.bookmark")
    keys.press("Enter")
    expect(page.get_by_text("You need an account for bookmarks.")).to_be_visible()
    tab_to(page, "main a[href*=signup]")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Sign up")).to_be_visible()
    tab_to(page, "[name=username]")
    keys.type(new_name())
    for name in ("password1", "password2"):
        tab_to(page, f"[name={name}]")
        keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_text("is bookmarked")).to_be_visible()

    page = next_day(page, new_page, java_script_enabled=script)
    page.goto("/")
    tab_to(page, ".site-nav a[href='/bookmarks/']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bookmarks")).to_be_visible()
    tab_to(page, ".marked h3 a")
    page.keyboard.press("Enter")
    expect(page.locator("article.prose h1")).to_be_visible()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_stranger_on_a_phone_finds_reads_signs_up_and_comes_back(
    new_page: NewPage, question: str
) -> None:
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    page = new_page(**phone)
    name = new_name()
    page.goto("/")
    page.locator("main input[name=q]").tap()
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    first = page.locator(".results h3 a").first
    title = first.inner_text()
    assert QUESTIONS[question] in title.lower()
    expect(first).to_be_in_viewport()
    first.tap()
    heading = page.locator("article").get_by_role("heading", name=title).first
    expect(heading).to_be_in_viewport()
    link = page.get_by_role("link", name=f"Bookmark “{title}”").first
    link.tap()  # the heading that one landed on shows its tools
    page.get_by_role("main").get_by_role("link", name="Sign up").tap()
    page.locator("[name=username]").fill(name)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").tap()
    expect(page.get_by_text("is bookmarked")).to_be_visible()
    expect(heading).to_be_in_viewport()

    page = next_day(page, new_page, **phone)
    page.goto("/")
    open_menu(page)
    page.get_by_role("link", name="Bookmarks").tap()
    page.locator(".marked h3 a").tap()
    expect(page.locator("article").get_by_role("heading", name=title).first).to_be_in_viewport()

    page = new_page(**phone)
    page.goto("/bookmarks/")
    fill_log_in(page, name)
    expect(page.locator(".marked h3 a")).to_have_count(1)
    open_menu(page)
    page.get_by_role("link", name="Account").tap()
    page.get_by_role("main").get_by_role("button", name="Log out").tap()
    open_menu(page)
    expect(page.get_by_role("link", name="Log in")).to_be_visible()


def test_without_script_search_narrow_and_page_are_links_and_forms(new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/topics/")
    field = page.locator("header input[name=q]")
    field.fill("transaction")
    field.press("Enter")
    expect(page).to_have_url("/search/?q=transaction")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("11–20 of")).to_be_visible()
    page.locator(".facets a").first.click()
    chip = page.locator(".chips a")
    expect(chip).to_be_visible()
    expect(page.get_by_text("1–10 of")).to_be_visible()
    chip.click()
    expect(chip).to_have_count(0)
    page.go_back()
    expect(chip).to_be_visible()
