"""What is beside a text while one writes it: pictures that are dropped, links, drafts."""

import base64
import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.curator import Curator
from tests.browser.keeping import Manage
from tests.browser.test_curating import LEASES

DROP = """(text, [kind, files]) => {
    const data = new DataTransfer();
    for (const [name, type, body] of files) {
        const bytes = Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
    }
    const about = { bubbles: true, cancelable: true };
    text.focus();
    return !text.dispatchEvent(kind === "paste"
        ? new ClipboardEvent(kind, { ...about, clipboardData: data })
        : new DragEvent(kind, { ...about, dataTransfer: data }));
}"""


@pytest.fixture
def curator(new_page: NewPage, manage: Manage, site: str) -> Curator:
    found = Curator(new_page, manage, site, "mouse")
    found.key, found.topic = found.run(f"""
        bring({{"leases.md": {LEASES!r}}})
        row = section("Renewal")
        result = [row.pk, row.topic_id]
    """)
    return found


def picture(red: int, size: tuple[int, int] = (4, 3), mode: str = "RGB") -> str:
    file = io.BytesIO()
    Image.new(mode, size, (red, 0, 0) if mode == "RGB" else 1).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def put(page: Page, kind: str, *files: tuple[str, str, str]) -> None:
    """Have files dropped or pasted; the page takes care of them, not the browser."""
    taken = page.locator("textarea[name=markdown]").evaluate(DROP, [kind, list(files)])
    assert taken


def test_each_picture_is_put_into_the_text_and_each_that_is_not_says_why(
    curator: Curator, problems: list[str]
) -> None:
    page = curator.page
    said: list[str | None] = ["A red square", "A darker one"]
    page.on("dialog", lambda d: d.accept(a) if (a := said.pop(0)) else d.dismiss())
    page.goto(f"/curating/sections/{curator.key}/edit/")
    field, refused = page.locator("textarea[name=markdown]"), page.locator("[data-problems] li")
    put(page, "drop", ("a.png", "image/png", picture(200)), ("b.png", "image/png", picture(100)))
    expect(field).to_have_value(
        re.compile(r"!\[A red square\]\(/pictures/a-\w+\.png\)!\[A darker one\]\(/pictures/b-")
    )
    before = field.input_value()
    said += ["x", "x", None, ""]
    wide = picture(0, (9000, 9000), "1")
    put(page, "drop", ("c.pdf", "application/pdf", picture(1)), ("d.png", "image/png", "bm8="))
    expect(refused).to_contain_text(["c.pdf: This is no picture", "d.png: This is no picture"])
    put(page, "paste", ("e.png", "image/png", wide), ("f.png", "image/png", picture(2)))
    expect(refused).to_contain_text(["e.png: The picture has more than", "f.png: Say what the"])
    put(page, "drop", ("g.png", "image/png", picture(3)))
    expect(refused).to_contain_text(["g.png: Say what the picture shows"])
    page.context.set_offline(True)
    said.append("x")
    put(page, "drop", ("h.png", "image/png", picture(4)))
    expect(refused).to_contain_text(["h.png: The server could not be reached"])
    assert field.input_value() == before
    assert [line for line in problems if "Failed to load resource" not in line] == []
    problems.clear()  # what the console says of answers that refuse


def test_a_search_for_links_says_that_it_found_nothing(curator: Curator) -> None:
    page = curator.page
    page.goto(f"/curating/sections/{curator.key}/edit/")
    page.get_by_role("button", name="Link…").click()
    page.locator("[data-picker-q]").fill("qqzorb qqzarb")
    expect(page.locator("[data-picker-found]")).to_have_text("Nothing.")


def test_a_whole_topic_comes_back_where_its_page_was_left(curator: Curator) -> None:
    page = curator.page
    address = f"/curating/topics/{curator.topic}/edit/"
    page.goto(address)
    field = page.locator("textarea[name=markdown]")
    typed = field.input_value() + "\n\n## Loss\n\nSee [it](#loss), [that](gone.md)." + " x" * 40_000
    field.fill(typed)
    expect(page.locator("[data-problems] li")).to_have_text(["Line 20: gone.md leads nowhere."])
    expect(page.locator("[data-state]")).to_have_text("Draft kept.")
    page.goto("/curating/")
    page.goto(address)
    expect(page.get_by_text("This is your draft.")).to_be_visible()
    assert field.input_value() == typed
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Discard").click()
    page.goto(address)
    expect(field).not_to_have_value(re.compile("Loss"))


def test_a_new_topic_comes_back_where_its_page_was_left(curator: Curator) -> None:
    page = curator.page
    page.goto("/curating/topics/new/")
    page.get_by_label("Title", exact=True).fill("Semaphores")
    page.locator("textarea[name=markdown]").fill("They count.")
    expect(page.locator("[data-state]")).to_have_text("Draft kept.")
    page.goto("/curating/")
    page.goto("/curating/topics/new/")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Semaphores")
    expect(page.locator("textarea[name=markdown]")).to_have_value("They count.")


@pytest.mark.parametrize("what", ["section", "topic"])
def test_a_button_waits_for_a_server_that_cannot_be_reached(
    curator: Curator, problems: list[str], what: str
) -> None:
    page = curator.page
    key = curator.key if what == "section" else curator.topic
    address = f"/curating/{what}s/{key}/edit/"
    page.goto(address)
    field = page.locator("textarea[name=markdown]")
    field.fill(f"{field.input_value()}\n\nTyped without a network.")
    typed = field.input_value()
    page.context.set_offline(True)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("[data-state]")).to_contain_text("could not be kept")
    expect(field).to_have_value(typed)
    page.context.set_offline(False)
    problems.clear()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published.")).to_be_visible()
    expect(page.get_by_text("Typed without a network.")).to_be_visible()
