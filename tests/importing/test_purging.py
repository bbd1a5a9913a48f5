"""`manage.py purge`: each place that can hold a text, found and gone, and nothing else touched."""

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from importer import purge
from importer.edits import remove_sections, save_section
from importer.models import ImportRun
from importer.purge import PLACES, PurgeRefused, Wanted, columns
from jobs.models import Job
from learning.models import Bookmark, Collection
from search.index import refresh_statistics
from search.models import SearchLog, Synonym
from tests.beginnings import beginning
from tests.factories import make_user
from tests.upgrades import tables
from topics.models import Address, Asset, Link, Section, Topic, content_version

SECRET = "hunter2 & zebrafinch"
SVG = f"<svg xmlns='http://www.w3.org/2000/svg'><text>{SECRET}</text></svg>".encode()
GUIDE = f"""---
title: Guide
summary: On {SECRET}.
---
# Guide

## Keys of {SECRET}

The key is {SECRET}, see [{SECRET}](other.md#x "t") and ![{SECRET}](key.svg).

```js
const key = "{SECRET}";
```

### What is {SECRET} for?

## Gone

The {SECRET} again, in `{SECRET}`.

## Terms

See [{SECRET}](other.md "t").

- **{SECRET}** – A word that opens doors, such as {SECRET}.

## Innocent

Words that stay: retry with a growing pause.
"""


def every_row() -> dict[str, list[tuple[str]]]:
    with connection.cursor() as cursor:

        def query(sql: str) -> list[tuple]:
            cursor.execute(sql)
            return cursor.fetchall()

        return tables.every_row(query)


def holders(*words: str) -> set[str]:
    """The tables in which a word stands, in whatever case and way of writing."""
    words = tuple(word.lower() for word in words)
    return {
        table
        for table, rows in every_row().items()
        if any(word in row.lower() for (row,) in rows for word in words)
    }


@beginning
def told(bring):
    """A library that holds the secret in every place, and marks where it stands."""
    alice = make_user("alice")
    bring({"guide.md": GUIDE, "key.svg": SVG, "other.md": "# Other\n\nNothing here.\n"})
    gone, keys, innocent = (
        Section.objects.get(title__startswith=title) for title in ("Gone", "Keys", "Innocent")
    )
    remove_sections([gone])
    save_section(keys, markdown=f"Edited: {SECRET}", title=keys.title, user=alice)
    conflict = f"{GUIDE.replace('The key is', 'The other key is')}"
    bring({"guide.md": conflict.replace("## Gone", "## Later")})
    for section in (gone, keys, innocent):
        Bookmark.objects.create(user=alice, section=section, note="mine")
    ImportRun.objects.create(
        source="s",
        notes=[{"level": "warning", "path": "x", "line": 1, "message": f"No {SECRET}"}],
        lines=[f"+ {SECRET}", "+ other"],
    )
    SearchLog.objects.create(query=f"what is {SECRET.lower()}", results=1, took_ms=1)
    SearchLog.objects.create(query="retry", results=1, took_ms=1)
    Synonym.objects.create(words=[SECRET, "key"])
    Job.objects.create(name="x", run_at="2020-01-01T00:00Z", state="FAILED", error=f"E: {SECRET}")
    LogEntry.objects.create(
        user=alice,
        content_type=ContentType.objects.get_for_model(Section),
        object_id="1",
        object_repr=f"Keys of {SECRET}",
        action_flag=2,
        change_message=f'[{{"changed": {{"name": "{SECRET}"}}}}]',
    )
    refresh_statistics()
    return {"gone": gone.pk, "keys": keys.pk, "innocent": innocent.pk}


@pytest.fixture
def filled(told, settings, tmp_path):
    """The same, and uploads of which one holds it."""
    settings.DATA_DIR = tmp_path
    upload = tmp_path / "uploads" / "77" / "files"
    upload.mkdir(parents=True)
    (upload / "a.md").write_text(SECRET)
    (tmp_path / "uploads" / "78" / "files").mkdir(parents=True)
    (tmp_path / "uploads" / "78" / "files" / "b.md").write_text("fine")
    return told


PLACES_OF_A_TEXT = [
    "pictures", "topics", "addresses", "sections", "definitions", "questions", "links",
    "notes of imports", "uploads", "jobs", "the search log", "synonyms", "words of the index",
    "the admin's log", "revisions",
]  # fmt: skip


def test_a_look_names_every_place_and_changes_nothing(filled):
    before = every_row()
    found = purge.purge(Wanted(SECRET), dry_run=True)
    assert set(PLACES_OF_A_TEXT) - {"words of the index"} <= set(found.found)
    assert found.files
    assert every_row() == before
    out = StringIO()
    call_command("purge", SECRET, stdout=out)
    assert "Nothing was changed: --remove deletes it for good." in out.getvalue()
    assert every_row() == before
    assert SECRET not in out.getvalue()


def test_a_text_that_never_comes_is_asked_for_in_one_line(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(CommandError, match="^Give the text in a line of the standard input"):
        call_command("purge", "-")


def test_a_text_is_gone_from_every_table_and_nothing_else_is(filled, settings):
    version = content_version()
    before = {table: len(rows) for table, rows in every_row().items()}
    innocent = Section.objects.filter(title="Innocent").values().get()
    assert holders("zebrafinch", b"zebrafinch".hex()) >= {
        "topics_section", "topics_topic", "topics_asset", "topics_link", "topics_importrun",
        "topics_searchlog", "topics_synonym", "topics_term", "topics_word", "jobs_job",
        "django_admin_log", "topics_indexedsection", "topics_definition", "topics_question",
    }  # fmt: skip
    done = purge.purge(Wanted(SECRET), dry_run=False)
    assert done.left == {}
    assert holders("zebrafinch", "hunter2", b"zebrafinch".hex()) == set()
    after = {table: len(rows) for table, rows in every_row().items()}
    fewer = {table for table in before if after[table] < before[table]}
    assert fewer <= {
        "topics_asset", "topics_searchlog", "topics_term", "topics_word", "topics_posting",
        "topics_address", "topics_definition", "topics_question", "topics_link",
    }  # fmt: skip
    assert Bookmark.objects.count() == 3
    assert Section.objects.filter(title="Innocent").values().get() == innocent
    assert SearchLog.objects.get().query == "retry"
    uploads = Path(settings.DATA_DIR) / "uploads"
    assert [path.name for path in uploads.iterdir()] == ["78"]
    assert content_version() > version
    call_command("check_index", stdout=StringIO())
    keys = Section.objects.get(pk=filled["keys"])
    assert keys.markdown == "Edited: [removed]"
    assert "[removed]" in f"{keys.conflict_markdown} {keys.file_markdown}"
    page = Client().get(Topic.objects.get(path__endswith="guide").get_absolute_url())
    assert "[removed]" in page.content.decode()


def test_a_section_goes_with_its_content_and_its_marks_stay(filled, alice):
    asset = Asset.objects.count()
    assert asset == 1
    before = Section.objects.get(title="Innocent").html
    keys = Section.objects.get(pk=filled["keys"])
    done = purge.purge(Wanted(sections=frozenset([keys.pk])), dry_run=False)
    assert "sections" in done.found
    assert done.left == {}
    keys.refresh_from_db()
    assert (keys.title, keys.markdown, keys.html, keys.text) == ("[removed]", "", "", "")
    assert (keys.file_markdown, keys.conflict_markdown) == (None, None)
    assert keys.removed_at
    assert not Link.objects.filter(section=keys).exists()
    assert not Address.objects.filter(section=keys).exists()
    assert Section.objects.get(title="Innocent").html == before
    assert Bookmark.objects.filter(section=keys, note="mine").exists()
    call_command("check_index", stdout=StringIO())


def test_a_root_takes_its_topic_with_it(filled):
    root = Section.objects.get(topic__path__endswith="guide", anchor="")
    purge.purge(Wanted(sections=frozenset([root.pk])), dry_run=False)
    topic = Topic.objects.get(pk=root.topic_id)
    assert (topic.title, topic.summary, topic.front_matter) == ("[removed]", "", {})
    assert topic.removed_at
    assert not Section.objects.filter(topic=topic).exclude(title="[removed]").exists()
    assert not Section.objects.filter(topic=topic).exclude(markdown="").exists()
    call_command("check_index", stdout=StringIO())


def test_notes_are_counted_and_stay(filled, alice):
    mark = Bookmark.objects.get(section=filled["innocent"])
    mark.note = f"my {SECRET}"
    mark.save()
    Collection.objects.create(user=alice, title=f"About {SECRET}")
    done = purge.purge(Wanted(SECRET), dry_run=False)
    assert done.left == {"notes of learners": ["2: they are their owners', and stay"]}
    mark.refresh_from_db()
    assert SECRET in mark.note


def test_what_another_room_registers_is_purged_too(filled):
    PLACES.register("tests", columns(SearchLog, "query"))
    try:
        assert PLACES["tests"].remove
        SearchLog.objects.create(query=SECRET, results=1, took_ms=1)
        assert "tests" in purge.purge(Wanted(SECRET), dry_run=False).found
    finally:
        PLACES.remove("tests")


def test_what_cannot_be_purged_is_said(filled, monkeypatch):
    with pytest.raises(CommandError, match="at least 4 characters"):
        call_command("purge", "abc", "--remove")
    with pytest.raises(CommandError, match="There is no section 99999"):
        call_command("purge", "--section", "99999")
    with pytest.raises(CommandError, match="Give a text, or --section"):
        call_command("purge")
    monkeypatch.setattr(purge, "import_lock", lambda: False)
    with pytest.raises(PurgeRefused, match="An import or an edit is under way"):
        purge.purge(Wanted(SECRET), dry_run=False)


def test_a_file_that_still_has_it_brings_it_back_with_its_next_change_as_is_said(bring, folder):
    bring({"a.md": f"# A\n\nThe key is {SECRET}.\n"})
    out = StringIO()
    call_command("purge", SECRET, "--remove", stdout=out)
    said = out.getvalue()
    assert (
        "Remove it from notes:a.md too: an import leaves the file alone as long as nothing" in said
    )
    report = bring()
    assert report.counts["files unchanged"] == 1
    assert holders("hunter2") == set()
    with (folder / "a.md").open("a") as file:
        file.write("\nMore.\n")
    bring()
    assert "topics_section" in holders("hunter2")
