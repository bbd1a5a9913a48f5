"""Zips as people make them, and as they arrive: whatever is in one, the rest comes in."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from importer import uploads
from importer.uploads import UploadRefused, receive

PACKINGS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def zipped(entries: list[tuple[str, str]], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packing) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return data.getvalue()


def received(data: bytes) -> tuple[dict[str, str], list[str]]:
    """The files that an upload left, by path, and its notes."""
    folder, notes = receive(SimpleUploadedFile("notes.zip", data))
    files = [file for file in folder.rglob("*") if file.is_file()]
    texts = {file.relative_to(folder).as_posix(): file.read_text() for file in files}
    return texts, [str(note) for note in notes]


ODD = {
    "a name of 260 letters": (
        f"{'a' * 257}.md",
        f"{'a' * 257}.md: has a name of more than 255 bytes",
    ),
    "a folder of 260 bytes": (
        f"{'é' * 130}/a.md",
        f"{'é' * 130}/a.md: has a name of more than 255 bytes",
    ),
    "a path of 420 letters": (
        "abcdef/" * 60 + "a.md",
        "abcdef/" * 60 + "a.md: has a path of more than 400 characters",
    ),
    "a file as a folder": ("good.md/a.md", "good.md/a.md: has the name of another entry"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "note"), ODD.values(), ids=ODD.keys())
def test_a_name_that_cannot_be_stored_is_refused_and_the_others_come_in(name, note):
    data = zipped([("good.md", "# Good"), (name, "# Odd"), ("more.md", "# More")])
    assert received(data) == ({"good.md": "# Good", "more.md": "# More"}, [note])


def test_of_two_entries_with_one_name_the_first_comes_in():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([("a.md", "first"), ("a.md", "second"), ("A.md", "large")])
    assert received(data) == (
        {"a.md": "first", "A.md": "large"},
        ["a.md: has the name of another entry"],
    )


@pytest.mark.parametrize("packing", PACKINGS, ids=["stored", "deflate", "bzip2", "lzma"])
def test_a_zip_with_a_broken_entry_brings_the_others(packing):
    words = random.Random(2).randbytes(4000).hex()
    data = bytearray(zipped([("bad.md", words), ("good.md", "# Good")], packing))
    data[60:1000] = bytes(940)
    files, notes = received(bytes(data))
    assert files == {"good.md": "# Good"}
    assert [note.partition(": cannot be unpacked: ")[0] for note in notes] == ["bad.md"]


def test_what_is_unpacked_and_refused_counts_too(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 100)
    monkeypatch.setattr(uploads, "MAX_UNPACKED", 250)
    large = ("text " * 30)[:120]
    data = zipped([("a.md", large), ("b.md", "# B"), ("c.md", large)])
    files, notes = received(data)
    assert (files, len(notes)) == ({"b.md": "# B"}, 2)
    with pytest.raises(UploadRefused, match="unpacks to more than"):
        received(zipped([("a.md", large), ("b.md", large), ("c.md", large)]))


def test_a_disk_without_room_is_told_and_nothing_stays(monkeypatch, tmp_path):
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads, "_new_file", full)
    with pytest.raises(UploadRefused, match="cannot be stored: No space left on device"):
        received(zipped([("a.md", "# A")]))
    assert list(Path(tmp_path / "uploads").iterdir()) == []


def test_an_entry_without_a_name_is_refused_and_the_others_come_in():
    data = io.BytesIO(zipped([("good.md", "# Good")]))
    nameless = zipfile.ZipInfo("a")
    nameless.filename = ""
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(nameless, "# Nameless")
    assert received(data.getvalue()) == ({"good.md": "# Good"}, [": has no name"])


def test_nobody_else_on_the_machine_reads_an_upload(tmp_path):
    old = tmp_path / "uploads"
    old.mkdir(mode=0o755)
    received(zipped([("a/b/deep.md", "# Deep"), ("flat.md", "# Flat")]))
    receive(SimpleUploadedFile("one.md", b"# One"))
    found = {old, *old.rglob("*")}
    assert {path.name for path in found} >= {"deep.md", "flat.md", "one.md", "b"}
    assert {oct(path.stat().st_mode & 0o777) for path in found if path.is_dir()} == {"0o700"}
    assert {oct(path.stat().st_mode & 0o777) for path in found if path.is_file()} == {"0o600"}


def test_uploads_that_wait_take_no_more_than_their_room(monkeypatch, tmp_path):
    monkeypatch.setattr(uploads, "MAX_WAITING", 5)
    receive(SimpleUploadedFile("one.md", b"# Onefold"))
    with pytest.raises(UploadRefused, match="Uploads that wait take more than"):
        receive(SimpleUploadedFile("two.md", b"# Two"))
    assert len(list((tmp_path / "uploads").iterdir())) == 1


@pytest.mark.parametrize("error", [ValueError("odd"), IndexError(), KeyboardInterrupt()])
def test_whatever_fails_leaves_no_folder(monkeypatch, tmp_path, error):
    def fail(*_args: object) -> int:
        raise error

    monkeypatch.setattr(uploads, "_refusal", fail)
    with pytest.raises(type(error)):
        receive(SimpleUploadedFile("notes.zip", zipped([("a.md", "# A")])))
    assert list((tmp_path / "uploads").iterdir()) == []
