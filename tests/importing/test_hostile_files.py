"""Files that lead elsewhere, may not be read or change while they are read."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from importer import file_discovery
from importer import root as roots
from importer.run import import_paths
from topics.models import Topic

from .command import GOOD, refusals

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


def test_a_file_of_a_folder_that_may_not_be_listed_comes_in(folder, db, monkeypatch):
    (folder / "index.md").write_text("# Index\n")

    def denied(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", denied)
        report = import_paths([str(folder / "index.md")])
    assert report.counts["topics added"] == 1


def test_a_path_behind_a_closed_folder_says_so(folder, db, monkeypatch):
    def denied(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "resolve", denied)
    with pytest.raises(CommandError, match="cannot be read: Permission denied"):
        call_command("import_content", str(folder / "shut"))


def test_the_topics_of_a_refused_index_are_not_pruned(import_content):
    import_content({"part/index.md": "# Part\n"})
    code, _ = import_content({"part/index.md": b"# Part\n\n\0"}, prune=True)
    assert code == 1
    assert Topic.objects.live().get().title == "Part"


def test_a_file_that_vanishes_after_the_listing_is_refused(import_content, monkeypatch, folder):
    hashed = roots.digest_of

    def hash_and_delete(file, project):
        digest = hashed(file, project)
        if file.origin == "gone.md":
            file.file.unlink()
        return digest

    monkeypatch.setattr(roots, "digest_of", hash_and_delete)
    code, printed = import_content({"gone.md": "# Gone\n", "good.md": GOOD, "z.md": "# Z\n"})
    assert code == 1
    assert refusals(printed) == ["gone.md: cannot be read: No such file or directory"]
    assert sorted(Topic.objects.values_list("title", flat=True)) == ["Good", "Z"]


def test_a_file_that_changes_while_it_is_read_is_read_again_or_not_as_it_was_taken(
    import_content, monkeypatch, folder
):
    hashed = roots.digest_of

    def hash_and_change(file, project):
        digest = hashed(file, project)
        file.file.write_text("# After\n")
        return digest

    with monkeypatch.context() as patched:
        patched.setattr(roots, "digest_of", hash_and_change)
        import_content({"a.md": "# Before\n"})
    assert Topic.objects.get().title == "After"
    assert "1 files unchanged" in import_content()[1]


def test_a_file_that_grows_while_it_is_read_is_refused(import_content, monkeypatch, folder):
    monkeypatch.setattr(file_discovery, "refusal_of", lambda *about: "")
    _, printed = import_content({"big.md": b"a b c d e\n" * 530_000, "good.md": GOOD})
    assert refusals(printed) == ["big.md: is larger than 5 MB: split it"]
