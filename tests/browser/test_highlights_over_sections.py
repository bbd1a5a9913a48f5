"""Words that are selected over several sections are highlighted in each of them."""

from playwright.sync_api import Page, expect

TEXT = "/topics/handbook/kept/queues/"
SELECT = """([from, to]) => {
    const find = (words) => {
        const walker = document.createTreeWalker(document.querySelector("article.prose"), 4);
        while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at >= 0 && walker.currentNode.parentElement.closest("p")) {
                return [walker.currentNode, at];
            }
        }
    };
    const [[first, start], [last, end]] = [find(from), find(to)];
    getSelection().setBaseAndExtent(first, start, last, end + to.length);
}"""


def test_words_of_several_sections_are_a_highlight_in_each(learner: Page) -> None:
    page = learner
    page.goto(TEXT)
    page.wait_for_load_state("networkidle")
    page.evaluate(SELECT, ["holds work", "A worker waits"])
    expect(page.locator(".highlight-bar")).to_be_visible()
    page.keyboard.press("h")
    marks = page.locator("section.highlights [data-exact]")
    expect(marks).to_have_text(["holds work.", "It takes work from it.", "A worker waits"])
    assert page.evaluate("getSelection().isCollapsed")
    assert page.evaluate("CSS.highlights.get('learner-yellow').size") == 3
    page.reload()
    expect(marks).to_have_text(["holds work.", "It takes work from it.", "A worker waits"])
