"""What a curator does in a browser, task by task: by mouse, by keys alone, and without scripts.

The numbers of clicks are those of docs/curating.md; a click into a field is one.
"""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.curator import HANDS, Curator
from tests.browser.keeping import Manage
from tests.start.processes import ROOT

CLICKS = {
    "upload a zip": 5,
    "resolve a conflict": 4,
    "mend a typo": 3,
    "split a chapter": 4,
    "accept a proposal": 2,
    "undo an import": 3,
    "answer a search": 4,
    "see it in the log": 2,
}
LEASES = """# Leases

A lease ends by itself.

## Renewal

It is renewed befor it ends.

Half of its time is a good moment.

## Fencing

A token grows with each lease.

Who holds an old one is refused.
"""


@pytest.fixture(params=HANDS)
def curator(
    request: pytest.FixtureRequest, new_page: NewPage, manage: Manage, site: str
) -> Curator:
    return Curator(new_page, manage, site, request.param)


def done_in(curator: Curator, task: str) -> None:
    """By keys it takes no more: fields are reached by Tab."""
    most = CLICKS[task]
    assert curator.hand.clicks == most or type(curator.hand).__name__ == "Keys"
    assert curator.hand.clicks <= most


def test_she_uploads_a_zip(curator: Curator) -> None:
    page, hand = curator.page, curator.hand
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("chapters/index.md", "# Chapters of leases\n\nTwo of them.\n")
        archive.writestr("chapters/leases.md", LEASES)
    curator.arrive()
    hand.press(page.locator("main").get_by_role("link", name="Upload", exact=True))
    given = {"name": "chapters.zip", "mimeType": "application/zip", "buffer": file.getvalue()}
    hand.choose(page.locator("input[name=file]"), [given])
    hand.write(page.locator("input[name=source]"), curator.source)
    hand.press(page.get_by_role("button", name="Upload and check"))
    import_it = page.get_by_role("button", name="Import this now")
    expect(import_it).to_be_visible(timeout=60_000)
    expect(page.locator("main")).to_contain_text("nothing was changed")
    hand.press(import_it)
    expect(page.get_by_text("What it changed, and undoing it")).to_be_visible(timeout=60_000)
    done_in(curator, "upload a zip")
    path = curator.run("result = section('Renewal').get_absolute_url()")
    page.goto(path)
    expect(page.get_by_role("heading", name="Renewal").first).to_be_visible()
    curator.sees_in_the_log("Import")
    curator.leave()  # its folder is an area in the header


def test_she_resolves_a_conflict(curator: Curator) -> None:
    page, hand = curator.page, curator.hand
    title = f"Renewal of {curator.source}"
    text = LEASES.replace("Renewal", title)
    curator.run(f"""
        from importer.edits import save_section
        bring({{"leases.md": {text!r}}})
        row = section({title!r})
        save_section(row, markdown="Renew it in time.", title=row.title, user=None)
        bring({{"leases.md": {text!r}.replace("befor it ends", "early")}})
    """)
    curator.arrive()
    hand.press(curator.waits(title))
    expect(page.get_by_text("In the file", exact=True)).to_be_visible()
    hand.write(page.locator("textarea[name=markdown]"), "Renew it early and in time.")
    hand.tick(page.locator("input[name=resolved]"))
    hand.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("changed successfully")).to_be_visible()
    done_in(curator, "resolve a conflict")
    state = curator.run(f"""
        row = section({title!r})
        result = [row.markdown, row.conflict_markdown]
    """)
    assert state == ["Renew it early and in time.", None]
    curator.sees_in_the_log("Conflict settled")


def test_she_mends_a_typo_from_the_page_in_three_clicks(curator: Curator) -> None:
    page, hand = curator.page, curator.hand
    address = curator.run(f"""
        bring({{"leases.md": {LEASES!r}}})
        result = section("Renewal").get_absolute_url()
    """)
    page.goto(address)
    hand.press(page.get_by_role("link", name="Edit “Renewal”"))
    field = page.locator("textarea[name=markdown]")
    expect(field).to_have_value(re.compile("befor it"))
    hand.write(field, field.input_value().replace("befor it", "before it"))
    hand.press(page.get_by_role("button", name="Publish", exact=True))
    expect(page.get_by_text("It is renewed before it ends.")).to_be_visible()
    done_in(curator, "mend a typo")
    assert hand.clicks <= 3
    curator.sees_in_the_log("Edit")


def test_she_splits_a_chapter(curator: Curator) -> None:
    page, hand = curator.page, curator.hand
    address, key = curator.run(f"""
        bring({{"leases.md": {LEASES!r}}})
        row = section("Renewal")
        result = [row.get_absolute_url(), row.pk]
    """)
    page.goto(address)
    hand.press(page.get_by_role("link", name="Edit “Renewal”"))
    hand.press(page.get_by_role("link", name="Edit the whole topic"))
    field = page.locator("textarea[name=markdown]")
    expect(field).to_have_value(re.compile("Half of its time"))
    split = field.input_value().replace("Half of", "## The moment\n\nHalf of")
    hand.write(field, split)
    hand.press(page.get_by_role("button", name="Publish", exact=True))
    expect(page.get_by_role("heading", name="The moment").first).to_be_visible()
    done_in(curator, "split a chapter")
    parts = curator.run("""
        rows = [section(title) for title in ("Renewal", "The moment")]
        result = [[row.pk, row.markdown] for row in rows]
    """)
    assert parts[0] == [key, "It is renewed befor it ends."]
    assert parts[1][1] == "Half of its time is a good moment."
    curator.sees_in_the_log("Edit")


def test_she_accepts_a_readers_proposal_that_touches_40_bookmarks(curator: Curator) -> None:
    page, hand = curator.page, curator.hand
    title = f"Renewal of {curator.source}"
    address = curator.run(f"""
        from django.contrib.auth.models import User
        from curating import proposals
        from importer.revisions import Text
        from learning.models import Bookmark
        bring({{"leases.md": {LEASES.replace("Renewal", title)!r}}})
        row = section({title!r})
        names = [f"{curator.name}-{{n}}" for n in range(40)]
        people = User.objects.bulk_create(User(username=name) for name in names)
        mine = {{"section": row, "note": "My own."}}
        Bookmark.objects.bulk_create(Bookmark(user=one, **mine) for one in people)
        proposals.send(
            row, author=people[0], base=Text(row.title, row.markdown), title=row.title,
            markdown=row.markdown.replace("befor it", "before it"), why="A letter was missing.",
        )
        result = row.get_absolute_url()
    """)
    curator.arrive()
    hand.press(curator.waits(title))
    expect(page.locator(".impact")).to_contain_text("40 bookmarks")
    expect(page.get_by_text("A letter was missing.")).to_be_visible()
    expect(page.locator("ins").first).to_contain_text("before")
    hand.press(page.get_by_role("button", name="Accept and publish"))
    expect(page.get_by_text("Accepted and published.")).to_be_visible()
    done_in(curator, "accept a proposal")
    page.goto(address)
    expect(page.get_by_text("It is renewed before it ends.")).to_be_visible()
    kept = curator.run(f"""
        from learning.models import Bookmark
        result = Bookmark.objects.filter(section=section({title!r}), note="My own.").count()
    """)
    assert kept == 40
    curator.sees_in_the_log("Proposal accepted", has_change=False)


def test_she_undoes_yesterdays_import(curator: Curator) -> None:
    page, hand = curator.page, curator.hand
    address = curator.run(f"""
        from datetime import timedelta
        from django.contrib.auth.models import User
        from django.db.models import F
        from importer.edits import save_section
        from importer.models import Change
        from learning.models import Bookmark
        from topics.models import Topic
        before = {LEASES!r}
        after = before.replace("Half of its time", "Two thirds of its time")
        after = after.replace("grows with", "shrinks with")
        after += "\\n## Loss\\n\\nNobody hears of it.\\n"
        bring({{"leases.md": before}})
        bring({{"leases.md": after}})
        change = Change.objects.filter(run__source="{curator.source}").latest("pk")
        day = timedelta(days=1)
        for rows in (Section.objects, Topic.objects):
            rows.filter(created_at=change.at).update(created_at=F("created_at") - day)
        Change.objects.filter(pk=change.pk).update(at=F("at") - day)
        row = section("Fencing")
        text = row.markdown + "\\n\\nIt is compared."
        save_section(row, markdown=text, title=row.title, user=None)
        reader = User.objects.create(username="{curator.name}-reader")
        Bookmark.objects.create(user=reader, section=section("Renewal"))
        result = row.topic.get_absolute_url()
    """)
    curator.arrive()
    hand.press(page.locator("main").get_by_role("link", name="Changes", exact=True))
    line = page.locator(".changes li", has_text=f"import of {curator.source}").first
    hand.press(line.get_by_role("link", name="Undo…"))
    told = page.locator("main li")
    expect(told.filter(has_text="Renewal")).to_contain_text("1 mark of a learner stays with it")
    expect(told.filter(has_text="Loss")).to_be_visible()
    hand.press(page.get_by_role("button", name="Undo", exact=True))
    expect(page.get_by_text("Undone.")).to_be_visible()
    done_in(curator, "undo an import")
    page.goto(address)
    text = page.locator("article.prose")
    expect(text).to_contain_text("Half of its time")
    expect(text).to_contain_text("A token grows with each lease.")
    expect(text).to_contain_text("It is compared.")  # what came since stays
    expect(text).not_to_contain_text("Nobody hears of it.")
    curator.sees_in_the_log("Rollback")


def test_she_turns_a_fruitless_search_into_an_answer(curator: Curator) -> None:
    page, hand = curator.page, curator.hand
    title = f"Renewal of {curator.source}"
    query = f"zorbling {curator.source[-6:]}"
    curator.run(f"""
        from django.utils import timezone
        from search.models import SearchLog
        bring({{"leases.md": {LEASES.replace("Renewal", title)!r}}})
        SearchLog.objects.bulk_create(
            SearchLog(query={query!r}, results=0, took_ms=1) for _ in range(50)
        )
    """)
    curator.arrive()
    hand.press(curator.waits(query))
    hand.write(page.get_by_label("Look for it"), title)
    page.keyboard.press("Enter")
    hand.press(page.get_by_role("button", name=re.compile(rf"Put first\s*: {title}")))
    hand.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Results before: 0, now: 1.")).to_be_visible()
    done_in(curator, "answer a search")
    page.goto(f"/search/?q={query.replace(' ', '+')}")
    expect(page.locator(".results h3").first).to_contain_text(title)
    curator.sees_in_the_log("Best result", has_change=False)


def test_she_sees_in_the_log_what_she_did_and_what_became_of_it(curator: Curator) -> None:
    page, hand = curator.page, curator.hand
    curator.run(f"""
        from django.contrib.auth.models import User
        from importer.edits import save_section
        bring({{"leases.md": {LEASES!r}}})
        me = User.objects.get(username="{curator.name}")
        save_section(section("Fencing"), markdown="It grows.", title="Fencing", user=me)
    """)
    curator.arrive()
    curator.sees_in_the_log("Edit")
    done_in(curator, "see it in the log")
    expect(page.get_by_text("Fencing")).to_be_visible()
    assert hand.clicks <= 2


@pytest.mark.parametrize("task", CLICKS)
def test_the_documentation_says_how_many_clicks_it_takes(task: str) -> None:
    text = (Path(ROOT) / "docs" / "curating.md").read_text()
    table = text.partition("## Clicks, counted")[2].partition("\n## ")[0]
    [line] = [line for line in table.splitlines() if line.startswith(f"| {task} |")]
    assert line.split("|")[2].strip() == str(CLICKS[task])
