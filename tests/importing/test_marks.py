"""What a learner marked before an import is marked after it, whatever became of the section."""

import pytest
from django.contrib.auth.models import User
from django.db import connection

from importer.models import ImportRun
from importer.run import import_paths
from importer.tasks import start
from learning.models import Bookmark
from tests.jobs.running import run_due
from topics.models import Section

LENDING = "A pool keeps a few connections open and hands them out one after the other."
WAITING = "Whoever waits for a connection waits in a queue, and the queue has an end in time."
INDEXES = "An index is a sorted copy of some columns that a query walks instead of the table."
FIRST = f"# T\n\n## Lending\n\n{LENDING}\n\n## Waiting\n\n{WAITING}\n\n## Indexes\n\n{INDEXES}\n"

EDITS = {
    "its text is edited": (FIRST.replace("a few", "some"), "Lending", "lending"),
    "its text is another": (FIRST.replace(LENDING, "All is new here."), "Lending", "lending"),
    "its heading is renamed": (
        FIRST.replace("# Lending", "# How it lends"),
        "How it lends",
        "how-it-lends",
    ),
    "it moves to the end": (
        f"# T\n\n## Waiting\n\n{WAITING}\n\n## Indexes\n\n{INDEXES}\n\n## Lending\n\n{LENDING}\n",
        "Lending",
        "lending",
    ),
    "its level changes": (FIRST.replace("## Lending", "#### Lending"), "Lending", "lending"),
    "it moves under another heading": (
        f"# T\n\n## Waiting\n\n{WAITING}\n\n### Lending\n\n{LENDING}\n\n## Indexes\n\n{INDEXES}\n",
        "Lending",
        "lending",
    ),
    "a smaller part is split off": (
        FIRST.replace(" one after the other.", ".\n\n## In turn\n\nOne after the other."),
        "Lending",
        "lending",
    ),
    "the larger part is split off under a heading of its own": (
        FIRST.replace("A pool keeps", "A pool.\n\n## Keeping\n\nIt keeps"),
        "Lending",
        "lending",
    ),
    "it swallows another": (FIRST.replace("\n\n## Waiting\n", "\n"), "Lending", "lending"),
    "a larger one swallows it": (
        f"# T\n\n## Waiting\n\n{LENDING}\n\n{WAITING} {WAITING[:40]}\n\n## Indexes\n\n{INDEXES}\n",
        "Waiting",
        "waiting",
    ),
    "all is renamed at once": (
        FIRST.replace("# T", "# U").replace("Lending", "A").replace("Waiting", "B"),
        "A",
        "a",
    ),
}


@pytest.fixture
def alice(db) -> User:
    return User.objects.create_user("alice")


def mark(alice: User, anchor: str, note: str = "") -> Bookmark:
    section = Section.objects.live().get(anchor=anchor)
    return Bookmark.objects.create(user=alice, section=section, note=note)


@pytest.mark.parametrize(("text", "title", "anchor"), EDITS.values(), ids=EDITS.keys())
def test_a_mark_stays_with_its_section_when(bring, alice, client, text, title, anchor):
    bring({"t.md": FIRST})
    marked = mark(alice, "lending")
    bring({"t.md": text})
    marked.refresh_from_db()
    section = Section.objects.current(marked.section_id)
    assert section is not None
    assert (section.title, section.anchor) == (title, anchor)
    end = client.get("/topics/t/lending/", follow=True)
    assert end.status_code == 200


def test_where_two_marked_sections_are_merged_both_notes_are_shown(bring, alice, client):
    bring({"t.md": FIRST})
    mark(alice, "lending", "about lending")
    mark(alice, "waiting", "about waiting")
    bring({"t.md": FIRST.replace("\n\n## Waiting\n", "\n")})
    client.force_login(alice)
    page = client.get("/bookmarks/").content.decode()
    assert "about lending" in page and "about waiting" in page
    assert "was removed" not in page


def test_of_a_section_that_is_gone_the_note_and_the_last_text_stay(bring, alice, client):
    bring({"t.md": FIRST})
    mark(alice, "indexes", "about indexes")
    bring({"t.md": FIRST.partition("## Indexes")[0]})
    client.force_login(alice)
    page = client.get("/bookmarks/").content.decode()
    assert "about indexes" in page and "This section was removed on" in page and INDEXES in page
    bring({"t.md": FIRST})
    page = client.get("/bookmarks/").content.decode()
    assert "about indexes" in page and "was removed" not in page


def test_of_a_topic_that_was_pruned_the_notes_stay(bring, alice, client):
    bring({"t.md": FIRST, "u.md": "# U\n"})
    mark(alice, "waiting", "about waiting")
    bring({"t.md": None}, prune=True)
    client.force_login(alice)
    page = client.get("/bookmarks/").content.decode()
    assert "about waiting" in page and WAITING in page


OUTLINE = "---\nkind: outline\n---\n# O\n\n- **1.1** Streams\n- **1.2** Buffers\n- **1.2.1** Size\n"


def test_items_that_get_another_number_stay_the_same_and_so_do_their_marks(bring, alice, client):
    bring({"o.md": OUTLINE})
    marked = {anchor: mark(alice, anchor) for anchor in ("1-1", "1-2", "1-2-1")}
    bring(
        {
            "o.md": OUTLINE.replace("1.2.1", "1.3.1").replace(
                "- **1.2** Buffers", "- **1.2** Events\n- **1.3** Buffers"
            )
        }
    )
    now = {old: Section.objects.get(bookmarks=m) for old, m in marked.items()}
    assert {old: (str(row), row.anchor) for old, row in now.items()} == {
        "1-1": ("1.1 Streams", "1-1"),
        "1-2": ("1.3 Buffers", "1-3"),
        "1-2-1": ("1.3.1 Size", "1-3-1"),
    }
    assert client.get("/topics/o/1-2/")["Location"] == "/topics/o/1-3/"
    # An address that somebody may have kept is never another item's.
    assert Section.objects.live().get(title="Events").anchor == "1-2--1"


@pytest.mark.django_db(transaction=True)
def test_readers_see_all_of_the_old_until_a_run_has_ended(folder):
    for number in range(3):
        (folder / f"{number}.md").write_text("# T\n\nold\n")
    import_paths([str(folder)])
    for number in range(3):
        (folder / f"{number}.md").write_text("# T\n\nnew\n")
    aside = connection.copy()
    seen = []

    def progress(done: int, total: int) -> None:
        with aside.cursor() as cursor:
            cursor.execute("SELECT DISTINCT text FROM topics_section")
            seen.append((done, total, cursor.fetchall()))

    try:
        import_paths([str(folder)], progress=progress)
    finally:
        aside.close()
    assert seen == [(done, 3, [("old",)]) for done in (1, 2, 3)]
    assert set(Section.objects.values_list("text", flat=True)) == {"new"}


@pytest.mark.django_db(transaction=True)
def test_a_run_is_recorded_with_who_when_and_how_far_it_came(folder):
    (folder / "a.md").write_text("# A\n")
    (folder / "b.md").write_text("# B\n\n\0")
    (folder / "c.md").write_text("# C\n")
    user = User.objects.create_user("curator")
    run = ImportRun.objects.create(source="notes", folder=str(folder), started_by=user)
    start(run.pk)
    run_due()
    run.refresh_from_db()
    assert (run.status, run.started_by, run.files_done, run.files_total) == ("done", user, 3, 3)
    assert run.started_at < run.finished_at
    assert run.counts == {
        "files unchanged": 0,
        "files refused": 1,
        "topics added": 2,
        "sections added": 2,
    }
    assert [(n["path"], n["line"]) for n in run.notes] == [("b.md", 3)]
