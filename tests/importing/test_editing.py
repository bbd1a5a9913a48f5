"""An admin's edit and a file's change meet; deleting in admin removes as an import does."""

import pytest
from django.contrib.auth.models import User
from django.db import connection

from documents.parser_pool import limited_parse
from importer import edits
from importer.edit_previews import preview, rendered
from importer.edits import (
    EditRefused,
    remove_sections,
    remove_topics,
    save_section,
)
from importer.lock import IMPORT_LOCK
from importer.restore import restore_topic
from search.engine import search
from tests.beginnings import beginning
from topics.models import Section, Topic

TEXT = """# Pools

Intro.

## Sizes

The first line of the section.

The second line of the section.

The third line of the section.

## Time-outs

Waiting ends.
"""


def section(anchor: str = "sizes") -> Section:
    return Section.objects.select_related("topic").get(anchor=anchor, removed_at=None)


def edit(old: str, new: str) -> None:
    row = section()
    save_section(row, markdown=row.markdown.replace(old, new), title=row.title, user=None)


@beginning
def imported(bring):
    bring({"pools.md": TEXT})
    return bring


def test_an_edit_is_rendered_and_found_at_once(imported):
    row = section()
    save_section(row, markdown="A zebra in **bold**.", title="Zebras", user=None)
    row = section()
    assert (row.title, row.html, row.anchor) == (
        "Zebras",
        "<p>A zebra in <strong>bold</strong>.</p>",
        "sizes",
    )
    assert [hit.section_id for hit in search("zebra").hits] == [row.pk]


def test_a_new_title_stands_above_what_is_below_it(bring):
    text = TEXT.replace("## Time-outs", "### Time-outs")
    bring({"pools.md": text})
    row = section()
    save_section(row, markdown=row.markdown, title="Zebras", user=None)
    assert section("time-outs").breadcrumbs == ["Pools", "Zebras"]
    assert search("zebras waiting").hits[0].title == "Time-outs"
    bring({"pools.md": text + "Some more."})
    assert section("time-outs").breadcrumbs == ["Pools", "Zebras"]


def test_an_edit_is_sanitised(imported):
    row = section()
    save_section(row, markdown="<script>alert(1)</script>safe", title="Sizes", user=None)
    assert "script" not in section().html


def test_an_edit_is_kept_when_the_file_is_as_before(imported):
    edit("second", "SECOND")
    report = imported({"pools.md": TEXT})
    assert "SECOND" in section().markdown
    assert report.counts["edits kept"] == 1
    assert [n.message for n in report.notes] == ["“Sizes” keeps what an admin wrote"]


def test_an_edit_is_kept_when_another_section_of_the_file_changes(imported):
    edit("second", "SECOND")
    report = imported({"pools.md": TEXT.replace("Waiting ends.", "Waiting has to end.")})
    assert "SECOND" in section().html
    assert section("time-outs").markdown == "Waiting has to end."
    assert report.counts["edits kept"] == 1


def test_changes_on_different_lines_are_joined(imported):
    edit("first", "FIRST")
    report = imported({"pools.md": TEXT.replace("third", "THIRD")})
    assert "FIRST" in section().html and "THIRD" in section().html
    assert report.counts["edits merged"] == 1
    again = imported({"pools.md": TEXT.replace("third", "THIRD")})
    assert "sections changed" not in again.counts


def test_changes_on_the_same_line_are_a_conflict_and_neither_is_lost(imported):
    edit("second", "ADMIN'S")
    report = imported({"pools.md": TEXT.replace("second", "FILE'S")})
    row = section()
    assert "ADMIN'S" in row.html
    assert "FILE'S" in row.conflict_markdown
    assert report.counts["conflicts"] == 1
    save_section(row, markdown="Both.", title=row.title, user=None, resolved=True)
    imported({"pools.md": TEXT.replace("second", "FILE'S")})
    assert (section().markdown, section().conflict_markdown) == ("Both.", None)


def test_an_edit_taken_back_is_no_edit(imported):
    edit("second", "SECOND")
    edit("SECOND", "second")
    assert section().edited_at is None
    imported({"pools.md": TEXT.replace("second", "FILE'S")})
    assert "FILE'S" in section().html


def test_an_edited_section_that_moves_to_another_topic_keeps_the_edit(imported):
    edit("second", "SECOND")
    pk = section().pk
    head, _, tail = TEXT.partition("## Sizes")
    body, _, rest = tail.partition("## Time-outs")
    imported({"pools.md": head + "## Time-outs" + rest, "other.md": f"# Other\n\n## Sizes{body}"})
    row = section()
    assert (row.pk, row.topic.path) == (pk, "other")
    assert "SECOND" in row.html


def test_a_changed_title_in_admin_survives_and_keeps_the_address(imported):
    row = section()
    save_section(row, markdown=row.markdown, title="How large", user=None)
    imported({"pools.md": TEXT.replace("Waiting ends.", "Waiting has to end.")})
    assert (section().title, section().anchor) == ("How large", "sizes")


def test_a_changed_title_is_what_readers_see_after_the_file_changed_too(imported):
    row = section()
    save_section(row, markdown=row.markdown, title="How *large*", user=None)
    report = imported({"pools.md": TEXT.replace("Waiting ends.", "Waiting has to end.")})
    assert (section().title_html, section().heading) == ("How *large*", "")
    assert report.lines == ["~ pools: Time-outs"]


def test_the_title_of_a_root_is_the_topic_s(imported):
    root = Section.objects.select_related("topic").get(anchor="")
    save_section(root, markdown=root.markdown, title="Lending", user=None)
    assert Topic.objects.get().title == "Lending"
    imported({"pools.md": TEXT.replace("Waiting ends.", "Waiting has to end.")})
    root.refresh_from_db()
    assert (Topic.objects.get().title, root.title, root.title_html) == ("Lending",) * 3
    assert section().breadcrumbs == ["Lending"]
    Topic.objects.update(file_hash="changed")
    assert imported().lines == []


def test_titles_that_changed_on_both_sides_are_a_conflict(imported):
    row = section()
    save_section(row, markdown=row.markdown, title="How large", user=None)
    report = imported({"pools.md": TEXT.replace("## Sizes", "## Dimensions")})
    assert [(n.level, n.line, n.message) for n in report.notes] == [
        ("conflict", 5, "“How large” changed in the file and in admin: resolve it in admin")
    ]
    row.refresh_from_db()
    assert (row.title, row.file_title, row.title_html) == ("How large", "Dimensions", "How large")
    assert row.conflict_markdown == row.markdown
    save_section(row, markdown=row.markdown, title="Dimensions", user=None, resolved=True)
    row.refresh_from_db()
    assert (row.title, row.conflict_markdown, row.edited_at) == ("Dimensions", None, None)
    again = imported({"pools.md": TEXT.replace("## Sizes", "## Dimensions") + "\nMore.\n"})
    assert again.notes == []


GONE = (
    "“Sizes” is gone from the file, but an admin had changed it: its text stays among the removed"
)


@pytest.mark.parametrize("files", [{"pools.md": "# Pools\n\nIntro.\n"}, {"pools.md": None}])
def test_an_edited_section_that_is_gone_from_the_file_is_a_conflict_and_keeps_its_text(
    imported, files
):
    edit("second", "SECOND")
    pk = section().pk
    report = imported(files, prune=True)
    assert [(n.level, n.path, n.message) for n in report.notes] == [("conflict", "pools.md", GONE)]
    assert report.counts["conflicts"] == 1
    row = Section.objects.get(pk=pk)
    assert row.removed_at is not None and "SECOND" in row.markdown
    imported({"pools.md": TEXT})
    assert section().pk == pk and "SECOND" in section().html


@pytest.mark.parametrize("text", ["## Another heading\n\nText.", "Text\n===\n"])
def test_an_edit_with_a_heading_is_refused_with_what_to_do(imported, text):
    with pytest.raises(EditRefused, match="would be a section of its own"):
        save_section(section(), markdown=text, title="Sizes", user=None)
    assert "first line" in section().markdown


def test_a_preview_shows_the_result_and_saves_nothing(imported):
    shown = preview(section(), "A *preview*.", "Sizes")
    assert shown.html == "<p>A <em>preview</em>.</p>"
    assert "first line" in section().html


WIDE = """# Pools

*[LIFO]: last in, first out

## Before

A note[^first] and a <b>tag.

## Sizes

Ten.

## After

[guide]: https://example.org/guide

[^first]: The first note.
[^second]: The second note.

## Plain

Words, and a [link](other.md).

## Last

</Tabs> ends nothing.
"""
SHOWN = {
    "a reference of another section": "See [the guide][guide].",
    "a footnote of another section, with its number": "A note.[^second] And[^first] more.",
    "an abbreviation of another section": "A LIFO queue.",
    "links to topics and sections, and to nothing": "[a](other.md#end) [b](#after) [c](none.md)",
    "what another topic says": "![[other]]",
    "a picture that is not there": "![A pool](pool.png)",
    "raw HTML": "<details><summary>More</summary>\n\nText\n\n</details>",
    "a component without its end": "<Tabs>\n\nText",
    "lines of Windows": "One\r\n\r\ntwo",
    "nothing": "",
}


@pytest.mark.parametrize("text", SHOWN.values(), ids=SHOWN)
def test_what_is_shown_before_an_edit_is_what_readers_see_after_it(bring, text):
    bring({"pools.md": WIDE, "other.md": "# Other\n\nElsewhere.\n\n## End\n\nEnds.\n"})
    row = section()
    shown = rendered(row, text, "Sizes")
    assert section().markdown == "Ten."
    save_section(row, markdown=text, title="Sizes", user=None)
    assert shown == section().html


@pytest.mark.parametrize("text", ["```\nnever ends", "<!-- never ends", "## A heading\n\nText."])
def test_what_would_take_in_other_sections_is_refused_before_an_edit_as_at_it(bring, text):
    bring({"pools.md": WIDE})
    for refused in (
        rendered,
        lambda row, *rest: save_section(row, markdown=rest[0], title=rest[1], user=None),
    ):
        with pytest.raises(EditRefused, match="would be a section of its own"):
            refused(section(), text, "Sizes")


def test_sections_that_change_nothing_in_a_preview_are_not_read_for_it(bring, monkeypatch):
    bring({"pools.md": WIDE})
    read = []

    def noted(data, **options):
        read.append(data.decode())
        return limited_parse(data, **options)

    monkeypatch.setattr(edits, "limited_parse", noted)
    assert rendered(section(), "Twelve.", "Sizes") == "<p>Twelve.</p>"
    [text] = read
    assert "Twelve." in text and "## Plain" in text
    assert "Words, and a" not in text


def test_deleting_a_section_keeps_its_row_and_takes_it_out_of_search(imported):
    row = section("time-outs")
    assert search("waiting").total == 1
    remove_sections([row])
    row.refresh_from_db()
    assert row.removed_at is not None
    assert search("waiting").total == 0


def test_a_root_section_is_not_deleted_without_its_topic(imported):
    with pytest.raises(EditRefused, match="remove the topic"):
        remove_sections([section("")])


def test_deleting_a_topic_keeps_rows_and_lasts_until_it_is_restored(imported):
    pk = section().pk
    remove_topics([Topic.objects.get()])
    assert Section.objects.live().count() == 0
    imported({"pools.md": TEXT})
    assert Section.objects.live().count() == 0
    restore_topic(Topic.objects.get(), user=None)
    assert section().pk == pk


@pytest.mark.django_db(transaction=True)
def test_a_save_during_an_import_is_refused_and_changes_nothing(folder):
    import psycopg

    from importer.run import import_paths

    (folder / "pools.md").write_text(TEXT)
    import_paths([str(folder)])
    with psycopg.connect(**_parameters()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [IMPORT_LOCK])
        with pytest.raises(EditRefused, match="import is under way"):
            save_section(section(), markdown="New.", title="Sizes", user=None)
    assert "first line" in section().markdown


@pytest.mark.django_db(transaction=True)
def test_a_second_import_says_that_one_is_under_way(folder):
    import psycopg

    from importer.run import ImportUnderWay, import_paths

    (folder / "pools.md").write_text(TEXT)
    with psycopg.connect(**_parameters()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [IMPORT_LOCK])
        with pytest.raises(ImportUnderWay, match="Try again"):
            import_paths([str(folder)])
    assert Topic.objects.count() == 0


def _parameters():
    connection.ensure_connection()
    info = connection.connection.info
    return {
        "host": info.host,
        "port": info.port,
        "dbname": info.dbname,
        "user": info.user,
        "password": info.password,
    }


def test_the_editor_is_recorded(imported):
    user = User.objects.create_user("curator")
    save_section(section(), markdown="New.", title="Sizes", user=user)
    assert section().edited_by == user


def test_an_edit_that_cannot_be_rendered_any_more_is_reported_and_the_rest_comes_in(
    imported, monkeypatch
):
    edit("second", "SECOND")
    shown = section().html

    def refuse(*_args):
        raise EditRefused("It holds a heading.")

    monkeypatch.setattr("importer.run.rerender", refuse)
    report = imported({"pools.md": TEXT.replace("third", "THIRD"), "new.md": "# New\n"})
    messages = [note.message for note in report.notes if note.level == "conflict"]
    assert messages == ["keeps its old rendering: It holds a heading."]
    assert section().html == shown and "THIRD" in section().markdown
    assert Topic.objects.filter(path="new").exists()
