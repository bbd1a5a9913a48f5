"""Databases that earlier commits have filled: they migrate, nothing is lost, and all is of use.

`make` filled them (fill.py says with what); what a test changes here is rolled back after it.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.upgrades import databases, tables
from tests.upgrades.conftest import Migrated
from tests.upgrades.visitor import Visitor

LIBRARY = databases.HERE / "library"
# What is searched for, and the address of what has to stand first.
FINDS = {
    "idempotent methods": "/topics/http/idempotent-methods/",
    "jitter": "/topics/glossary/jitter/",
    "dead letters": "/topics/messaging/queues/dead-letters/",
    '"half-closed connections"': "/topics/outline/1-1-1-2-1/",
    "1.1.1.2.2": "/topics/outline/1-1-1-2-2--1/",
    "crawler proxy ahead of time": "/topics/http/idempotent-methods/",  # was merged into it
    "patient heron": "/topics/http/time-outs/",  # as an admin wrote it
    "zauderei": "/topics/glossary/jitter/",  # by an admin's synonym
    "idempotnet methods": "/topics/http/idempotent-methods/",  # misspelt
    "kafka": "/topics/roadmap/-2-hand-work-over/",
    "messaging": "/topics/messaging/",
}
NOTES = {
    "ann": [
        ("Keep-alive", "Ann: ask ops for the proxy's idle time"),
        ("Idempotent methods", "Ann: safe is not idempotent"),
        ("Retrying a request", "Ann: 100 % <jitter> & “patience”"),
        ("The whole topic", ""),
        ("Per message", "Ann: bytes"),
    ],
    "ben": [
        ("Idempotent methods", "Ben: GET and HEAD"),
        ("Idempotent methods", "Ben: PUT and DELETE"),
        ("Dead letters", "Ben: on call"),
        ("Fan-out", "Ben: the slowest decides"),
        ("Sockets that linger", "Ben: SO_LINGER"),
    ],
}
MOVED = {
    "/topics/http/retries/": "/topics/http/retrying-a-request/",
    "/topics/http/safe-methods/": "/topics/http/idempotent-methods/",
    "/topics/queues/": "/topics/messaging/queues/",
    "/topics/queues/dead-letters/": "/topics/messaging/queues/dead-letters/",
}
WITH_ROOMS = ["b99ebce", "3574146"]
WITH_CARDS = ["3574146"]
SINCE = {
    "reading": 5,
    "collection": 1,
    "collectedsection": 4,
    "highlight": 2,
    "proposal": 2,
    "change": 7,
    "revision": 22,
}
GONE = ["/topics/http/keep-alive/", "/topics/gateways/", "/topics/gateways/fan-out/"]


def import_library(site: Visitor, folder: Path) -> None:
    code, printed = site.command("import_content", str(folder), source="library", prune=True)
    assert code == 0, printed


BOTH_WAYS: tuple[list[str], list[str]] = (["js", "javascript"], [])
ONE_WAY = (["js"], ["javascript"])


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def test_migrate_leaves_nothing_to_do(upgraded: Migrated, site: Visitor) -> None:
    assert upgraded.done.stderr == ""
    assert site.command("migrate", check_unapplied=True, verbosity=0) == (0, "")
    assert site.get("/readyz").json() == {"status": "ok"}


def test_nothing_is_lost(upgraded: Migrated, site: Visitor, commit: str) -> None:
    for kind, rows in upgraded.before.items():
        if kind == "synonym":  # more come after them, and one that nobody edited leads one way now
            rows = [(row[0], *ONE_WAY, row[3]) if row[1:3] == BOTH_WAYS else row for row in rows]
        assert upgraded.after[kind][: len(rows)] == rows, kind
    counts = {kind: len(rows) for kind, rows in upgraded.after.items()}
    del counts["synonym"]
    since = {kind: counts.pop(kind) for kind in tables.KEPT_SINCE}
    expected = dict.fromkeys(since, 0) | (SINCE if commit in WITH_ROOMS else {})
    assert since == expected | ({"card": 4, "review": 1} if commit in WITH_CARDS else {})
    assert counts == {
        "user": 3,
        "topic": 10,
        "section": 54,
        "address": 1,
        "topicaddress": 1,
        "bookmark": 10,
        "searchlog": 3,
        "importrun": 2,
        "admin log": 7,
        "members": 1,
    }


@pytest.mark.parametrize("query", FINDS)
def test_a_search_finds_what_it_found_before(site: Visitor, query: str) -> None:
    answer = site.get("/api/v1/search", q=query)
    assert answer.status == 200, answer.error
    assert answer.json()["results"][0]["url"] == FINDS[query]
    assert site.get("/search/", q=query).status == 200


def test_a_draft_and_what_was_removed_are_not_found(site: Visitor) -> None:
    for query in ("quokka", '"half of several services"', '"persistent connection carries"'):
        answer = site.get("/api/v1/search", q=query, exact="1")
        assert answer.status == 200, answer.error
        # A phrase that nothing holds is looked for by its words.
        texts = [row["title"] + row["snippet"] for row in answer.json()["results"]]
        shown = " ".join(texts).replace("<mark>", "").replace("</mark>", "").lower()
        assert query.strip('"') not in shown


def test_suggestions_come_for_the_first_letters(site: Visitor) -> None:
    answer = site.get("/api/v1/suggest", q="idem")
    assert answer.status == 200, answer.error
    titles = [row["title"] for row in answer.json()["results"]]
    assert set(titles) >= {"Idempotent methods", "Idempotency key"}


def test_the_index_says_that_it_is_older_until_it_is_built_again(site: Visitor) -> None:
    code, printed = site.command("check_index")
    assert (code, "rebuild_index" in printed) == (1, True)
    code, printed = site.command("rebuild_index")
    assert code == 0, printed
    code, printed = site.command("check_index")
    assert (code, printed.splitlines()[-1]) == (0, "The search index agrees with the sections.")
    assert (
        site.get("/api/v1/search", q="patient heron").json()["results"][0]["title"] == "Time-outs"
    )


def test_a_page_shows_what_the_file_and_the_admin_wrote(site: Visitor) -> None:
    page = site.get("/topics/http/")
    assert page.status == 200, page.error
    for text in (
        "waits like a patient heron",
        "the media type of the body",  # the admin's line …
        "or gives a date",  # … and the file's, of one section
        "Use 409, and say with what.",
        "a representation",
        "httpx",
    ):
        assert text in page.words, text


@pytest.mark.parametrize(
    "path", ["", "glossary/", "interview/", "outline/", "roadmap/", "path/", "messaging/"]
)
def test_every_kind_of_topic_is_read(site: Visitor, path: str) -> None:
    answer = site.get(f"/topics/{path}")
    assert answer.status == 200, answer.error


def test_an_earlier_address_leads_to_the_section(site: Visitor) -> None:
    for address, target in MOVED.items():
        answer = site.get(address)
        assert (answer.status, answer.location) == (301, target), address


def test_what_was_removed_says_so_and_a_draft_is_not_there(site: Visitor) -> None:
    assert {address: site.get(address).status for address in GONE} == dict.fromkeys(GONE, 410)
    assert site.get("/topics/pricing/").status == 404


@pytest.mark.parametrize("learner", NOTES)
def test_a_learner_sees_every_bookmark_with_its_note(site: Visitor, learner: str) -> None:
    page = site.get("/bookmarks/", by=learner)
    assert page.status == 200, page.error
    shown = page.words
    for title, note in NOTES[learner]:
        assert title in shown
        assert note in shown
    assert shown.count("Bookmarked on") == len(NOTES[learner])
    other = "ben" if learner == "ann" else "ann"
    assert not [note for _, note in NOTES[other] if note and note in shown]


def test_a_mark_on_what_was_removed_shows_its_last_text(site: Visitor) -> None:
    assert "saves the handshake of each" in site.get("/bookmarks/", by="ann").words
    assert "the slowest of them decides" in site.get("/bookmarks/", by="ben").words
    assert site.get("/bookmarks/", by="ann").words.count("This section was removed on") == 1
    assert site.get("/bookmarks/", by="ben").words.count("This section was removed on") == 2


def test_notes_are_searched_and_changed(site: Visitor) -> None:
    found = site.get("/bookmarks/", by="ann", q="patience")
    assert "Retrying a request" in found.words
    note = re.search(r'"(/bookmarks/\d+/note/)', found.text)
    assert note
    assert site.post(note[1], by="ann", note="Ann: less patience").status == 302
    assert "Ann: less patience" in site.get("/bookmarks/", by="ann").words


def test_a_learner_adds_a_bookmark(site: Visitor) -> None:
    key = tables.section_id(site.query, "interview", "what-is-a-poison-message")
    assert site.post(f"/bookmarks/sections/{key}/add/", by="ann").status == 302
    page = site.get("/bookmarks/", by="ann").words
    assert "What is a poison message?" in page
    assert page.count("Bookmarked on") == 6


def test_a_mark_on_a_merged_section_is_read_where_its_text_is_now(site: Visitor) -> None:
    key = tables.section_id(site.query, "http", "idempotent-methods")
    before = len(site.query(f"SELECT 1 FROM {tables.table(site.query, 'bookmark')}"))
    assert site.post(f"/bookmarks/sections/{key}/add/", by="ann").status == 302
    after = len(site.query(f"SELECT 1 FROM {tables.table(site.query, 'bookmark')}"))
    assert (before, after) == (10, 10)


def test_all_kinds_of_marks_are_shown(site: Visitor, commit: str) -> None:
    if commit not in WITH_ROOMS:
        assert site.get("/learn/notes/", by="ann").status == 200
        return
    notes = site.get("/learn/notes/", by="ann").words
    assert "Wait longer after each failure" in notes  # its section was renamed
    assert "only reads" in notes  # its section was merged
    listed = site.get("/learn/collections/", by="ann")
    opened = re.search(r'"(/learn/collections/\d+/)"', listed.text)
    assert opened
    collection = site.get(opened[1], by="ann").words
    for title in ("Keep-alive", "Idempotent methods", "Retrying a request"):
        assert title in collection, title
    queue = site.get("/curating/queue/", by="cleo")
    assert "which jitter?" in queue.words
    if commit in WITH_CARDS:
        cards = site.get("/learn/cards/", by="ann").words
        for title in ("Keep-alive", "Safe methods", "Retries"):
            assert f"What of {title}?" in cards, title


def test_somebody_new_can_sign_up(site: Visitor) -> None:
    form = {
        "username": "dora",
        "password1": "an owl in the barn",
        "password2": "an owl in the barn",
    }
    assert site.post("/accounts/signup/", by="", **form).status == 302
    assert site.get("/bookmarks/").status == 200


def test_the_same_files_again_change_no_identity(site: Visitor, library: Path) -> None:
    before = tables.contents(site.query, tables.IDENTITY)
    import_library(site, library)
    after = tables.contents(site.query, tables.IDENTITY)
    for kind, rows in before.items():
        assert after[kind] == rows, kind
    assert site.command("check_index")[0] == 0
    assert "waits like a patient heron" in site.get("/topics/http/").words


def test_a_section_is_recognised_in_a_changed_file(site: Visitor, library: Path) -> None:
    key = tables.section_id(site.query, "messaging/queues", "ordering")
    file = library / "messaging" / "queues.md"
    file.write_text(file.read_text().replace("## Ordering", "## Messages in order"))
    import_library(site, library)
    assert tables.section_id(site.query, "messaging/queues", "messages-in-order") == key
    old = site.get("/topics/messaging/queues/ordering/")
    assert (old.status, old.location) == (301, "/topics/messaging/queues/messages-in-order/")


def test_an_upgraded_database_is_built_like_a_new_one(upgraded: Migrated, new: Migrated) -> None:
    assert new.done.returncode == 0, new.done.stderr
    for kind, expected in new.schema_after.items():
        found = upgraded.schema_after[kind]
        lacks = [line for line in expected if line not in found]
        has_besides = [line for line in found if line not in expected]
        assert (kind, lacks, has_besides) == (kind, [], [])


def test_of_too_early_a_database_migrate_changes_nothing_and_says_in_one_line_what_to_do(
    too_early: Migrated,
) -> None:
    printed = (too_early.done.stdout + too_early.done.stderr).strip()
    assert too_early.done.returncode == 1, printed
    assert len(printed.splitlines()) == 1, printed
    assert printed.startswith("CommandError: ")
    assert "import_content" in printed
    for name, rows in too_early.before.items():
        assert too_early.after[name] == rows, name
    assert too_early.after.keys() == too_early.before.keys()
    assert too_early.schema_after == too_early.schema_before
