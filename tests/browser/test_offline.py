"""Keeping a topic offline: read, search, review and mark it without a network, and come back."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import NewPage, fill_log_in, sign_up, wait_for_account
from tests.browser.test_everybody import LAYOUT, violations
from tests.start.processes import ROOT

TOPIC = "/topics/handbook/kept/"
FILES = {
    "kept/index.md": "# Kept things\n\nWhat is kept.\n",
    "kept/queues.md": (
        "# Queues\n\nA queue holds work.\n\n## What is a worker?\n\nIt takes work from it.\n\n"
        "## Waiting\n\nA worker waits for work, and a lock for another.\n"
    ),
    "kept/locks.md": "# Locks\n\nA lock keeps others out.\n\n## Deadlocks\n\nTwo wait for ever.\n",
}
QUERIES = [
    "transaction", "isolation levels", "what is an index", "how do I write a join",
    "group by", "locking rows", "many to many", "left join vs inner join", "foreign key",
    "null values", "primary key uuid", "best way to paginate", "what goes wrong in production",
]  # fmt: skip

Manage = Callable[..., str]


@pytest.fixture
def manage(site: str, site_settings: dict[str, str]) -> Manage:
    """Runs manage.py beside the running product; gives what it printed."""

    def run(*args: str) -> str:
        command = [sys.executable, "manage.py", *args]
        done = subprocess.run(
            command, cwd=ROOT, env=site_settings, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    return run


@pytest.fixture
def kept(manage: Manage, tmp_path: Path) -> Iterator[Path]:
    """A folder with a small topic, imported; as it was again for each test."""
    folder = tmp_path / "kept-things"
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    manage(
        "import_content", str(folder), "--under", "handbook", "--source", "kept-things", "--prune"
    )
    yield folder


def counts(manage: Manage, name: str) -> dict[str, int]:
    """How many marks of each kind a learner has."""
    code = (
        "from learning.models import *\n"
        f"own = dict(user__username='{name}')\n"
        "print(*[m.objects.filter(**own).count() for m in (Reading, Bookmark, Review)])"
    )
    numbers = manage("shell", "-v", "0", "-c", code).split()[-3:]
    return dict(zip(("readings", "bookmarks", "reviews"), map(int, numbers), strict=True))


def new_name() -> str:
    return f"learner-{uuid4().hex[:12]}"


def keep(page: Page, path: str = TOPIC) -> None:
    page.goto(path)
    page.get_by_role("button", name="Keep this topic offline").click()
    expect(page.locator(".keep")).to_contain_text("Kept: you can read this", timeout=60_000)


def stored(page: Page) -> dict[str, Any]:
    """What is left of it in the browser."""
    return page.evaluate(
        """async () => ({
            caches: (await caches.keys()).sort(),
            databases: (await indexedDB.databases()).map((base) => base.name),
            workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )


def waiting(page: Page) -> int:
    """How many marks wait to be sent."""
    return page.evaluate(
        """() => new Promise((done) => {
            const asked = indexedDB.open("kb-offline");
            asked.onsuccess = () => {
                const base = asked.result;
                const count = base.transaction("queue").objectStore("queue").count();
                count.onsuccess = () => { base.close(); done(count.result); };
            };
        })"""
    )


NOTHING = {"caches": [], "databases": [], "workers": 0}


def until(page: Page, what: Callable[[], bool]) -> None:
    """Wait some ten seconds at most."""
    end = monotonic() + 10
    while not what():
        assert monotonic() < end, "waited in vain"
        page.wait_for_timeout(100)


@pytest.fixture
def name() -> str:
    return new_name()


@pytest.fixture
def learner(new_page: NewPage, kept: Path, name: str) -> Page:
    page = new_page()
    sign_up(page, name)
    return page


@pytest.fixture
def lonely(problems: list[str]) -> Iterator[None]:
    """Without a network the console says so; that is no fault."""
    yield
    away = "ERR_INTERNET_DISCONNECTED", "Failed to load resource"
    problems[:] = [text for text in problems if not any(said in text for said in away)]


def make_card(page: Page, question: str) -> None:
    page.goto("/topics/handbook/kept/queues/")
    page.get_by_role("link", name="Make a card from “Queues”").click()
    page.locator("[name=front]").fill(question)
    page.locator("[name=back]").fill("Because.")
    page.locator("form.form").get_by_role("button", name="Add").click()


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
    new_page: NewPage, kept: Path, scheme: str, name: str
) -> None:
    page = new_page(color_scheme=scheme, bypass_csp=True)  # axe brings styles of its own
    sign_up(page, name)
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
    online = {}
    for q in QUERIES:
        url = f"/api/v1/search?q={q}&topic={path}&limit=10&group=0"
        rows = page.request.get(url).json()["results"]
        online[q] = [row["id"] for row in rows]
        assert len(rows) >= 3, q
    page.context.set_offline(True)
    offline = {}
    for q in QUERIES:
        page.goto(f"/search/?q={q}")
        expect(page.locator(".results .result").first).to_be_visible()
        rows = page.locator(".results .result").evaluate_all(
            "rows => rows.map(row => Number(row.dataset.section))"
        )
        offline[q] = rows[:10]
    assert offline == online
    page.locator(".results h3 a").first.click()
    expect(page.locator("article.prose")).to_be_visible()


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
    manage("import_content", str(kept), "--under", "handbook", "--source", "kept-things", "--prune")
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


def test_a_newer_version_is_noticed_and_nothing_old_looks_new(
    learner: Page, lonely: None, manage: Manage, kept: Path
) -> None:
    page = learner
    keep(page)
    (kept / "kept" / "queues.md").write_text("# Queues\n\nA queue holds other work.\n")
    manage("import_content", str(kept), "--under", "handbook", "--source", "kept-things", "--prune")
    page.goto("/topics/handbook/kept/queues/")
    expect(page.get_by_text("A queue holds other work.")).to_be_visible()
    expect(page.locator(".keep")).to_contain_text("a newer version is there")
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    expect(page.get_by_text("A queue holds work.")).to_be_visible()
    expect(page.locator(".kept-bar")).to_contain_text("A newer version is there")
    page.goto("/topics/handbook/kept/locks/")
    expect(page.locator(".kept-bar")).to_contain_text("You are offline")
    page.context.set_offline(False)
    page.goto("/topics/handbook/kept/queues/")
    page.get_by_role("button", name="Fetch it").click()
    expect(page.locator(".keep")).to_contain_text("Kept offline on")
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    expect(page.get_by_text("A queue holds other work.")).to_be_visible()


@pytest.mark.parametrize("how", ["removed", "draft"])
def test_a_page_that_is_withdrawn_goes_at_the_next_contact(
    learner: Page, lonely: None, manage: Manage, kept: Path, how: str
) -> None:
    page = learner
    keep(page)
    file = kept / "kept" / "locks.md"
    if how == "removed":
        file.unlink()
    else:
        file.write_text(f"---\nstatus: draft\n---\n{file.read_text()}")
    manage("import_content", str(kept), "--under", "handbook", "--source", "kept-things", "--prune")
    page.goto("/learn/offline/")
    expect(page.get_by_text("a newer version is there")).to_have_count(0)
    until(page, lambda: "Pages: 2" in page.locator(".kept-row").inner_text())
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/locks/")
    expect(page.locator(".kept-bar")).to_contain_text("this page is not kept here")
    page.goto("/search/?q=deadlocks")
    expect(page.get_by_text("Nothing that is kept holds these words.")).to_be_visible()
    kept_text = """async () => {
        const found = [];
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const key of await cache.keys()) found.push(await (await cache.match(key)).text());
        }
        return found.some((text) => text.includes('keeps others out'));
    }"""
    assert page.evaluate(kept_text) is False


def test_logging_out_takes_all_away(learner: Page, lonely: None) -> None:
    page = learner
    keep(page)
    assert stored(page)["workers"] == 1 and stored(page)["databases"] == ["kb-offline"]
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    assert stored(page) == NOTHING
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(TOPIC)


def test_a_session_that_is_over_takes_all_away(learner: Page, manage: Manage) -> None:
    page = learner
    keep(page)
    manage(
        "shell",
        "-c",
        "from django.contrib.sessions.models import *; Session.objects.all().delete()",
    )
    page.goto("/topics/")
    until(page, lambda: stored(page) == NOTHING)
    page.goto("/topics/")  # and nothing comes back
    assert stored(page) == NOTHING


@pytest.mark.parametrize("is_same", [True, False])
def test_what_waits_when_a_session_ends_is_for_its_account_alone(
    learner: Page, lonely: None, manage: Manage, name: str, is_same: bool
) -> None:
    page = learner
    keep(page)
    page.context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    read = page.locator("form[data-read] button").first
    read.click()
    expect(read).to_have_attribute("aria-pressed", "true")
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.goto("/accounts/login/")
    until(page, lambda: stored(page)["caches"] == [])
    if is_same:
        fill_log_in(page, name)
        wait_for_account(page)
        until(page, lambda: counts(manage, name)["readings"] == 1)
    else:
        sign_up(page, other := new_name())
        until(page, lambda: stored(page) == NOTHING)
        assert [counts(manage, who)["readings"] for who in (name, other)] == [0, 0]
    page.goto("/topics/")
    until(page, lambda: stored(page) == NOTHING)


def test_another_account_sees_nothing_of_the_first(learner: Page, lonely: None, name: str) -> None:
    page = learner
    keep(page)
    page.context.clear_cookies()  # as if the session had run out while the browser was closed
    other = new_name()
    sign_up(page, other)
    until(page, lambda: stored(page) == NOTHING)
    page.goto("/learn/offline/")
    expect(page.get_by_text("Nothing is kept in this browser.")).to_be_visible()


def test_what_is_kept_is_removed_one_by_one_and_all_at_once(learner: Page) -> None:
    page = learner
    keep(page)
    page.goto("/topics/handbook/kept/queues/")
    expect(page.locator(".keep")).to_contain_text("Kept offline on")
    page.get_by_role("link", name="Kept offline").last.click()
    expect(page.locator(".kept-row")).to_contain_text("Pages: 3, cards: 0")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Nothing is kept in this browser.")).to_be_visible()
    assert stored(page) == NOTHING
    keep(page)
    page.goto("/learn/offline/")
    page.get_by_role("button", name="Remove all").click()
    expect(page.get_by_text("Nothing is kept in this browser.")).to_be_visible()
    assert stored(page) == NOTHING


def test_a_full_disk_is_said_and_nothing_half_is_left(learner: Page, site: str) -> None:
    page = learner
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": site, "quotaSize": 60_000})
    page.goto(TOPIC)
    page.get_by_role("button", name="Keep this topic offline").click()
    expect(page.locator(".keep")).to_contain_text("There is no room left")
    page.goto("/learn/offline/")
    expect(page.get_by_text("Nothing is kept in this browser.")).to_be_visible()


def processes_of(profile: Path) -> list[int]:
    """The processes of the browser with this profile."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if str(profile) in (entry / "cmdline").read_text() and entry.name.isdigit():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="it looks for the browser's processes in /proc")
def test_what_was_marked_outlives_a_browser_that_is_killed(
    chromium: Browser, chromium_path: str | None, site: str, kept: Path, manage: Manage,
    name: str, tmp_path: Path,
) -> None:  # fmt: skip
    profile = tmp_path / "profile"

    def start() -> BrowserContext:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        return chromium.browser_type.launch_persistent_context(
            profile, executable_path=chromium_path, base_url=site, args=["--disable-gpu", *sandbox]
        )

    context = start()
    page = context.new_page()
    sign_up(page, name)
    make_card(page, "Why one?")
    keep(page)
    context.close()  # who has been logged in for a minute is so after a crash, too
    context = start()
    page = context.new_page()
    page.goto(TOPIC)  # the worker runs before the network goes
    context.set_offline(True)
    page.goto("/topics/handbook/kept/queues/")
    page.locator("form[data-read] button").first.click()
    page.goto("/learn/review/")
    page.get_by_text("Show the answer").click()
    page.locator(".rating-3").click()
    expect(page.get_by_text("of the kept cards none is left")).to_be_visible()
    for pid in processes_of(profile):
        os.kill(pid, signal.SIGKILL)
    assert counts(manage, name) == {"readings": 0, "bookmarks": 0, "reviews": 0}
    context = start()
    page = context.new_page()
    page.goto("/learn/offline/")
    until(page, lambda: not waiting(page))
    expect(page.get_by_text("wait to be sent")).to_have_count(0)
    assert counts(manage, name) == {"readings": 1, "bookmarks": 0, "reviews": 1}
    context.close()
