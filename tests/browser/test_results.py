"""Habits 4, 6, 7 and 14 on the results page."""

import re

from playwright.sync_api import Page, expect


def test_the_query_lives_in_the_address_and_back_restores_it(page: Page) -> None:
    page.goto("/search/?q=isolation")
    first = page.locator(".results h3 a").first.inner_text()
    page.locator(".facets a").first.click()
    expect(page.locator(".chips a")).to_have_count(1)
    page.locator(".results h3 a").first.click()
    expect(page.locator("article.prose")).to_be_visible()
    page.go_back()
    expect(page.locator(".chips a")).to_have_count(1)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/search/\?q=isolation$"))
    expect(page.locator("main input[name=q]")).to_have_value("isolation")
    assert page.locator(".results h3 a").first.inner_text() == first


def test_results_show_where_they_stand_and_at_most_three_of_a_page(page: Page) -> None:
    page.goto("/search/?q=isolation")
    results = page.locator(".result")
    expect(results.locator(".crumbs").first).not_to_be_empty()
    expect(results.first.locator("mark").first).to_have_text(re.compile("isol", re.I))
    addresses = page.locator(".results h3 a").evaluate_all("links => links.map(a => a.href)")
    pages = []
    for address in addresses:
        page.goto(address)
        pages.append(page.url.partition("#")[0])
    assert len(pages) >= 5
    assert max(map(pages.count, pages)) <= 3


def test_a_middle_click_opens_a_result_in_a_tab(page: Page) -> None:
    page.goto("/search/?q=zebrafish")
    with page.context.expect_page() as opening:
        page.locator(".results h3 a").first.click(button="middle")
    expect(opening.value.locator("article.prose")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/search/\?q=zebrafish$"))


def test_j_and_k_and_the_arrows_move_over_the_results_with_wrap(page: Page) -> None:
    page.goto("/search/?q=isolation")
    links = page.locator("[data-results] h3 a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("k")
    expect(links.last).to_be_focused()
    title = links.last.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("article.prose").get_by_role("heading", name=title).first).to_be_visible()


def test_n_and_p_turn_the_pages_of_results(page: Page) -> None:
    page.goto("/search/?q=transaction")
    page.keyboard.press("n")
    expect(page.get_by_text("11–20 of")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("1–10 of")).to_be_visible()


def test_quotes_are_exact_and_a_minus_excludes(page: Page) -> None:
    page.goto('/search/?q="zebrafish in code"')
    expect(page.locator(".results h3 a")).to_have_text(["Long words"])
    page.goto('/search/?q="code zebrafish"')
    expect(page.get_by_text("Nothing holds the quoted words")).to_be_visible()
    page.goto("/search/?q=zebrafish")
    expect(page.locator(".results h3 a")).to_have_text(["Long words"])
    page.goto("/search/?q=zebrafish+-plural")
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_the_curator_is_told_of_what_is_missing(page: Page) -> None:
    page.goto("/search/?q=zzyzx+qwrtp")
    page.get_by_role("button", name="Request this topic").click()
    expect(page.get_by_text("the curators will see")).to_be_visible()
    assert page.context.cookies() == []


def test_an_opened_result_is_told_by_a_beacon(page: Page) -> None:
    page.goto("/search/?q=zebrafish")
    section = page.locator(".result").first.get_attribute("data-section")
    with page.expect_request("**/search/opened") as told:
        page.locator(".results h3 a").first.click()
    assert told.value.post_data == f"q=zebrafish&section={section}"
    expect(page.locator("article.prose")).to_be_visible()
