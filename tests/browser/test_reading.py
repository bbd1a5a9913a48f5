"""Habits 8 to 13 on reading pages: marks, permalinks, scrollspy, p and n, copying, themes."""

import re
from urllib.request import urlopen

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage

IN_VIEW = "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.top < innerHeight }"


def open_sample(page: Page, query: str = "zebrafish") -> None:
    page.goto(f"/search/?q={query}")
    page.locator(".results h3 a").first.click()
    expect(page.locator("article.prose")).to_be_visible()


def test_searched_words_are_marked_on_arrival_and_esc_clears_them(page: Page, site: str) -> None:
    open_sample(page)
    marks = page.locator("mark.found")
    expect(marks.first).to_be_visible()
    words = {text.lower() for text in marks.all_inner_texts()}
    assert words == {"zebrafish", "zebrafishes"}
    expect(page.locator("code mark.found")).to_have_text("zebrafish")
    heading = page.get_by_role("heading", name="Long words")
    assert heading.evaluate(IN_VIEW)
    page.reload()
    expect(marks.first).to_be_visible()
    text = page.locator("article.prose").inner_text()
    page.keyboard.press("Escape")
    expect(marks).to_have_count(0)
    assert page.locator("article.prose").inner_text() == text
    page.reload()
    expect(page.get_by_role("heading", name="Long words")).to_be_visible()
    expect(marks).to_have_count(0)
    served = urlopen(page.url.partition("#")[0]).read().decode()
    assert 'class="found"' not in served


def test_the_marks_have_a_button_for_those_without_an_esc_key(page: Page) -> None:
    open_sample(page)
    page.get_by_role("button", name="Clear highlighting").click()
    expect(page.locator("mark.found")).to_have_count(0)
    expect(page.get_by_role("button", name="Clear highlighting")).to_have_count(0)


def test_marks_come_along_into_a_tab(page: Page) -> None:
    page.goto("/search/?q=zebrafish")
    with page.context.expect_page() as opening:
        page.locator(".results h3 a").first.click(modifiers=["Control"])
    expect(opening.value.locator("mark.found").first).to_be_visible()


def test_a_page_that_was_not_searched_for_has_no_marks(page: Page) -> None:
    open_sample(page)
    expect(page.locator("mark.found").first).to_be_visible()
    page.goto("/topics/")
    page.locator("main a").last.click()
    expect(page.locator("article.prose")).to_be_visible()
    expect(page.locator("mark.found")).to_have_count(0)


def test_headings_have_lasting_links_that_can_be_copied(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    open_sample(page)
    link = page.get_by_role("link", name="Link to “A program”")
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#a-program$"))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == link.evaluate("a => a.href")
    assert copied.endswith("/a-program/")
    page.goto(copied)
    expect(page.get_by_role("heading", name="A program")).to_be_visible()
    assert page.get_by_role("heading", name="A program").evaluate(IN_VIEW)


def test_on_this_page_follows_the_section_one_is_in(page: Page) -> None:
    page.goto("/search/?q=%22isolation+levels+and+locks%22")
    page.locator(".results h3 a").first.click()
    nav = page.get_by_role("navigation", name="On this page")
    links = nav.locator("a")
    expect(page.get_by_role("navigation", name="Breadcrumbs")).to_be_visible()
    expect(links.nth(3)).to_be_visible()
    expect(page.get_by_role("navigation", name="Topics", exact=True)).to_be_visible()
    current = nav.locator("[aria-current]")
    for step in (2, 1, 3):
        target = (links.nth(step).get_attribute("href") or "")[1:]
        page.evaluate(
            "id => scrollTo(0, document.getElementById(id).getBoundingClientRect().top"
            " + scrollY - 20)",
            target,
        )
        expect(current).to_have_attribute("href", f"#{target}")
    page.evaluate("scrollTo(0, 0)")
    expect(current).to_have_count(0)


def test_tree_text_and_headings_stand_side_by_side_or_in_drawers(page: Page) -> None:
    open_sample(page, "%22isolation+levels+and+locks%22")
    parts = [page.locator(part) for part in (".side-panel", "main", ".on-page > div")]
    boxes = [part.bounding_box() for part in parts]
    edges = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
    assert len(edges) == 3
    assert edges[0][1] <= edges[1][0] and edges[1][1] <= edges[2][0]
    page.set_viewport_size({"width": 390, "height": 844})
    expect(parts[0]).to_be_hidden()
    expect(parts[2]).to_be_hidden()
    for name, part in (("Menu", parts[0]), ("On this page", parts[2])):
        page.locator("summary", has_text=name).click()
        expect(part).to_be_visible()
    expect(parts[0]).to_be_hidden()  # one at a time
    parts[2].locator("a").last.click()
    expect(parts[2]).to_be_hidden()


def test_a_heading_under_the_mouse_shows_its_link(page: Page) -> None:
    open_sample(page)
    heading = page.locator(".heading", has=page.get_by_role("heading", name="A program"))
    tools = heading.locator(".tools")
    expect(tools).to_have_css("opacity", "0")
    heading.hover()
    expect(tools).to_have_css("opacity", "1")


def test_p_and_n_lead_to_the_previous_and_next_page(page: Page) -> None:
    open_sample(page, "%22isolation+levels+and+locks%22")
    next_link = page.locator("main a[rel=next]")
    where = next_link.evaluate("a => a.href")
    here = page.url.partition("#")[0]
    page.keyboard.press("n")
    expect(page).to_have_url(where)
    page.keyboard.press("p")
    expect(page).to_have_url(here)


def test_listings_are_copied_without_prompts(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    open_sample(page)
    expected = [
        "npm install express\nnpm run \\\n    start",
        "total = 0\n> not a prompt",
        "1 + 1",
    ]
    buttons = page.get_by_role("button", name="Copy")
    expect(buttons).to_have_count(3)
    for number, text in enumerate(expected):
        button = page.locator(".listing").nth(number).locator(".copy")
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == text
    label = page.locator("pre[data-language=python]").evaluate(
        "pre => getComputedStyle(pre, '::before').content"
    )
    assert label == '"python"'


FIRST_COLOURS = """
window.colours = [];
const look = () => {
  if (document.body) window.colours.push(getComputedStyle(document.body).backgroundColor);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def choose(page: Page, group: str, name: str) -> None:
    """Makes a choice in the reading settings."""
    page.get_by_role("button", name="Reading settings").click()
    dialog = page.get_by_role("dialog", name="Reading settings")
    dialog.get_by_role("group", name=group).get_by_text(name, exact=True).click()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


def test_the_theme_goes_light_dark_system_and_stays_without_a_flash(new_page: NewPage) -> None:
    page = new_page(color_scheme="light")
    page.add_init_script(FIRST_COLOURS)
    page.goto("/")
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    choose(page, "Theme", "Light")
    assert page.evaluate(colour) == light
    choose(page, "Theme", "Dark")
    dark = page.evaluate(colour)
    assert dark != light
    page.goto("/topics/")
    assert set(page.evaluate("colours")) == {dark}
    choose(page, "Theme", "System")
    assert page.evaluate(colour) == light


def test_what_a_reader_chooses_holds_on_the_next_page(page: Page) -> None:
    open_sample(page, "%22isolation+levels+and+locks%22")
    text = page.locator("article.prose p").nth(1)
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    before, width = text.evaluate(size), text.bounding_box()
    choose(page, "Text size", "Large")
    choose(page, "Lines", "Narrow")
    choose(page, "Letters", "OpenDyslexic")
    choose(page, "Long lines of code", "Wrap")
    page.reload()
    assert text.evaluate(size) > before
    narrow = text.bounding_box()
    assert width and narrow and narrow["width"] < width["width"]
    assert "KB Dyslexic" in text.evaluate("e => getComputedStyle(e).fontFamily")
    expect(page.locator("pre").first).to_have_css("white-space", "pre-wrap")
    choose(page, "Text size", "Normal")
    page.reload()
    assert text.evaluate(size) == before


def test_emoji_have_a_font_where_the_system_has_none(page: Page) -> None:
    page.goto("/")
    loaded = page.evaluate("document.fonts.load('16px \"KB Emoji\"', '🚀✅🧠').then(f => f.length)")
    assert loaded == 1


def test_the_system_decides_where_nothing_was_chosen(new_page: NewPage) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        page = new_page(color_scheme=scheme)
        page.goto("/")
        colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 2


def test_storage_that_is_closed_breaks_nothing(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('closed') } })"
    )
    open_sample(page)
    expect(page.get_by_role("button", name="Copy").first).to_be_attached()
    choose(page, "Theme", "Light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("/")
    expect(page.get_by_role("dialog", name="Search")).to_be_visible()


def test_headings_may_have_the_names_of_the_page_s_own_parts(page: Page) -> None:
    page.goto("/topics/ids/")
    expect(page.locator("article.prose #words")).to_be_visible()
    choose(page, "Theme", "System")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search")).to_be_visible()


def test_tags_beside_a_link_stay_on_one_line_on_a_phone(new_page: NewPage) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/topics/handbook/dns/")
    expect(page.locator(".meta a", has_text="hide the answers")).to_be_visible()
    tags = page.locator(".meta .tags a")
    lines = tags.evaluate_all("tags => tags.map(tag => tag.getClientRects().length)")
    wide = tags.evaluate_all("tags => tags.every(tag => tag.offsetWidth > tag.offsetHeight)")
    assert len(lines) > 1 and set(lines) == {1} and wide
