"""What a learner does at a text and at her cards by keys and by clicks on what is drawn."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage, enter, sign_up
from tests.browser.keeping import Manage

TEXT = "/topics/copying/"
TABLE = "/topics/handbook/dns/"
MARKED = """() => {
    const walker = document.createTreeWalker(document.querySelector("article.prose"), 4);
    while (walker.nextNode()) {
        const words = walker.currentNode.data.match(/\\w+ \\w+ \\w+/);
        if (!words || !walker.currentNode.parentElement.closest("p")) continue;
        if (walker.currentNode.parentElement.closest(".tools, .meta, .lead, form")) continue;
        const at = words.index;
        getSelection().setBaseAndExtent(
            walker.currentNode, at, walker.currentNode, at + words[0].length);
        const box = getSelection().getRangeAt(0).getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2];
    }
}"""


@pytest.fixture
def learner(new_page: NewPage, manage: Manage, name: str) -> Page:
    page = new_page()
    enter(page, manage, name)
    return page


def highlighted(page: Page, path: str) -> tuple[float, float]:
    """Highlights three words; returns where they are on the screen."""
    page.goto(path)
    expect(page.locator("article.prose")).to_be_visible()
    page.wait_for_load_state("networkidle")
    x, y = page.evaluate(MARKED)
    page.keyboard.press("h")
    expect(page.locator("section.highlights [data-highlight]")).to_have_count(1)
    return x, y


def test_a_drawn_highlight_opens_its_tools_by_click_and_by_key(learner: Page) -> None:
    page, tools = learner, learner.locator(".highlight-tools")
    x, y = highlighted(page, TEXT)
    page.evaluate("scrollTo(0, 0)")
    x, y = page.evaluate(MARKED)
    page.evaluate("getSelection().removeAllRanges()")
    page.mouse.click(x, y)
    expect(tools).to_be_visible()
    expect(tools.get_by_role("link", name="Add note")).to_be_visible()
    expect(tools.get_by_role("link", name="Card")).to_be_visible()
    page.keyboard.press("e")  # by keyboard: the focus is on the first of its tools
    expect(tools.get_by_role("link", name="Add note")).to_be_focused()
    page.keyboard.press("Escape")
    expect(tools).to_have_count(0)
    page.keyboard.press("e")
    tools.get_by_role("button", name="Remove").click()
    expect(page.locator("section.highlights [data-highlight]")).to_have_count(0)
    expect(tools).to_have_count(0)


def test_what_was_in_view_as_long_as_its_words_take_is_read(learner: Page) -> None:
    page = learner
    page.goto(TEXT)
    button = page.locator("form[data-read] button[value=read]").first
    page.wait_for_timeout(4_000)
    expect(button).to_have_attribute("aria-pressed", "false")  # nobody asked for it
    page.evaluate("""localStorage.setItem("reading", JSON.stringify({ marks: "end" }))""")
    page.evaluate("document.querySelector('[data-pace]').dataset.pace")
    page.reload()
    page.bring_to_front()
    page.evaluate("""document.querySelector("form[data-read]").scrollIntoView({ block: "end" })""")
    first = page.locator("form[data-read] button").first
    expect(first).to_have_attribute("aria-pressed", "true", timeout=90_000)
    first.click()  # she says that she has not read it: it stays so
    expect(first).to_have_attribute("aria-pressed", "false")
    page.wait_for_timeout(4_000)
    expect(first).to_have_attribute("aria-pressed", "false")


def test_the_setting_is_for_learners_alone(new_page: NewPage, learner: Page) -> None:
    nobody = new_page()
    nobody.goto(TEXT)
    nobody.get_by_role("button", name="Reading settings").first.click()
    expect(nobody.locator("dialog[open] [name=font]").first).to_be_visible()
    expect(nobody.locator("dialog[open] [name=marks]")).to_have_count(0)
    learner.goto(TEXT)
    learner.get_by_role("button", name="Reading settings").first.click()
    learner.locator("dialog[open] [name=marks][value=end]").check()
    kept = learner.evaluate("JSON.parse(localStorage.getItem('reading')).marks")
    assert kept == "end"


def test_test_me_goes_by_keys(learner: Page) -> None:
    page = learner
    page.goto("/topics/interview/databases/")
    section = page.locator("form[data-read]").first.get_attribute("data-read")
    page.goto(f"/learn/test/{section}/?seed=1")
    count = int(page.get_by_role("status").first.inner_text().split("/")[1])
    for number in range(count):
        page.keyboard.press("k")  # the answer is not there yet: nothing happens
        page.keyboard.press("Space")
        expect(page.locator(".asked details")).to_have_attribute("open", "")
        page.keyboard.press(["1", "n", "2", "k"][number % 4])
        said = "0011"[number % 4]
        page.wait_for_url(re.compile(rf"answers=.{{{number}}}{said}$"))
    expect(page.get_by_text(f"of {count}.")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, None], ids=["phone", "desktop"])
def test_reviews_have_two_buttons_if_she_likes(
    new_page: NewPage, manage: Manage, name: str, viewport
) -> None:
    page = new_page(**({"viewport": viewport} if viewport else {}))
    enter(page, manage, name)
    page.goto(TEXT)
    section = page.locator("form[data-read]").first.get_attribute("data-read")
    page.goto(f"/learn/cards/from/{section}/?scope=topic")
    for number in range(2):
        page.locator("[name=front]").fill(f"Question {number}?")
        page.locator("[name=back]").fill("Answer.")
        page.locator("main form.form button[type=submit]").click()
    page.goto("/learn/plan/")
    page.get_by_label("Only “knew it” and “not known”").check()
    page.get_by_role("main").get_by_role("button", name="Save").click()
    page.goto("/learn/review/")
    page.keyboard.press("Space")
    expect(page.locator("#kb\\:asked .ratings button")).to_have_count(2)
    first = page.locator("[data-card]").get_attribute("data-card")
    page.keyboard.press("k")
    expect(page.locator(f"#kb\\:asked [data-card='{first}']")).to_have_count(0)
    page.keyboard.press("Space")
    page.keyboard.press("1")
    page.wait_for_load_state("networkidle")
    page.goto(f"/learn/cards/{first}/")
    expect(page.get_by_text("Good")).to_be_visible()


def test_the_tap_that_brings_a_heading_s_tools_presses_none_of_them(
    new_page: NewPage, manage: Manage, name: str
) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    enter(page, manage, name)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    page.goto(TEXT)
    tools = page.locator(".heading > .tools").first
    tools.scroll_into_view_if_needed()
    box = tools.locator("button").first.bounding_box()
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(*at)
    expect(tools).to_have_css("pointer-events", "auto")
    assert sent == []
    page.touchscreen.tap(*at)
    expect(tools.locator("button").first).to_have_attribute("aria-pressed", "true")


def test_what_was_read_without_an_account_is_offered_right_after_sign_up(
    new_page: NewPage, name: str
) -> None:
    page = new_page()
    page.goto(TEXT)
    page.locator("article.prose [data-read] button").first.click()
    sign_up(page, name)
    assert page.url.endswith("/")  # no text is here
    offered = page.locator(".taking-over")
    expect(offered).to_contain_text("before you logged in: 1")
    page.goto("/learn/")
    offered.get_by_role("button", name="Keep them in my account").click()
    expect(
        page.get_by_text("minutes left").or_(page.get_by_text("minute left")).first
    ).to_be_visible()
    expect(offered).to_have_count(0)
    page.goto(TEXT)
    expect(page.locator("form[data-read] button").first).to_have_attribute("aria-pressed", "true")


def test_a_card_with_wide_code_fits_a_phone_and_is_rated_by_thumb(
    new_page: NewPage, name: str
) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    sign_up(page, name)
    page.goto(TEXT)
    section = page.locator("form[data-read]").first.get_attribute("data-read")
    page.goto(f"/learn/cards/from/{section}/")
    page.locator("[name=front]").fill("Which?")
    page.locator("[name=back]").fill("This.")
    page.locator("main form.form button[type=submit]").tap()
    expect(page.get_by_text("1 card added.")).to_be_visible()
    page.goto("/learn/review/")
    page.locator(".card-back").evaluate(
        "back => { back.innerHTML = `<pre><code>${'wide '.repeat(60)}</code></pre>`.repeat(40) }"
    )
    page.get_by_text("Show the answer").tap()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(page.locator(".rating-4")).to_be_in_viewport(ratio=1)
    page.locator(".rating-4").tap()
    expect(page.locator("[data-card]")).to_have_count(0)


CELL = """(at) => {
    const cells = [...document.querySelectorAll("article.prose td")];
    const isPlain = (cell) => cell.firstChild.data === cell.innerText && / /.test(cell.innerText);
    const words = cells.filter(isPlain)[at].firstChild;
    words.parentElement.scrollIntoView({ block: "center" });
    getSelection().setBaseAndExtent(words, 0, words, words.length);
    return words.data;
}"""


def test_words_of_a_cell_are_marked_without_those_of_the_cells_beside_it(learner: Page) -> None:
    page = learner
    page.goto(TABLE)
    page.wait_for_load_state("networkidle")
    words = page.evaluate(CELL, 1)
    page.keyboard.press("h")
    expect(page.locator("section.highlights [data-exact]")).to_have_text([words])


def test_the_key_for_the_tools_opens_those_of_the_words_that_are_selected_or_were_just_marked(
    learner: Page,
) -> None:
    page, tools = learner, learner.locator(".highlight-tools")
    page.goto(TABLE)
    page.wait_for_load_state("networkidle")
    for at in (0, 1, 2):
        words = page.evaluate(CELL, at)
        page.keyboard.press("h")
        expect(page.locator("section.highlights [data-highlight]")).to_have_count(at + 1)
        page.keyboard.press("e")
        expect(tools).to_have_attribute("aria-label", words)
        expect(tools.get_by_role("link", name="Add note")).to_be_focused()
        page.keyboard.press("Escape")
    for at in (1, 0, 2):
        words = page.evaluate(CELL, at)
        page.keyboard.press("e")
        expect(tools).to_have_attribute("aria-label", words)
        expect(tools.get_by_role("link", name="Add note")).to_be_focused()
        page.keyboard.press("Escape")
