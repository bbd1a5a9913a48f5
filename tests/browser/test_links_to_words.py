"""A link to selected words leads to these, where the page has the same words more than once."""

from urllib.parse import unquote

import pytest

from tests.browser.conftest import NewPage, enter
from tests.browser.keeping import Manage

TEXT = "/topics/handbook/kept/queues/"
SELECT = """([words, number]) => {
    const walker = document.createTreeWalker(document.querySelector("article.prose"), 4);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!node.parentElement.closest("p") || node.parentElement.closest(".meta, form")) continue;
        for (const { index } of node.data.matchAll(words)) {
            if (number--) continue;
            getSelection().setBaseAndExtent(node, index, node, index + words.length);
            return;
        }
    }
}"""


@pytest.mark.parametrize(("words", "number", "directive"), [
    ("queue", 0, "queue"),
    ("for", 0, "A worker waits-,for"),
    ("for", 1, "work, and a lock-,for"),
    ("ork", 1, "It takes-,work"),  # words are whole
    ("A", 1, "A,-worker waits for work,"),
])  # fmt: skip
def test_a_link_leads_to_the_words_that_were_selected(
    new_page: NewPage, kept, manage: Manage, name: str, words: str, number: int, directive: str
) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    enter(page, manage, name)
    page.goto(TEXT)
    page.wait_for_load_state("networkidle")
    page.evaluate(SELECT, [words, number])
    page.get_by_role("button", name="Copy a link to these words").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.includes('#'))")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert unquote(copied.partition("#:~:text=")[2]) == directive
