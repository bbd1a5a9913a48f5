"""What is done by keys alone: no click, no pointer, and no script that stands in for either."""

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 150  # of the Tab key on one page
MOST_SIGNS = 1_500  # that the caret goes through
IS_HERE = "element => element === document.activeElement"
STANDS_BEFORE = """words => {
    const { focusNode, focusOffset } = getSelection();
    return Boolean(focusNode?.data?.startsWith(words, focusOffset));
}"""


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the focus is on something."""
    target.wait_for(state="attached")
    for _ in range(MOST_STOPS):
        if target.evaluate(IS_HERE):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no number of tabs leads to {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Reach something and press a key on it."""
    reach(page, target)
    page.keyboard.press(key)


def write(page: Page, field: Locator, text: str) -> None:
    """Reach a field and type into it."""
    reach(page, field)
    page.keyboard.type(text)
    expect(field).to_have_value(text)


def select(page: Page, before: Locator, words: str) -> None:
    """Select words of the text by the caret, which begins at something before them.

    The browser has been started with caret browsing, which readers turn on by F7.
    """
    reach(page, before)
    for _ in range(MOST_SIGNS):
        if page.evaluate(STANDS_BEFORE, words):
            break
        page.keyboard.press("ArrowRight")
    for _ in words:
        page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("getSelection().toString()") == words
