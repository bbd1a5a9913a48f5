"""Keeping a topic offline: its button, and reading and searching it without a network."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, enter
from tests.browser.keeping import NOTHING, TOPIC, Manage, bring, keep, stored
from tests.browser.test_everybody import LAYOUT, violations

QUERIES = [
    "transaction", "isolation levels", "what is an index", "how do I write a join",
    "group by", "locking rows", "many to many", "left join vs inner join", "foreign key",
    "null values", "primary key uuid", "best way to paginate", "what goes wrong in production",
]  # fmt: skip


def test_nobody_has_a_worker_who_keeps_nothing(learner: Page, new_page: NewPage) -> None:
    learner.goto(TOPIC)
    expect(learner.get_by_role("button", name="Keep this topic offline")).to_be_visible()
    assert stored(learner) == NOTHING
    page = new_page()
    page.goto(TOPIC)
    assert page.locator(".keep, script[src*=offline]").count() == 0
    assert stored(page) == NOTHING


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_and_the_list_are_for_everybody(
    new_page: NewPage, kept: Path, scheme: str, manage: Manage, name: str
) -> None:
    page = new_page(color_scheme=scheme, bypass_csp=True)  # axe brings styles of its own
    enter(page, manage, name)
    page.goto(TOPIC)
    page.get_by_role("button", name="Keep this topic offline").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Keep this topic offline").press("Enter")
    expect(page.locator(".keep")).to_contain_text("Kept: you can read this", timeout=60_000)
    page.goto("/learn/offline/?q=worker")
    expect(page.locator(".kept-row")).to_be_visible()
    expect(page.locator(".results .result").first).to_be_visible()
    assert violations(page) == []
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(LAYOUT) == [], width


def test_a_kept_topic_is_read_without_a_network(learner: Page, lonely: None) -> None:
    page = learner
    keep(page)
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    expect(page.get_by_role("heading", name="Queues")).to_be_visible()
    expect(page.locator(".kept-bar")).to_contain_text("You are offline")
    assert "KB Text" in page.evaluate("getComputedStyle(document.body).fontFamily")
    page.goto("/topics/handbook/kept/queues/waiting/")
    assert page.url.endswith("/topics/handbook/kept/queues/#waiting")
    page.goto("/topics/")
    expect(page.locator(".kept-bar")).to_contain_text("this page is not kept here")
    expect(page.get_by_role("main").get_by_role("link", name="Kept things")).to_be_visible()


def orders(page: Page, path: str, queries: Sequence[str]) -> tuple[dict[str, list[int]], ...]:
    """What queries find in a topic, by the server and then without a network, as far as shown."""
    online, offline = {}, {}
    for q in queries:
        found = page.request.get(
            "/api/v1/search", params={"q": q, "topic": path, "limit": "10", "group": "0"}
        )
        online[q] = [row["id"] for row in found.json()["results"]]
    page.context.set_offline(True)
    for q in queries:
        page.goto(f"/search/?q={q}")
        expect(page.locator(".results .result").first).to_be_visible()
        rows = page.locator(".results .result").evaluate_all(
            "rows => rows.map(row => Number(row.dataset.section))"
        )
        offline[q] = rows[:10]
    return online, offline


def test_search_has_the_order_that_it_has_online(
    learner: Page, lonely: None, manage: Manage
) -> None:
    page = learner
    path = manage(
        "shell", "-v", "0", "-c",
        "from topics.models import Topic\n"
        "print(Topic.objects.filter(path__contains='relational', parent__parent=None,"
        " removed_at=None).first().path)",
    ).split()[-1]  # fmt: skip
    keep(page, f"/topics/{path}/")
    online, offline = orders(page, path, QUERIES)
    assert min(map(len, online.values())) >= 2
    assert offline == online
    page.locator(".results h3 a").first.click()
    expect(page.locator("article.prose")).to_be_visible()


FORMS = {  # "sharding" and "shards" share a stem; so do "locking" and "locks"
    "shards.md": "# Test runs\n\n## Shards\n\nShards, shards and one more shard: a shard a job.\n\n"
    "## Splitting tables\n\nWith sharding a table is split over servers by a key of its rows.\n\n"
    "## What is sharding?\n\nOne table on many servers.\n",
    "locks.md": "# Keys\n\n## Locks\n\nA lock locks what locks lock.\n\n## Order\n\n"
    "Rows are taken one after the other: `locking` in one order never waits for itself.\n",
}  # fmt: skip


def test_the_form_of_a_word_decides_as_it_does_online(
    learner: Page, lonely: None, manage: Manage, kept: Path
) -> None:
    page = learner
    for file, text in FORMS.items():
        (kept / "kept" / file).write_text(text)
    bring(manage, kept)
    keep(page)
    online, offline = orders(page, "handbook/kept", ["sharding", "shards", "locking", "locks"])
    assert offline == online
    assert online["sharding"][0] != online["shards"][0]


NAMES = {
    "ports.md": "# Ports\n\n## listen EADDRINUSE, bind EACCES, connect EPERM\n\nWhat they mean.\n\n"
    "## A port in use\n\nThe address is already in use: a port in use is taken, and a port in use"
    " stays taken.\n",
    "more.md": "# More\n\n## Ports in use\n\nA port in use again.\n",
}


def test_what_a_name_leads_to_follows_it_as_it_does_online(
    learner: Page, lonely: None, manage: Manage, kept: Path
) -> None:
    page = learner
    for file, text in NAMES.items():
        (kept / "kept" / file).write_text(text)
    bring(manage, kept)
    keep(page)
    online, offline = orders(page, "handbook/kept", ["EADDRINUSE", "port in use"])
    assert offline == online
    assert len(online["EADDRINUSE"]) > 1
