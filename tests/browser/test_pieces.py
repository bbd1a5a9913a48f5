"""What a document may hold beside text: tabs, marked lines, formulas, pictures; terms explained."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage

PARTS = "/topics/parts/"
MOVED = "dispatchEvent(new PointerEvent('pointermove'))"


def read(page: Page, address: str = PARTS) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")


def test_of_a_group_of_tabs_one_is_open(any_page: Page) -> None:
    read(any_page)
    first, second = any_page.locator(".tab").all()
    expect(first.locator("pre")).to_be_visible()
    expect(second.locator("p")).to_be_hidden()
    second.locator("summary").click()
    expect(first.locator("pre")).to_be_hidden()
    expect(second.locator("p")).to_be_visible()
    names = [tab.locator("summary").bounding_box() for tab in (first, second)]
    assert names[0]["y"] == names[1]["y"]
    assert second.locator("p").bounding_box()["y"] > names[0]["y"] + names[0]["height"]


def test_tabs_are_reached_and_opened_by_keys(page: Page) -> None:
    read(page)
    page.locator(".tab-title").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tab").nth(1)).to_have_attribute("open", "")
    expect(page.locator(".tab").nth(0)).not_to_have_attribute("open", "")


def test_marked_lines_differ_and_numbers_stand_before_those_that_have_some(page: Page) -> None:
    read(page)
    lines = page.locator("pre[data-title='server.js'] .code-line")
    grounds = [line.evaluate("e => getComputedStyle(e).backgroundColor") for line in lines.all()]
    assert len(set(grounds)) == 2
    assert grounds[0] == grounds[2]
    number = page.locator("[data-line='10']").evaluate(
        "e => getComputedStyle(e, '::after').content"
    )
    assert number == '"10"'


def test_an_address_of_lines_can_be_copied_and_leads_there(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    read(page)
    listing = page.locator(".listing:has(> pre[data-title])")
    listing.hover()
    listing.get_by_role("button", name="Link").click()
    expect(listing.get_by_role("button", name="Copied")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address.endswith("/topics/parts/#lines~1L1-3")
    read(page, address.replace("L1-3", "L2-3"))
    marked = "[...CSS.highlights.get('lines') ?? []].map(range => range.toString())"
    page.wait_for_function("CSS.highlights.has('lines')")
    assert page.evaluate(marked) == ["app.listen(3000);\nstop();\n"]
    expect(page.locator("pre[data-title]")).to_be_in_viewport()


@pytest.mark.parametrize(
    "lines", ["lines~9L1", "lines~1L99", "none~1L1", "~0L1", "lines~1L0", "%~1L1"]
)
def test_an_address_of_no_lines_marks_none(page: Page, lines: str) -> None:
    read(page, f"{PARTS}#{lines}")
    page.wait_for_timeout(200)
    assert page.evaluate("CSS.highlights.has('lines')") is False


def test_formulas_are_drawn(any_page: Page) -> None:
    read(any_page)
    box = any_page.locator("math mfrac").bounding_box()
    assert box
    assert box["height"] > 20
    name = any_page.locator("p math").evaluate("e => e.namespaceURI")
    assert name == "http://www.w3.org/1998/Math/MathML"


def test_a_picture_is_enlarged_and_escape_puts_it_back(page: Page) -> None:
    read(page)
    link = page.locator("a.zoom")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog img")).to_be_visible()
    expect(page.locator("dialog img")).to_have_attribute("alt", "A frame with nothing in it")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(link).to_be_focused()
    link.click()
    page.locator("dialog img").click()
    expect(page.locator("dialog")).to_have_count(0)


def test_without_a_script_a_picture_leads_to_itself(new_page: NewPage, problems: list[str]) -> None:
    page = new_page(java_script_enabled=False)
    read(page)
    page.locator("a.zoom").click()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("/frame.png")
    problems.clear()  # the picture's sandbox keeps the site's icon away


def test_a_drawing_in_words_is_folded(any_page: Page) -> None:
    read(any_page)
    expect(any_page.get_by_text("sequenceDiagram")).to_be_hidden()
    any_page.get_by_text("Sequence diagram: A request on its way").click()
    expect(any_page.get_by_text("sequenceDiagram")).to_be_visible()


def test_a_term_is_explained_where_it_is_pointed_at(page: Page) -> None:
    read(page)
    page.evaluate(MOVED)
    term = page.locator(".term", has_text="idempotency key")
    term.hover()
    meaning = page.locator(".meaning")
    expect(meaning).to_contain_text("An idempotency key is")
    expect(meaning).to_have_attribute("role", "status")
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)


def test_a_term_is_explained_by_tab_and_enter_leads_to_the_glossary(page: Page) -> None:
    read(page)
    page.evaluate(MOVED)
    expect(page.locator(".term").first).to_be_visible()
    page.locator(".crumbs a").last.focus()
    while not page.evaluate("document.activeElement.matches('.term')"):
        page.keyboard.press("Tab")
    expect(page.locator(".meaning")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary/?filter=*")
    expect(page.locator(".terms dt").first).to_be_visible()


def test_a_tap_explains_a_term_and_a_second_one_goes_there(new_page: NewPage) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    read(page)
    page.evaluate(MOVED)
    page.locator(".term").first.tap()
    box = page.locator(".meaning").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.url.endswith(PARTS)
    page.locator(".term").first.tap()
    page.wait_for_url("**/glossary/?filter=*")


def test_each_term_is_explained_once_a_section_and_never_in_code(page: Page) -> None:
    read(page, "/topics/handbook/isolation-levels-and-locks/")
    page.evaluate(MOVED)
    expect(page.locator(".term").first).to_be_visible()
    terms = page.evaluate(
        """() => {
          let section = 0;
          return [...document.querySelectorAll('article :is(h1, h2, h3, h4), article .term')]
            .map(e => (e.matches('.term') ? `${section} ${e.dataset.term}` : (section++, '')))
            .filter(Boolean);
        }"""
    )
    assert len(terms) == len(set(terms)) > 3
    assert page.locator(":is(code, pre, a a, h1, h2, h3) .term").count() == 0


def test_who_wants_no_explanations_gets_none(page: Page) -> None:
    read(page)
    page.get_by_role("button", name="Reading settings").click()
    page.get_by_label("Leave plain").check()
    read(page)
    page.evaluate(MOVED)
    page.wait_for_timeout(500)
    expect(page.locator(".term")).to_have_count(0)


def test_on_paper_addresses_are_notes_and_tabs_are_open(page: Page) -> None:
    read(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    notes = page.locator(".addresses li")
    assert notes.all_inner_texts() == ["https://example.org/paths", "https://example.org/pages"]
    assert page.locator("article sup").all_inner_texts() == ["1", "2"]
    for tab in page.locator(".tab").all():
        expect(tab.locator(":is(pre, p)").first).to_be_visible()
    expect(page.locator(".listing-tools").first).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".addresses, article sup")).to_have_count(0)


def test_a_comparison_is_answered_by_a_table(any_page: Page) -> None:
    any_page.goto("/search/?q=sessions+vs+jwt")
    table = any_page.locator(".comparison table")
    assert table.locator("thead th").all_inner_texts() == ["Session", "JWT"]


@pytest.mark.parametrize("address", ["/", PARTS, "/topics/", "/no/such/page/", "/accounts/login/"])
def test_at_400_percent_the_first_screen_shows_the_title(
    new_page: NewPage, problems: list[str], address: str
) -> None:
    page = new_page(viewport={"width": 320, "height": 256})
    page.goto(address)
    expect(page.locator("h1")).to_be_in_viewport(ratio=1 if address != "/topics/" else 0.5)
    problems.clear()  # the status of a page that is not there
