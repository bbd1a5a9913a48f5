"""Texts that are none, too large or made to break something: refused by name, or read."""

import random
import string

import pytest

from importer.models import ImportRun
from search.engine import search
from search.rebuild import problems
from topics.models import Section, Topic

from .command import GOOD, answers, refusals

REFUSED = {
    "a picture": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        ":3: contains a NUL character, so it is not text",
    ),
    "a NUL": (b"# T\n\nA\0B\n", ":3: contains a NUL character, so it is not text"),
    "control bytes": (b"\x01\x02\x03\xfe\xff" * 50, ":1: is not text"),
    "a broken byte in UTF-8": (
        "# Grün\n\nBäume, Wälder ".encode() + b"\xff",
        ":3: byte 0xff is not UTF-8, though the rest is",
    ),
    "half a surrogate pair": (b"# T\n\n\xed\xa0\x80\n", ":3: contains half of a surrogate pair"),
    "broken UTF-16": (b"\xff\xfe# T\x00\n\x00\x00", ": looks like UTF-16, but is broken"),
    "too many bytes": (b"a b c d e\n" * 530_000, ": is larger than 5 MB: split it"),
    "a line without end": (
        b"# T\n\n" + b"word " * 500_000,
        ":3: the line has more than 500,000 characters",
    ),
    "100,000 headings": (
        "# T\n\n" + "".join(f"## H {i}\n\n" for i in range(100_000)),
        ":40001: has more than 20,000 headings",
    ),
    "quotes 500 deep": ("# T\n\n" + "> " * 500 + "x\n", ":3: nested more than 100 levels deep"),
    "lists 500 deep": (
        "# T\n\n" + "".join("  " * depth + "- x\n" for depth in range(500)),
        ":52: nested more than 100 levels deep",
    ),
    "unclosed front matter": (
        "---\ntitle: [unclosed\n---\n\n# T\n",
        ":3: front matter is not YAML: did not find expected ',' or ']'",
    ),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_read_is_named_with_its_reason(import_content, content, reason):
    code, printed = import_content({"bad.md": content, "good.md": GOOD})
    assert refusals(printed) == [f"bad.md{reason}"]
    assert code == 1
    assert [t.title for t in Topic.objects.all()] == ["Good"]
    assert "1 files refused" in printed


def test_a_refusal_is_kept_in_the_record_of_the_run(import_content):
    import_content({"bad.md": b"# T\n\nA\0B\n", "good.md": GOOD})
    record = ImportRun.objects.get()
    assert (record.status, record.counts["files refused"]) == ("done", 1)
    assert record.notes == [
        {
            "level": "refused",
            "path": "bad.md",
            "line": 3,
            "message": "contains a NUL character, so it is not text",
        }
    ]


READ = {
    "UTF-16 with a mark": ("\ufeff# Zürich\n".encode("utf-16-le"), "Zürich"),
    "UTF-16 without one": ("# Title here\n\nText.\n".encode("utf-16-be"), "Title here"),
    "Latin-1": ("# Café\n\nCrème brûlée.\n".encode("latin-1"), "Café"),
    "a byte order mark": ("\ufeff# Marked\n", "Marked"),
    "nothing": ("", "Odd"),
    "blank lines": ("\n\n  \n", "Odd"),
    "only front matter": ("---\ntitle: Only\n---\n", "Only"),
    "front matter with what cannot be stored": (
        '---\ntitle: "A\\0B"\nnote: "\\0"\ntags: ["\\x01x"]\n---\n',
        "AB",
    ),
    "references to characters that are none": ("# A &#0;&#xD800; B\n", "A �� B"),
    "a title as long as a page": ("# " + "long " * 2000, ("long " * 60)),
    "a number as long as a page": ("# N\n\n## " + "1." * 500 + " Title\n", "N"),
    "raw HTML 5,000 deep": ("# H\n\n" + "<div>" * 5000 + "x" + "</div>" * 5000 + "\n", "H"),
    "5,000 open emphases": ("# E\n\n" + "**a _b " * 5000 + "\n", "E"),
}


@pytest.mark.parametrize(("content", "title"), READ.values(), ids=READ.keys())
def test_odd_but_readable_text_comes_in_and_its_page_is_shown(
    import_content, client, content, title
):
    assert import_content({"odd.md": content})[0] == 0
    topic = Topic.objects.get()
    assert topic.title == title
    assert answers(client, topic) <= {200, 301, 302}


def test_a_section_too_large_for_the_index_keeps_its_text_and_the_others_come_in(
    import_content, client
):
    letters = random.Random(2)
    words = ["".join(letters.choices(string.ascii_lowercase, k=20)) for _ in range(50_000)]
    lines = [" ".join(words[i : i + 10]) for i in range(0, len(words), 10)]
    code, _ = import_content({"many.md": "# Many\n\n" + "\n".join(lines), "good.md": GOOD})
    assert code == 0
    section = Section.objects.get(title="Many")
    assert section.text.endswith(words[-1])
    assert [hit.title for hit in search(words[5]).hits] == ["Many"]
    assert [hit.title for hit in search(words[-5]).hits] == ["Many"]
    assert [hit.title for hit in search(words[-1]).hits] == ["Many"]
    assert problems() == []
    assert [hit.title for hit in search("comes").hits] == ["Good"]


def test_many_files_in_one_folder_come_in(import_content):
    code, _printed = import_content({f"{i}.md": f"# T {i}\n" for i in range(1500)})
    assert code == 0
    assert Topic.objects.count() == 1500
    assert Topic.objects.values("path").distinct().count() == 1500
