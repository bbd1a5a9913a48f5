"""Marks and answers that were made without a network arrive, once."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.keeping import Manage, bring, counts, keep, make_card, until, waiting

SELECT = """words => {
    const texts = document.createTreeWalker(document.querySelector("article.prose"), 4);
    while (!texts.nextNode().data.includes(words));
    const at = texts.currentNode.data.indexOf(words);
    getSelection().setBaseAndExtent(
        texts.currentNode, at, texts.currentNode, at + words.length);
}"""


def test_marks_made_offline_arrive_once(
    learner: Page, lonely: None, manage: Manage, name: str
) -> None:
    page = learner
    keep(page)
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    read, bookmark = (page.locator(f"form[data-{n}] button").first for n in ("read", "bookmark"))
    read.click()
    expect(read).to_have_attribute("aria-pressed", "true")
    bookmark.click()
    expect(bookmark).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(read).to_have_attribute("aria-pressed", "true")
    expect(bookmark).to_have_attribute("aria-pressed", "true")
    page.locator("[data-note]").first.click()
    page.locator("textarea").fill("Written on a train")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Noted here")).to_be_visible()
    page.goto("/learn/offline/")
    expect(page.get_by_text("Marks and answers that wait to be sent: 3")).to_be_visible()
    assert counts(manage, name) == {"readings": 0, "bookmarks": 0, "reviews": 0}
    page.context.set_offline(False)
    expect(page.get_by_text("wait to be sent")).to_have_count(0)
    assert counts(manage, name) == {"readings": 1, "bookmarks": 1, "reviews": 0}
    page.goto("/bookmarks/")
    expect(page.get_by_text("Written on a train")).to_have_count(1)


def test_an_answer_whose_answer_was_lost_counts_once(
    learner: Page, lonely: None, manage: Manage, name: str
) -> None:
    """The server has it, and the browser does not know: it sends it again, with the same key."""
    page = learner
    keep(page)
    page.goto("/topics/handbook/kept/queues/")
    sent: list[str] = []

    def lose_the_first(route: Any) -> None:
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    page.context.route("**/bookmarks/sections/**", lose_the_first)
    bookmark = page.locator("form[data-bookmark] button").first
    bookmark.click()
    expect(bookmark).to_have_attribute("aria-pressed", "true")
    page.goto("/learn/offline/")
    until(page, lambda: not waiting(page))
    assert len(sent) == 2 and len(set(sent)) == 1
    assert counts(manage, name)["bookmarks"] == 1


def test_what_the_server_refuses_holds_up_nothing_and_is_shown(
    learner: Page, lonely: None, manage: Manage, name: str, kept: Path
) -> None:
    page = learner
    keep(page)
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/locks/")
    page.locator("form[data-read] button").first.click()
    page.goto("/topics/handbook/kept/queues/")
    page.locator("form[data-read] button").first.click()
    page.goto("/learn/offline/")
    (kept / "kept" / "locks.md").unlink()
    bring(manage, kept)
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_contain_text("The server did not take this")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(
        "/topics/handbook/kept/locks/"
    )
    assert counts(manage, name)["readings"] == 1
    page.get_by_role("button", name="Understood").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_cards_are_asked_without_a_network(
    learner: Page, lonely: None, manage: Manage, name: str
) -> None:
    page = learner
    for question in ("Why one?", "Why two?"):
        make_card(page, question)
    keep(page)
    page.context.set_offline(True)
    page.goto("/learn/review/")
    asked = page.locator(".asked-front")
    for question, rating in [("Why one?", 1), ("Why two?", 3), ("Why one?", 3)]:
        expect(asked).to_have_text(question)  # the first was failed, and comes again
        page.get_by_text("Show the answer").click()
        page.locator(f".rating-{rating}").click()
    expect(page.get_by_text("of the kept cards none is left")).to_be_visible()
    assert counts(manage, name)["reviews"] == 0
    page.context.set_offline(False)
    page.goto("/learn/offline/")
    until(page, lambda: not waiting(page))
    assert counts(manage, name)["reviews"] == 3
    expect(page.get_by_text("wait to be sent")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_no_more_cards_are_asked_without_a_network_than_she_wants_a_day(
    learner: Page, lonely: None, manage: Manage, name: str
) -> None:
    page = learner
    make_card(page, "Why at all?")
    code = (
        "from datetime import timedelta\nfrom django.utils import timezone\n"
        "from learning.models import *\n"
        f"card = Card.objects.get(user__username='{name}')\n"
        "now, old = timezone.now(), dict(phase=2, stability=9.0, difficulty=5.0, reps=1)\n"
        "for number in range(9):\n"
        "    card.pk, card.front = None, f'New {number}?'\n    card.save()\n"
        "    known = Card(user=card.user, section=card.section, origin='own', back='So.', **old)\n"
        "    known.front = f'Known {number}?'\n"
        "    known.due = now - timedelta(days=9 - number)\n"
        "    known.last_review = now - timedelta(days=30)\n    known.save()\n"
        "Plan.objects.create(user=card.user, new_a_day=1, reviews_a_day=2)"
    )
    manage("shell", "-v", "0", "-c", code)
    keep(page)
    page.context.set_offline(True)
    page.goto("/learn/review/")
    asked = page.locator(".asked-front")
    for question in ("Known 0?", "Known 1?", "Why at all?"):
        expect(asked).to_have_text(question)
        page.get_by_text("Show the answer").click()
        page.locator(".rating-3").click()
    expect(page.get_by_text("none is left to ask today")).to_be_visible()
    page.goto("/learn/offline/")
    expect(page.get_by_text("Review kept cards")).to_have_count(0)


def test_words_are_highlighted_without_a_network(
    learner: Page, lonely: None, manage: Manage, name: str
) -> None:
    page, words = learner, "holds work"
    keep(page)
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    page.wait_for_load_state("networkidle")
    page.evaluate(SELECT, words)
    page.keyboard.press("h")
    listed = page.locator("section.highlights [data-exact]")
    expect(listed).to_have_text([words])
    page.reload()
    expect(listed).to_have_text([words])
    assert page.evaluate("CSS.highlights.get('learner-yellow').size") == 1
    page.context.set_offline(False)
    page.goto("/learn/offline/")
    until(page, lambda: not waiting(page))
    page.goto("/topics/handbook/kept/queues/")
    expect(listed).to_have_text([words])
    expect(page.locator("section.highlights").get_by_role("button", name="Remove")).to_be_visible()
