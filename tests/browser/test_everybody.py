"""Every kind of page: no accessibility violation, a sound layout, nothing against the policy."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, NewPage, enter, log_in
from tests.browser.keeping import Manage, new_name

Go = Callable[[Page, str], None]

PAGES = {
    "home": "/",
    "topics": "/topics/",
    "glossary": "/glossary/",
    "article": "/search/?q=%22isolation+levels+and+locks%22",
    "listings": "/search/?q=zebrafish",
    "outline": "/search/?q=%22preamble%22+topic:outline",
    "search": "/search/?q=isolation+levels",
    "nothing": "/search/?q=zzyzx+qwrtp",
    "roadmap": "/topics/roadmap/",
    "questions": "/topics/interview/databases/",
    "log in": "/accounts/login/",
    "sign up": "/accounts/signup/",
    "account": "/accounts/",
    "bookmarks": "/bookmarks/",
}
OPENED = {"article", "listings", "outline"}  # pages that a search leads to
AXE = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
OF_COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": ["color-contrast", "link-in-text-block"],
}

# Text that is too small, boxes that stick out, and controls that lie on one another.
LAYOUT = """
() => {
  const problems = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    problems.push(`the page is ${root.scrollWidth} wide on ${root.clientWidth}`);
  }
  const name = e => `${e.tagName}.${e.className} "${e.textContent.trim().slice(0, 30)}"`;
  const isShown = e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const clip = (element, box) => {
    for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) {
      if (getComputedStyle(e).overflow === 'visible') continue;
      const b = e.getBoundingClientRect();
      box = {
        left: Math.max(box.left, b.left), right: Math.min(box.right, b.right),
        top: Math.max(box.top, b.top), bottom: Math.min(box.bottom, b.bottom),
      };
    }
    return box;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !isShown(parent)) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (size > 0 && size < 12) problems.push(`${size} px: ${name(parent)}`);
  }
  // The button that clears the marks floats over the text.
  const leftOut = '[type=hidden], .visually-hidden, .visually-hidden *, .skip, .clear-marks';
  const controls = [
    ...document.querySelectorAll('a[href], button, input, select, textarea, summary')
  ].filter(e => isShown(e) && !e.matches(leftOut));
  const boxes = controls.map(e => [...e.getClientRects()].map(b => clip(e, b))
    .filter(b => b.right - b.left > 1 && b.bottom - b.top > 1));
  controls.forEach((one, i) => controls.slice(i + 1).forEach((two, j) => {
    if (one.contains(two) || two.contains(one)) return;
    const form = one.closest('form.search');
    if (form && form === two.closest('form.search')) return;  // the button lies in the field
    for (const a of boxes[i]) for (const b of boxes[i + 1 + j]) {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 2) {
        problems.push(`${name(one)} and ${name(two)} overlap by ${across} × ${down}`);
      }
    }
  }));
  return problems;
}
"""

# What is too small for a finger. Links in running text may be (WCAG 2.2, target size).
TARGETS = """
() => [...document.querySelectorAll('a[href], button, input, select, summary, textarea')]
  .filter(e => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter(e => !e.matches('[type=hidden], .visually-hidden, .skip, .card-title'))
  .filter(e => !e.closest('.prose p, .prose li:not(.item), .prose td, .terms dd'))
  .filter(e => getComputedStyle(e).display !== 'inline' || ![...e.parentElement.childNodes]
    .some(node => node.nodeType === 3 && node.data.trim().length > 3))
  .filter(e => e.getBoundingClientRect().height < 43.5)
  .map(e => `${e.outerHTML.slice(0, 100)} ${e.getBoundingClientRect().height}`)
"""


@pytest.fixture
def go(manage: Manage) -> Go:
    """Opens a page by its name in PAGES, with an account if it needs one."""

    def go(page: Page, name: str) -> None:
        if name in ("account", "bookmarks"):
            page.context.clear_cookies()
            enter(page, manage, new_name())
        if name == "bookmarks":
            page.goto("/search/?q=isolation")
            page.locator("form[data-bookmark] button").first.click()
            expect(page.locator("form[data-bookmark] button").first).to_have_attribute(
                "aria-pressed", "true"
            )
        page.goto(PAGES[name])
        if name in OPENED:
            page.locator(".results h3 a").first.click()
            expect(page.locator("article.prose")).to_be_visible()
            page.wait_for_load_state("networkidle")

    return go


def violations(page: Page, options: dict[str, object] = AXE) -> list[str]:
    # The bar and the button that stay on the screen lie over what happens to be below them.
    page.evaluate("scrollTo(0, 0); document.querySelector('.clear-marks')?.remove()")
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:150]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]


def violations_in_both_schemes(page: Page) -> list[str]:
    found = violations(page)
    page.emulate_media(color_scheme="dark")  # nothing but colours differs
    return found + violations(page, OF_COLOURS)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation_and_nothing_sticks_out_overlaps_or_is_too_small(
    new_page: NewPage, go: Go, name: str
) -> None:
    page = new_page(bypass_csp=True)  # axe brings styles of its own
    go(page, name)
    for width in (320, 390, 820, DESKTOP["width"]):
        page.set_viewport_size({"width": width, "height": DESKTOP["height"]})
        page.evaluate("scrollTo(0, 0)")
        assert page.evaluate(LAYOUT) == [], width
    assert violations_in_both_schemes(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_axe_finds_no_violation_and_targets_are_big_enough_for_a_finger(
    new_page: NewPage, go: Go, name: str
) -> None:
    page = new_page(bypass_csp=True, viewport=PHONE, has_touch=True, is_mobile=True)
    go(page, name)
    assert page.evaluate(TARGETS) == []
    assert violations_in_both_schemes(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_the_dialogs(new_page: NewPage, scheme: str) -> None:
    page = new_page(color_scheme=scheme, bypass_csp=True)
    page.goto("/topics/")
    page.keyboard.press("/")
    expect(page.locator("dialog input")).to_be_focused()
    page.keyboard.type("isolation")
    expect(page.locator(".suggestions .all")).to_contain_text("“isolation”")
    assert violations(page) == []
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("input:focus")).to_have_count(0)  # which would take the question mark
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_text_can_be_spaced_out_without_loss(new_page: NewPage, go: Go) -> None:
    page = new_page(viewport={"width": 320, "height": 900}, bypass_csp=True)
    for name in ("home", "article", "search"):
        go(page, name)
        page.add_style_tag(
            content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
            " word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"
        )
        assert page.evaluate(LAYOUT) == [], name


def test_no_page_breaks_the_content_security_policy(
    page: Page, go: Go, problems: list[str]
) -> None:
    for name in PAGES:
        go(page, name)
        page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Log out").click()
    page.goto("/accounts/password/reset/")
    assert problems == []
    for address, status in (("/topics/no-such-topic/", 404), ("/search/?q=%00", 400)):
        answer = page.goto(address)
        assert answer and answer.status == status
        assert all("status of 40" in problem for problem in problems), problems
        problems.clear()


def test_the_admins_pages_keep_to_the_policy_too(page: Page) -> None:
    log_in(page, "admin")
    for address in ("/admin/", "/admin/topics/topic/", "/admin/topics/section/"):
        answer = page.goto(address)
        assert answer and answer.status == 200
    page.locator("#result_list th a").first.click()
    expect(page.locator("#content form").first).to_be_visible()
    assert PASSWORD not in page.content()


def test_an_article_takes_at_most_seven_requests_and_75_kb(page: Page, go: Go) -> None:
    go(page, "article")
    address = page.url.partition("#")[0]
    fresh = page.context.new_page()
    requested = []
    fresh.on("response", lambda response: requested.append(response))
    fresh.goto(address)
    fresh.wait_for_load_state("networkidle")
    assert len(requested) <= 7, [response.url for response in requested]
    sizes = [response.request.sizes()["responseBodySize"] for response in requested]
    assert sum(sizes) <= 75_000
    assert all(response.url.startswith(page.url.partition("/topics/")[0]) for response in requested)
    assert page.context.cookies() == []


def test_the_first_tab_leads_past_the_bar(page: Page) -> None:
    page.goto("/topics/roadmap/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_print_leaves_the_text_with_the_addresses_of_its_links(page: Page, go: Go) -> None:
    go(page, "article")
    page.emulate_media(media="print", color_scheme="dark")
    for part in (".top", ".side", ".on-page", ".foot", ".around"):
        expect(page.locator(part).first).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    link = page.locator(".prose p a[href^='/']").first
    address = link.evaluate("a => a.href")
    assert address in page.locator(".addresses li").all_inner_texts()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


def test_forced_colours_keep_what_is_current_and_the_icons(new_page: NewPage, go: Go) -> None:
    page = new_page(forced_colors="active")
    go(page, "article")
    expect(page.locator(".tree [aria-current]")).to_have_css("outline-style", "solid")
    line = page.locator(".title .icon").first.evaluate("e => getComputedStyle(e).stroke")
    ground = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert line not in (ground, "none")


def test_nothing_moves_for_those_who_asked_for_less_motion(new_page: NewPage, go: Go) -> None:
    moving = """() => [...document.querySelectorAll('*')].filter(e => {
      const s = getComputedStyle(e);
      return s.scrollBehavior !== 'auto' || parseFloat(s.transitionDuration) > 0
        || s.animationName !== 'none';
    }).length"""
    page = new_page(reduced_motion="reduce")
    for name in ("home", "article", "search"):
        go(page, name)
        page.locator("main a").first.focus()
        assert page.evaluate(moving) == 0
