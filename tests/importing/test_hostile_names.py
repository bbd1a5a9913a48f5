"""Names of files, folders and sources that are odd, too long or the same."""

import os

import pytest
from django.core.management import CommandError, call_command

from importer.run import import_paths
from topics.models import Link, Topic

from .command import GOOD, answers, refusals

NAMES = {
    "a newline": ("a\nb.md", "a�b.md: has control characters in its path: rename it"),
    "a bell": ("a\x07b.md", "a�b.md: has control characters in its path: rename it"),
    "no UTF-8": (os.fsdecode(b"a\xff.md"), "a?.md: has a name that is not UTF-8: rename it"),
    "420 letters": (
        f"{'a' * 200}/{'b' * 220}.md",
        f"{'a' * 200}/{'b' * 220}.md: has a path of more than 400 characters",
    ),
    "31 folders": ("d/" * 31 + "a.md", "d/" * 31 + "a.md: lies more than 30 folders deep"),
}


@pytest.mark.parametrize(("name", "refusal"), NAMES.values(), ids=NAMES.keys())
def test_a_name_that_cannot_be_an_address_is_refused(import_content, name, refusal):
    code, printed = import_content({name: "# A\n", "good.md": GOOD})
    assert (code, refusals(printed)) == (1, [refusal])
    assert Topic.objects.get().title == "Good"


ODD_NAMES = [
    "😀.md",
    "\u202egnp.md",
    "שלום.md",
    " .md",
    "a?b#c%d.md",
    "q'u\"<b>.md",
    "-rf.md",
    "\\back.md",
    "::.md",
    "%s.md",
    "99999999999999999999_big.md",
    "x" * 240 + ".md",
    "index.md/a.md",
    "folder.md/b.md",
    "d/" * 30 + "deep.md",
]


@pytest.mark.thorough
def test_files_with_odd_names_come_in_and_their_pages_are_shown(import_content, client):
    assert import_content({name: f"# {i}\n" for i, name in enumerate(ODD_NAMES)})[0] == 0
    assert set(Topic.objects.exclude(file_hash="").values_list("title", flat=True)) == {
        str(i) for i in range(len(ODD_NAMES))
    }
    for topic in Topic.objects.all():
        assert answers(client, topic) == {200}, topic.path


def test_names_equal_but_for_case_are_two_topics(import_content):
    import_content({"Case.md": "# Upper\n", "case.md": "# Lower\n"})
    assert list(Topic.objects.order_by("path").values_list("path", "title")) == [
        ("case", "Upper"),
        ("case-1", "Lower"),
    ]
    assert "2 files unchanged" in import_content()[1]


def test_of_two_files_that_could_speak_for_a_folder_the_index_does(import_content):
    import_content({"a/README.md": "# Read me\n", "a/index.md": "# Index\n"})
    assert list(Topic.objects.order_by("path").values_list("path", "title")) == [
        ("a", "Index"),
        ("a/readme", "Read me"),
    ]
    assert "2 files unchanged" in import_content()[1]


def test_an_address_that_would_be_too_long_is_refused(import_content):
    deep = "/".join("f" * 90 for _ in range(4))
    import_content({f"{deep}/index.md": "# Deep\n"})
    path = Topic.objects.get(title="Deep").path
    code, printed = import_content({"b.md": "# B\n"}, under=path, source="other")
    assert code == 1
    assert "its address would have more than 480 characters" in printed
    assert not Topic.objects.filter(source="other", title="Deep").exists()


WRONG_SOURCES = ["../up", "a/b", "a:b", "x" * 101, "a\nb"]


@pytest.mark.parametrize("source", WRONG_SOURCES)
def test_a_source_that_could_lead_elsewhere_is_wrong_usage(folder, db, source):
    with pytest.raises(CommandError, match="--source") as raised:
        call_command("import_content", str(folder), source=source)
    assert raised.value.returncode == 2


def test_a_folder_with_a_colon_in_its_name_is_a_source_without_one(tmp_path, db):
    folder = tmp_path / "a:b"
    folder.mkdir()
    (folder / "x.md").write_text("# X\n\n[y](y.md)\n")
    (folder / "y.md").write_text("# Y\n")
    import_paths([str(folder)])
    assert Topic.objects.get(title="X").source == "a-b"
    assert Link.objects.get().kind == "internal"
