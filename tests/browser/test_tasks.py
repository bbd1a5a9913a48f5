"""What a stranger with a phone wants, each in at most three taps; what the first screens show."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, NewPage

MOST_TAPS = 3
ARTICLE = "/topics/handbook/isolation-levels-and-locks/"
STEP = "/topics/express/introduction/core-concepts-deep-dive/?path=express/paths/beginner"


class Finger:
    """Taps on a page, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, place: Locator) -> None:
        place.tap()
        self.taps += 1

    def open_menu(self) -> None:
        self.tap(self.page.locator("summary", has_text="Menu"))

    def search(self, text: str) -> None:
        self.tap(self.page.locator(".top").get_by_role("link", name="Search"))
        self.page.keyboard.type(text)
        expect(self.page.locator("dialog .suggestions .all")).to_contain_text(text)


@pytest.fixture
def finger(new_page: NewPage) -> Finger:
    page = new_page(
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.goto("/")
    return Finger(page)


def find_a_technique(finger: Finger) -> None:
    finger.search("cursor pagination")
    finger.tap(finger.page.get_by_role("option").filter(has_text="ursor").first)
    expect(finger.page.locator("article.prose")).to_be_visible()


def ask_what_something_is(finger: Finger) -> None:
    finger.search("what is an idempotency key")
    finger.tap(finger.page.locator("dialog .suggestions .all"))
    card = finger.page.get_by_role("region", name="Definition")
    expect(card).to_contain_text("Idempotency key")
    expect(card).to_be_in_viewport()


def open_the_roadmap(finger: Finger) -> None:
    finger.open_menu()
    finger.tap(finger.page.get_by_role("navigation", name="Areas").get_by_text("Roadmap"))
    expect(finger.page.locator("h1")).to_contain_text("Roadmap")


def browse_by_a_tag(finger: Finger) -> None:
    finger.page.goto(ARTICLE)
    finger.tap(finger.page.get_by_role("list", name="Tags").get_by_role("link").first)
    expect(finger.page.locator("main .card").first).to_be_visible()


def begin_to_learn(finger: Finger) -> None:
    finger.tap(finger.page.get_by_role("link", name="Start a learning path"))
    finger.tap(finger.page.locator(".steps ol a").first)
    expect(finger.page.get_by_text("Step 1 of 12")).to_be_in_viewport()


def go_on_along_a_path(finger: Finger) -> None:
    finger.page.goto(STEP)
    expect(finger.page.get_by_text("Step 3 of 12")).to_be_in_viewport()
    finger.tap(finger.page.locator("main a[rel=next]"))
    expect(finger.page.get_by_text("Step 4 of 12")).to_be_in_viewport()


def share_a_section(finger: Finger) -> None:
    finger.page.goto(ARTICLE)
    heading = finger.page.locator(".heading").nth(1)
    finger.tap(heading.locator("h2"))
    finger.tap(heading.locator(".permalink"))
    expect(heading.get_by_text("Link copied")).to_be_visible()


def search_again_in_the_middle(finger: Finger) -> None:
    finger.page.goto(f"{ARTICLE}#write-skew-in-two-sessions")
    finger.search("deadlock")


def see_where_one_landed_and_go_up(finger: Finger) -> None:
    finger.page.goto(f"{ARTICLE}#write-skew-in-two-sessions")
    here = finger.page.locator(".here")
    expect(here).to_be_in_viewport()
    expect(here).to_contain_text("Isolation Levels and Locks")
    expect(here).to_contain_text("Write skew in two sessions")
    finger.tap(here)
    expect(finger.page.locator("h1")).to_be_in_viewport()


def jump_to_a_heading(finger: Finger) -> None:
    finger.page.goto(ARTICLE)
    finger.tap(finger.page.locator("summary", has_text="On this page"))
    finger.tap(finger.page.locator(".on-page li a").last)
    expect(finger.page.locator(".on-page li a").last).to_be_hidden()
    expect(finger.page.locator(".heading").last).to_be_in_viewport()


def read_in_the_dark(finger: Finger) -> None:
    finger.open_menu()
    finger.tap(finger.page.get_by_role("button", name="Reading settings"))
    finger.tap(finger.page.get_by_role("dialog").get_by_text("Dark", exact=True))
    expect(finger.page.locator("html")).to_have_attribute("data-theme", "dark")


TASKS = [
    find_a_technique,
    ask_what_something_is,
    open_the_roadmap,
    browse_by_a_tag,
    begin_to_learn,
    go_on_along_a_path,
    share_a_section,
    search_again_in_the_middle,
    see_where_one_landed_and_go_up,
    jump_to_a_heading,
    read_in_the_dark,
]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
def test_a_stranger_with_a_phone_does_it_in_three_taps(
    finger: Finger, task: Callable[[Finger], None]
) -> None:
    task(finger)
    assert finger.taps <= MOST_TAPS


TOP = "document.querySelector('h1').getBoundingClientRect().top"
SCREENS = "document.documentElement.scrollHeight / innerHeight"


@pytest.mark.parametrize("path", ["/", "/topics/", "/glossary/", ARTICLE, STEP, "/topics/roadmap/"])
def test_the_title_is_near_the_top_of_a_phone(finger: Finger, path: str) -> None:
    finger.page.goto(path)
    assert finger.page.evaluate(TOP) <= 110


@pytest.mark.parametrize(("path", "most"), [("/", 3), ("/topics/", 5)])
def test_lists_are_short_on_a_phone(finger: Finger, path: str, most: int) -> None:
    finger.page.goto(path)
    assert finger.page.evaluate(SCREENS) <= most


@pytest.mark.parametrize("path", ["/", ARTICLE])
def test_at_400_percent_the_first_screen_shows_the_title(new_page: NewPage, path: str) -> None:
    page = new_page(viewport={"width": 320, "height": 256})
    page.goto(path)
    expect(page.locator("h1")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_three_columns_stand_from_1180_pixels(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1180, "height": 900})
    page.goto(ARTICLE)
    for part in (".side .tree", "article.prose", ".on-page ul"):
        expect(page.locator(part).first).to_be_in_viewport()
    areas = page.get_by_role("navigation", name="Areas").get_by_role("link")
    names = areas.all_inner_texts()
    assert names == ["Express", "Handbook", "Node.js", "Roadmap", "Interview", "Paths"]


def test_what_is_folded_stays_folded(page: Page) -> None:
    page.goto("/topics/express/introduction/architecture-philosophy/")
    tree = page.get_by_role("navigation", name="Topics", exact=True)
    inner = tree.get_by_role("link", name="Testing", exact=True)
    expect(inner).to_be_visible()
    tree.locator(".fold > summary").first.click()
    expect(inner).to_be_hidden()
    page.goto("/topics/express/testing/")  # the page that one is on is always seen
    expect(inner).to_be_visible()
    page.goto("/topics/handbook/dns/")
    page.goto("/topics/express/paths/")
    expect(tree.locator("[aria-current=page]")).to_be_visible()


def test_a_list_of_topics_filters_while_one_types(page: Page) -> None:
    page.goto("/topics/")
    field = page.get_by_label("Filter by title")
    field.fill("isolation lev")
    expect(page.get_by_role("link", name="Isolation Levels and Locks")).to_be_visible()
    expect(page.get_by_role("heading", name="Backend Handbook")).to_be_visible()
    expect(page.get_by_role("heading", name="Node.js Mastery Course")).to_be_hidden()
    field.fill("zzyzx")
    expect(page.get_by_text("No title holds these words.")).to_be_visible()
    field.fill("")
    expect(page.get_by_role("heading", name="Node.js Mastery Course")).to_be_visible()
