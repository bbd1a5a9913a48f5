"""All pages of a learner who has some of everything: for everybody, on any screen, by keys."""

import json
import re
from typing import Any

import pytest

from tests.browser.conftest import PHONE, NewPage, sign_up
from tests.browser.keeping import Manage, new_name
from tests.browser.test_everybody import LAYOUT, TARGETS, violations

WIDTHS = (320, 390, 1280)
CHOICE = r'<input type="(?:radio|checkbox)"'
# What can be reached by keys: controls that are shown, but one of those that a choice is made of.
CONTROLS = """
() => [...document.querySelectorAll('main a[href], main button, main input, main select,'
    + ' main textarea, main summary')]
  .filter(e => e.checkVisibility({ visibilityProperty: true }))
  .filter(e => !e.matches('[type=hidden], [type=radio], [type=date], :disabled'))
  .filter(e => e.getClientRects().length)
  .map((e, number) => { e.dataset.control = number; return e.outerHTML.slice(0, 90); })
"""
HERE = """
() => {
  const e = document.activeElement;
  const s = getComputedStyle(e);
  const isSeen = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1
    || s.boxShadow !== 'none';
  return [e.dataset.control ?? null, isSeen];
}
"""


@pytest.fixture(scope="module")
def filled() -> dict[str, Any]:
    """Where her pages are, and what her browser keeps of her session, once they are made."""
    return {}


@pytest.fixture
def open_as_learner(
    new_page: NewPage, manage: Manage, filled: dict[str, Any], tmp_path_factory
) -> NewPage:
    """Opens a window in which she is logged in."""
    if not filled:
        page, name = new_page(), new_name()
        sign_up(page, name)
        folder = str(tmp_path_factory.mktemp("odd"))
        code = f"from tests.browser.odd_learner import fill; fill({name!r}, {folder!r})"
        told = manage("shell", "-v", "0", "-c", code)
        filled.update(pages=json.loads(told.splitlines()[-1]), state=page.context.storage_state())
    return lambda **options: new_page(storage_state=filled["state"], **options)


@pytest.mark.parametrize(("scheme", "locale"), [("light", "en-US"), ("dark", "de-DE")])
def test_no_page_of_a_learner_shuts_anybody_out(
    open_as_learner, filled: dict[str, Any], scheme: str, locale: str
) -> None:
    page = open_as_learner(color_scheme=scheme, locale=locale, bypass_csp=True)
    wrong: dict[str, list[str]] = {}
    for path in filled["pages"]:
        answer = page.goto(path)
        assert answer and answer.status == 200, path
        found = violations(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{width}: {problem}" for problem in page.evaluate(LAYOUT)]
        if found:
            wrong[path] = found
    assert wrong == {}


def test_her_pages_have_targets_that_are_big_enough_for_a_finger(open_as_learner, filled) -> None:
    page = open_as_learner(viewport=PHONE, has_touch=True, is_mobile=True)
    wrong = {}
    for path in filled["pages"]:
        page.goto(path)
        # What is chosen by its label is as large as that.
        if found := [e for e in page.evaluate(TARGETS) if not re.match(CHOICE, e)]:
            wrong[path] = found
    assert wrong == {}


def test_every_control_of_hers_is_reached_by_tab_and_shows_it(open_as_learner, filled) -> None:
    page = open_as_learner(viewport=PHONE)
    wrong = {}
    for path in filled["pages"]:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        controls = page.evaluate(CONTROLS)
        reached: set[str] = set()
        unseen = []
        for _ in range(len(controls) + 60):
            page.keyboard.press("Tab")
            number, is_seen = page.evaluate(HERE)
            if number is not None:
                reached.add(number)
                if not is_seen:
                    unseen.append(controls[int(number)])
        missed = [html for number, html in enumerate(controls) if str(number) not in reached]
        if missed or unseen:
            wrong[path] = {"not reached": missed, "not seen": unseen}
    assert wrong == {}


def test_without_a_script_her_pages_offer_nothing_that_needs_one(open_as_learner, filled) -> None:
    page = open_as_learner(java_script_enabled=False, viewport=PHONE)
    for path in filled["pages"]:
        answer = page.goto(path)
        assert answer and answer.status == 200, path
        assert page.locator("h1").count() == 1, path
        assert page.locator(".needs-script:visible").count() == 0, path
        for form in page.locator("main form:visible").all():
            shown = form.locator("a[href], button[type=submit]")
            assert shown.count() or "You have" in form.inner_text(), (path, form.inner_html())
