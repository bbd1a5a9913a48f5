"""Habits 1 to 6: `/`, Ctrl-K, Esc, arrows, `?`, and results by topic."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

ARTICLE = "/topics/express/relational-databases-sql/isolation-levels-and-locks/"


@pytest.fixture
def article(page: Page) -> Page:
    page.goto("/search/?q=%22isolation+levels+and+locks%22")
    page.locator(".results h3 a").first.click()
    expect(page.locator("article.prose")).to_be_visible()
    page.reload()
    return page


def palette(page: Page):
    return page.locator("dialog.palette")


def type_in(page: Page, text: str) -> None:
    """Types and waits until the rows answer all of it."""
    page.keyboard.type(text)
    expect(page.locator(".suggestions:visible .all")).to_contain_text(f"“{text}”")


def selected(page: Page):
    return page.locator("[role=option][aria-selected=true]")


def test_slash_opens_the_palette_with_the_focus_in_its_field(article: Page) -> None:
    article.keyboard.press("/")
    field = palette(article).get_by_role("combobox")
    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_nothing_typed_is_lost_while_the_palette_is_fetched(page: Page) -> None:
    held: list[Route] = []
    page.route("**/js/palette*.js", lambda route: held.append(route))
    page.goto("/topics/")
    with page.expect_request("**/js/palette*.js"):
        page.keyboard.press("/")
    page.keyboard.type("isolation")
    expect(palette(page).locator("input")).to_have_value("isolation")
    for route in held:
        route.continue_()
    expect(page.locator(".suggestions .all")).to_contain_text("“isolation”")


def test_single_keys_do_nothing_in_a_field(article: Page) -> None:
    field = article.locator("header input[name=q]")
    field.focus()
    article.keyboard.type("/?pnjk")
    expect(field).to_have_value("/?pnjk")
    expect(article.locator("dialog[open]")).to_have_count(0)


@pytest.mark.parametrize("modifier", ["Control", "Meta"])
def test_ctrl_k_opens_the_palette_from_anywhere_and_again_closes_it(
    article: Page, modifier: str
) -> None:
    article.locator("header input[name=q]").focus()
    article.keyboard.press(f"{modifier}+k")
    expect(palette(article)).to_be_visible()
    article.keyboard.press(f"{modifier}+k")
    expect(palette(article)).to_be_hidden()
    expect(article.locator("header input[name=q]")).to_be_focused()


@pytest.mark.parametrize("key", ["Control+f", "Meta+f", "Control+Shift+k", "Alt+k", "F3"])
def test_the_browsers_own_keys_are_left_alone(article: Page, key: str) -> None:
    article.evaluate(
        "addEventListener('keydown', e => { window.taken = e.defaultPrevented }, {once: false})"
    )
    article.keyboard.press(key)
    assert article.evaluate("window.taken") is False
    expect(article.locator("dialog[open]")).to_have_count(0)


def test_esc_clears_then_closes_and_gives_the_focus_and_the_place_back(article: Page) -> None:
    link = article.locator("main .prose a").last
    link.focus()
    place = article.evaluate("scrollY")
    article.keyboard.press("/")
    type_in(article, "lock")
    article.keyboard.press("Escape")
    expect(palette(article).get_by_role("combobox")).to_have_value("")
    expect(palette(article)).to_be_visible()
    article.keyboard.press("Escape")
    expect(palette(article)).to_be_hidden()
    expect(link).to_be_focused()
    assert article.evaluate("scrollY") == place


def test_arrows_move_with_wrap(article: Page) -> None:
    article.keyboard.press("/")
    type_in(article, "isolation")
    options = article.get_by_role("option")
    last = options.count() - 1
    assert last >= 2
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    article.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    article.keyboard.press("ArrowUp")
    article.keyboard.press("ArrowUp")
    expect(options.nth(last)).to_have_attribute("aria-selected", "true")
    article.keyboard.press("ArrowDown")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    expect(selected(article)).to_have_count(1)
    field = article.get_by_role("combobox")
    expect(field).to_be_focused()
    active = options.nth(0).get_attribute("id") or ""
    expect(field).to_have_attribute("aria-activedescendant", active)


def test_how_many_sections_were_found_is_read_out(article: Page) -> None:
    article.keyboard.press("/")
    type_in(article, "isolation")
    found = palette(article).locator("a[data-section]").count()
    expect(palette(article).get_by_role("status")).to_have_text(f"Sections found: {found}")


def test_enter_opens_the_chosen_section(article: Page) -> None:
    article.keyboard.press("/")
    type_in(article, "write skew")
    title = selected(article).locator(".suggestion-title").inner_text()
    article.keyboard.press("Enter")
    expect(
        article.locator("article.prose").get_by_role("heading", name=title).first
    ).to_be_visible()


def test_ctrl_enter_opens_a_tab(article: Page) -> None:
    address = article.url
    article.keyboard.press("/")
    type_in(article, "write skew")
    with article.context.expect_page() as opening:
        article.keyboard.press("Control+Enter")
    expect(opening.value.locator("article.prose")).to_be_visible()
    assert article.url == address


def test_results_are_real_links(article: Page) -> None:
    article.keyboard.press("/")
    type_in(article, "write skew")
    with article.context.expect_page() as opening:
        article.get_by_role("option").first.click(modifiers=["Control"])
    expect(opening.value.locator("article.prose")).to_be_visible()


def test_the_last_row_leads_to_all_results(article: Page) -> None:
    article.keyboard.press("/")
    type_in(article, "isolation")
    article.keyboard.press("ArrowUp")
    article.keyboard.press("Enter")
    expect(article).to_have_url(re.compile(r"/search/\?q=isolation$"))


def test_results_are_grouped_by_topic_with_the_typed_words_marked(article: Page) -> None:
    article.keyboard.press("/")
    type_in(article, "isolation lev")
    groups = palette(article).get_by_role("group")
    assert groups.count() >= 2
    names = [group.get_attribute("aria-label") for group in groups.all()]
    assert len(set(names)) == len(names)
    expect(selected(article).locator("mark").first).to_have_text(re.compile("isolation", re.I))


def test_a_stale_answer_never_replaces_a_newer_one(page: Page) -> None:
    held: list[Route] = []
    page.route("**/api/v1/suggest?q=isol", lambda route: held.append(route))
    page.goto("/topics/")
    page.keyboard.press("/")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    with page.expect_request("**/api/v1/suggest?q=isol"):
        page.keyboard.type("isol")
    type_all = page.locator(".suggestions .all")
    page.keyboard.type("ation")
    expect(type_all).to_contain_text("“isolation”")
    for route in held:
        route.abort()
    expect(type_all).to_contain_text("“isolation”")


def test_enter_before_the_answer_asks_for_all_results(page: Page) -> None:
    page.route("**/api/v1/suggest?q=isolation", lambda route: None)
    page.goto("/topics/")
    page.keyboard.press("/")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    type_in(page, "iso")
    page.keyboard.type("lation")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=isolation$"))


def test_rows_stay_while_the_next_ones_are_fetched_and_the_dialog_keeps_its_size(
    page: Page,
) -> None:
    page.route("**/api/v1/suggest?q=isolation", lambda route: None)
    page.goto("/topics/")
    page.keyboard.press("/")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    before = palette(page).bounding_box()
    type_in(page, "iso")
    rows = page.get_by_role("option").count()
    with page.expect_request("**/api/v1/suggest?q=isolation"):
        page.keyboard.type("lation")
    assert page.get_by_role("option").count() == rows
    assert palette(page).bounding_box() == before


def test_a_server_that_fails_leaves_the_way_to_all_results(page: Page, problems: list[str]) -> None:
    page.route("**/api/v1/suggest?*", lambda route: route.fulfill(status=503, body="{}"))
    page.goto("/topics/")
    page.keyboard.press("/")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    type_in(page, "lock")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=lock$"))
    problems.clear()


def test_recent_searches_are_kept_in_the_browser_until_forgotten(page: Page) -> None:
    page.goto("/search/?q=write+skew")
    page.goto("/search/?q=lock")
    page.keyboard.press("/")
    recent = palette(page).get_by_role("option")
    expect(recent).to_have_text(["lock", "write skew"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=write\+skew$"))
    page.keyboard.press("?")
    page.get_by_role("button", name="Clear recent searches").click()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    expect(recent).to_have_count(0)
    assert page.context.cookies() == []


def test_a_question_mark_lists_the_shortcuts(article: Page) -> None:
    article.keyboard.press("?")
    expect(article.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    article.keyboard.press("Escape")
    expect(article.locator("dialog[open]")).to_have_count(0)
    article.get_by_role("button", name="Keyboard shortcuts").click()
    expect(article.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_single_keys_can_be_turned_off_and_on(article: Page) -> None:
    article.keyboard.press("?")
    article.get_by_label("Single-key shortcuts").uncheck()
    article.reload()
    for key in "/?":
        article.keyboard.press(key)
    article.keyboard.press("Control+k")
    expect(palette(article)).to_be_visible()
    expect(article.locator("dialog[open]")).to_have_count(1)
    article.keyboard.press("Escape")
    article.get_by_role("button", name="Keyboard shortcuts").click()
    article.get_by_label("Single-key shortcuts").check()
    article.keyboard.press("Escape")
    article.keyboard.press("/")
    expect(palette(article)).to_be_visible()


def test_a_field_on_the_page_suggests_too_but_enter_asks_for_all_results(page: Page) -> None:
    page.goto("/")
    field = page.locator("main input[name=q]")
    field.focus()
    expect(field).to_have_attribute("role", "combobox")
    type_in(page, "isolation")
    expect(selected(page)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(field).to_have_attribute("aria-expanded", "false")
    type_in(page, "isolation")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=isolation$"))
