"""What an earlier parser read is read again without losing what hangs on it."""

import hashlib

from django.contrib.auth.models import User

from importer.edits import save_section
from learning.models import Bookmark
from search.engine import search
from tests.beginnings import beginning
from topics.models import Address, Section, Topic

TEXT = """# Globs

## **Note (*):** stars

One text about stars, long enough to be known again.

## [Link](to nowhere) here

Another text, about links and where they lead.

## Edited

Text with **a*b** inside.
"""
# What the parser of version 2 made of the same bytes: anchor, title, its HTML and the text's.
EARLIER = {
    "note--stars": (
        "note--stars",
        "*Note (): stars",
        "*<em>Note (<em>):</em></em> stars",
        "<p>One text about stars, long enough to be known again.</p>",
    ),
    "linkto-nowhere-here": (
        "link-here",
        "Link here",
        "Link here",
        "<p>Another text, about links and where they lead.</p>",
    ),
    "edited": (
        "edited",
        "Edited",
        "Edited",
        "<p>Text with *<em>a<em>b</em></em> inside.</p>",
    ),
}


@beginning
def read_earlier(bring):
    bring({"globs.md": TEXT})
    for anchor, (earlier, title, title_html, html) in EARLIER.items():
        Section.objects.filter(anchor=anchor).update(
            anchor=earlier, title=title, title_html=title_html, html=html
        )
    earlier_hash = hashlib.sha256(TEXT.encode() + b"2").hexdigest()
    Topic.objects.update(file_hash=earlier_hash)
    return bring


def live() -> dict[str, Section]:
    return {row.anchor: row for row in Section.objects.filter(removed_at=None)}


def test_sections_keep_their_identity_anchors_and_marks(read_earlier):
    before = {anchor: row.pk for anchor, row in live().items()}
    reader = User.objects.create_user("reader")
    for pk in before.values():
        Bookmark.objects.create(user=reader, section_id=pk, note="mine")
    report = read_earlier()
    assert {anchor: row.pk for anchor, row in live().items()} == before
    assert sorted(Bookmark.objects.values_list("section", flat=True)) == sorted(before.values())
    assert not Section.objects.exclude(removed_at=None).exists()
    assert not Address.objects.exists()
    assert "sections removed" not in report.counts and "sections added" not in report.counts
    rows = live()
    assert (rows["note--stars"].title, rows["note--stars"].title_html) == (
        "Note (*): stars",
        "<strong>Note (*):</strong> stars",
    )
    assert rows["link-here"].title == "[Link](to nowhere) here"
    assert rows["edited"].html == "<p>Text with <strong>a*b</strong> inside.</p>"
    assert [hit.title for hit in search("nowhere").hits] == ["[Link](to nowhere) here"]


def test_an_admin_s_edit_stays(read_earlier):
    row = live()["edited"]
    save_section(row, markdown="My own **c*d** text.", title="Mine", user=None)
    read_earlier()
    again = Section.objects.get(pk=row.pk)
    assert (again.title, again.markdown, again.anchor) == (
        "Mine",
        "My own **c*d** text.",
        "edited",
    )
    assert (again.conflict_markdown, again.removed_at) == (None, None)
    assert again.file_markdown == "Text with **a*b** inside."


def test_reading_once_more_changes_nothing(read_earlier):
    read_earlier()
    assert read_earlier().counts == {"files unchanged": 1}
