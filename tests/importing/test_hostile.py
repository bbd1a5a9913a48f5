"""Bad input, end to end through the command: each refusal is named, the others come in."""

import os
import random
import string
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from topics.importing import files, import_paths, roots
from topics.models import Asset, ImportRun, Link, Section, Topic
from topics.search import search
from topics.search.rebuilding import problems

GOOD = "# Good\n\nThis one comes in.\n"
Import = Callable[..., tuple[int, str]]


@pytest.fixture
def import_content(folder: Path, db, capsys) -> Import:
    """Write files, run the command; its exit code and what it printed."""

    def run(contents: dict[str, str | bytes] | None = None, **options: object) -> tuple[int, str]:
        for name, text in (contents or {}).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)
        try:
            call_command("import_content", str(folder), **options)
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        return code, capsys.readouterr().out

    return run


def refusals(printed: str) -> list[str]:
    return [
        line.removeprefix("refused: ")
        for line in printed.splitlines()
        if line.startswith("refused: ")
    ]


def answers(client, topic: Topic) -> set[int]:
    """The status of each address of a topic."""
    rows = Section.objects.filter(topic=topic, removed_at=None).select_related("topic")
    return {client.get(row.get_absolute_url()).status_code for row in rows}


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
    "front matter that is no mapping of texts": (
        "---\ntitle: {a: b}\n---\n# T\n",
        ":1: front matter: title must be text",
    ),
    "an order that is no number": (
        "---\norder: 99999999999\n---\n# T\n",
        ":1: front matter: order must be a whole number, not '99999999999'",
    ),
    "an unknown status": (
        "---\nstatus: secret\n---\n# T\n",
        ":1: front matter: status must be draft or published, not 'secret'",
    ),
    "a tag as long as a page": (
        f"---\ntags: [{'t' * 61}]\n---\n# T\n",
        ":1: front matter: one of the tags has more than 60 characters",
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


LINKS = {
    "to a file": ("link.md", "good.md", None),
    "to a folder outside": ("out", "/etc", "out: is a link that leads outside"),
    "to a file outside": ("out.md", "/etc/passwd", "out.md: is a link that leads outside"),
    "upwards": ("up.md", "../../x.md", "up.md: is a link that leads outside"),
    "to nothing": ("no.md", "gone.md", "no.md: cannot be read: No such file or directory"),
    "to itself": ("me.md", "me.md", "me.md: cannot be read: Too many levels of symbolic links"),
    "to the folder around it": ("again", ".", None),
    "to a folder inside": ("inside", "part", None),
}


@pytest.mark.parametrize(("name", "target", "refusal"), LINKS.values(), ids=LINKS.keys())
def test_a_symbolic_link_leads_nowhere_outside(import_content, folder, name, target, refusal):
    (folder / name).symlink_to(target)
    code, printed = import_content({"good.md": GOOD, "part/a.md": "# A\n"})
    assert refusals(printed) == ([refusal] if refusal else [])
    assert code == (1 if refusal else 0)
    assert {"good", "part", "part/a"} <= set(Topic.objects.values_list("path", flat=True))
    assert not Topic.objects.filter(path__startswith="again").exists()


def test_what_is_no_file_is_refused(import_content, folder):
    os.mkfifo(folder / "pipe.md")
    assert refusals(import_content({"good.md": GOOD})[1]) == ["pipe.md: is not a file"]


def test_a_file_that_may_not_be_read_is_refused_and_its_topic_stays(
    import_content, folder, monkeypatch
):
    import_content({"closed.md": "# Closed\n", "good.md": GOOD})
    opened = Path.open

    def denied(self, *args, **options):
        if self.name == "closed.md":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **options)

    monkeypatch.setattr(Path, "open", denied)
    code, printed = import_content(prune=True)
    assert (code, refusals(printed)) == (1, ["closed.md: cannot be read: Permission denied"])
    assert Topic.objects.live().count() == 2


@pytest.mark.parametrize("closed", ["shut", ""], ids=["a folder", "the root"])
def test_a_folder_that_may_not_be_listed_is_refused_and_its_topics_stay(
    import_content, folder, monkeypatch, closed
):
    import_content({"shut/in/a.md": "# A\n", "good.md": GOOD})
    listed = os.scandir
    where = folder / closed

    def denied(path):
        if Path(path) == where:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", denied)
    code, printed = import_content(prune=True)
    refused = f"{closed or '.'}: cannot be read: Permission denied"
    assert (code, refusals(printed)) == (1, [refused])
    assert sorted(Topic.objects.live().values_list("path", flat=True)) == [
        "good",
        "shut",
        "shut/in",
        "shut/in/a",
    ]


def test_the_topics_of_a_refused_index_are_not_pruned(import_content):
    import_content({"part/index.md": "# Part\n"})
    code, _ = import_content({"part/index.md": b"# Part\n\n\0"}, prune=True)
    assert code == 1
    assert Topic.objects.live().get().title == "Part"


def test_a_file_that_vanishes_after_the_listing_is_refused(import_content, monkeypatch, folder):
    hashed = roots._file_hash

    def hash_and_delete(file):
        digest = hashed(file)
        if file.origin == "gone.md":
            file.file.unlink()
        return digest

    monkeypatch.setattr(roots, "_file_hash", hash_and_delete)
    code, printed = import_content({"gone.md": "# Gone\n", "good.md": GOOD, "z.md": "# Z\n"})
    assert code == 1
    assert refusals(printed) == ["gone.md: cannot be read: No such file or directory"]
    assert sorted(Topic.objects.values_list("title", flat=True)) == ["Good", "Z"]


def test_a_file_that_changes_while_it_is_read_is_read_again_or_not_as_it_was_taken(
    import_content, monkeypatch, folder
):
    hashed = roots._file_hash

    def hash_and_change(file):
        digest = hashed(file)
        file.file.write_text("# After\n")
        return digest

    with monkeypatch.context() as patched:
        patched.setattr(roots, "_file_hash", hash_and_change)
        import_content({"a.md": "# Before\n"})
    assert Topic.objects.get().title == "After"
    assert "1 files unchanged" in import_content()[1]


def test_a_file_that_grows_while_it_is_read_is_refused(import_content, monkeypatch, folder):
    monkeypatch.setattr(files, "_refusal", lambda root, file: "")
    _, printed = import_content({"big.md": b"a b c d e\n" * 530_000, "good.md": GOOD})
    assert refusals(printed) == ["big.md: is larger than 5 MB: split it"]


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


TRAVERSALS = [
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/passwd.md",
    "..\\\\..\\\\x.md",
    "a%00b.md",
    "good.md#a%00b",
]


def test_a_link_that_leads_above_the_root_is_broken(import_content, client):
    text = "# T\n\n" + "\n\n".join(f"[x]({href})" for href in TRAVERSALS)
    import_content({"t.md": text, "good.md": GOOD})
    assert {link.kind for link in Link.objects.all()} == {"broken"}
    assert {link.wanted for link in Link.objects.all()} == {""}
    assert answers(client, Topic.objects.get(title="T")) == {200}


IMAGES = {
    "above the root": ("../../etc/x.png", []),
    "a link outside": ("out.png", ["image out.png leads outside"]),
    "a folder": ("folder.png", ["image folder.png does not exist"]),
    "missing": ("no.png", ["image no.png does not exist"]),
    "a loop": ("loop.png", ["image loop.png does not exist"]),
    "a name of 300 letters": (
        "a" * 300 + ".png",
        [f"image {'a' * 200} cannot be read: File name too long"],
    ),
    "too large": ("big.png", ["image big.png is larger than 5 MB"]),
}


@pytest.mark.parametrize(("href", "problems"), IMAGES.values(), ids=IMAGES.keys())
def test_an_image_that_cannot_be_copied_is_named(folder, bring, client, href, problems):
    (folder / "out.png").symlink_to("/etc/passwd")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "folder.png").mkdir()
    (folder / "big.png").write_bytes(b"\0" * 5_000_001)
    report = bring({"a.md": f"# A\n\n![picture]({href})\n"})
    assert [note.message for note in report.notes] == problems
    assert not Asset.objects.exists()
    assert Link.objects.get().kind == "broken"
    assert answers(client, Topic.objects.get()) == {200}


def test_an_image_that_changes_or_comes_later_is_shown_though_its_document_stays(bring, folder):
    bring({"a.md": "# A\n\n![picture](p.png)\n"})
    assert Link.objects.get().kind == "broken"
    bring({"p.png": b"first"})
    assert Link.objects.get().kind == "image"
    first = Asset.objects.get().digest
    assert first in Section.objects.get().html
    report = bring({"p.png": b"second"})
    assert report.counts == {"files unchanged": 1, "images stored": 1}
    assert Asset.objects.get().digest in Section.objects.get().html
    assert first not in Section.objects.get().html


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
    code, printed = import_content({f"{i}.md": f"# T {i}\n" for i in range(1500)})
    assert code == 0
    assert Topic.objects.count() == 1500
    assert Topic.objects.values("path").distinct().count() == 1500


def test_a_database_that_fails_is_told_in_one_line(folder, db, monkeypatch):
    (folder / "a.md").write_text("# A\n")

    def fail(*_args, **_options):
        raise OperationalError("terminating connection\nSSL off")

    monkeypatch.setattr("topics.importing.finishing.resolve_links", fail)
    with pytest.raises(CommandError) as raised:
        call_command("import_content", str(folder))
    assert str(raised.value) == "The database failed, nothing was changed: terminating connection"
    assert not Topic.objects.exists()
    assert ImportRun.objects.get().status == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_server_that_ends_in_the_middle_of_a_run_leaves_the_old_state(folder, monkeypatch):
    (folder / "a.md").write_text("# Old\n")
    import_paths([str(folder)])
    (folder / "a.md").write_text("# New\n")

    def end(*_args):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patched:
        patched.setattr("topics.importing.finishing.resolve_links", end)
        with pytest.raises(CommandError, match="The database failed, nothing was changed: "):
            call_command("import_content", str(folder))
    assert Topic.objects.get().title == "Old"
    statuses = ImportRun.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["done", "failed"]
    import_paths([str(folder)])
    assert Topic.objects.get().title == "New"
