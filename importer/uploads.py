"""A curator's upload: unpacked safely; `importer.tasks` has a worker import it."""

import contextlib
import lzma
import os
import shutil
import stat
import tempfile
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from importer.assets import MAX_FILE
from importer.file_discovery import LONGEST_ORIGIN, MAX_BYTES, printable
from importer.file_kinds import (
    CONFIGURATION,
    SUFFIXES,
    is_image,
    is_stored,
    left_out,
    suffix_of,
)
from importer.report import Note

MAX_FILES = 20_000
MAX_UNPACKED = 200_000_000  # bytes
MAX_WAITING = 1_000_000_000  # bytes of all uploads that nobody has imported yet
MAX_RATIO = 200  # unpacked to packed; Markdown rarely reaches 10
LONGEST_NAME = 255  # bytes, of a file or folder
DEEPEST_ZIP = 2  # zips in a zip
CHUNK = 1 << 20
TOO_MUCH = f"The zip unpacks to more than {MAX_UNPACKED // 1_000_000} MB: split it."
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
# What zipfile and the codecs behind it raise for data that is broken or of an unknown kind.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError)


class UploadRefused(Exception):
    """The upload as a whole is refused; the message says why."""


def receive(upload: UploadedFile) -> tuple[Path, list[Note]]:
    """Store an uploaded file, or the files of a zip, in a new folder.

    Returns the folder and a note for each entry that was left out. Raises UploadRefused.
    """
    uploads = Path(settings.DATA_DIR) / "uploads"
    folder = uploads / uuid.uuid4().hex / "files"
    name = PurePosixPath(printable(upload.name or "")).name
    try:
        uploads.mkdir(parents=True, exist_ok=True)
        uploads.chmod(PRIVATE_FOLDER)  # earlier versions left it open
        if _size(uploads) > MAX_WAITING:
            raise UploadRefused(
                f"Uploads that wait take more than {MAX_WAITING // 1_000_000_000} GB: import "
                f"them, or remove their folders in {uploads}. After a week they go by themselves."
            )
        folder.parent.mkdir(PRIVATE_FOLDER)
        folder.mkdir(PRIVATE_FOLDER)
        return folder, list(_stored(upload, name, folder))
    except OSError as error:
        discard(folder)
        raise UploadRefused(f"The upload cannot be stored: {error.strerror}.") from error
    except BaseException:
        discard(folder)
        raise


def _stored(upload: UploadedFile, name: str, folder: Path) -> Iterator[Note]:
    if name.lower().endswith(".zip"):
        yield from _unpack(cast(IO[bytes], upload), folder)
        return
    if Path(name).suffix.lower() not in SUFFIXES:
        raise UploadRefused(
            "Upload a .md, .markdown, .mdx, .qmd, .Rmd or .txt file, or a .zip of such files."
        )
    if (upload.size or 0) > MAX_BYTES:
        raise UploadRefused(f"The file is larger than {MAX_BYTES // 1_000_000} MB: split it.")
    with _new_file(folder / name) as file:
        for chunk in upload.chunks():
            file.write(chunk)


def _new_file(path: Path) -> IO[bytes]:
    """Open to this account alone. Raises FileExistsError."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb")


def _size(folder: Path) -> int:
    """Bytes of all files below; those that go meanwhile count nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(parent) / name).lstat().st_size
    return total


def discard(folder: Path) -> None:
    """Remove an upload's folder; nothing outside of the uploads is ever touched."""
    uploads = Path(settings.DATA_DIR) / "uploads"
    if folder.parent.parent == uploads:
        shutil.rmtree(folder.parent, ignore_errors=True)


@dataclass
class _Unpacking:
    """What an upload may still unpack to, and what of it was left out."""

    folder: Path
    bytes_left: int
    files_left: int
    left_out: list[str] = field(default_factory=list)


def _unpack(upload: IO[bytes], folder: Path) -> Iterator[Note]:
    """The files of a zip; of one that holds no documents, those of the zips in it, as Notion
    packs a large export."""
    unpacking = _Unpacking(folder, MAX_UNPACKED, MAX_FILES)
    yield from _unpack_one(upload, unpacking, depth=0)
    for kind in left_out(unpacking.left_out):
        yield Note("left out", kind.path, None, kind.message)


def _unpack_one(upload: IO[bytes], unpacking: _Unpacking, depth: int) -> Iterator[Note]:
    try:
        archive = zipfile.ZipFile(upload)
    except BROKEN as error:
        if depth:
            raise
        raise UploadRefused(f"This zip cannot be read: {error}.") from error
    # Of an entry without a name zipfile cannot even say whether it is a folder.
    entries = [e for e in archive.infolist() if not (e.filename and e.is_dir())]
    unpacking.files_left -= len(entries)
    if unpacking.files_left < 0:
        raise UploadRefused(f"The zip holds more than {MAX_FILES:,} files: split it.")
    has_documents = any(suffix_of(entry.filename) in SUFFIXES for entry in entries)
    for entry in entries:
        name = printable(entry.filename).replace("\\", "/")
        reason = _refusal(entry, name)
        if reason:
            yield Note("refused", name, None, reason)
        elif suffix_of(name) == ".zip" and not has_documents and depth < DEEPEST_ZIP:
            yield from _unpack_inner(archive, entry, name, unpacking, depth)
        elif _is_wanted(name):
            yield from _store(archive, entry, name, unpacking)
        elif not PurePosixPath(name).name.startswith("."):
            unpacking.left_out.append(name)


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name)
    if "__MACOSX" in path.parts:
        return False
    is_configuration = path.name in CONFIGURATION or path.parent.name in (".vitepress", ".obsidian")
    return suffix_of(name) in SUFFIXES or is_stored(name) or is_configuration


def _unpack_inner(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    name: str,
    unpacking: _Unpacking,
    depth: int,
) -> Iterator[Note]:
    with tempfile.TemporaryFile() as inner:
        try:
            unpacking.bytes_left -= _copy(archive, entry, inner, unpacking.bytes_left)
            inner.seek(0)
            yield from _unpack_one(inner, unpacking, depth + 1)
        except _TooLarge:
            raise UploadRefused(TOO_MUCH) from None
        except BROKEN as error:
            yield Note("refused", name, None, f"cannot be unpacked: {error}")


def _store(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, unpacking: _Unpacking
) -> Iterator[Note]:
    target = unpacking.folder / name
    most = MAX_BYTES if suffix_of(name) in SUFFIXES or is_image(name) else MAX_FILE
    limit = min(unpacking.bytes_left, most)
    try:
        _make_folders(unpacking.folder, target.parent)
        with _new_file(target) as file:
            unpacking.bytes_left -= _copy(archive, entry, file, limit)
    except _TooLarge:
        target.unlink()
        unpacking.bytes_left -= limit
        if unpacking.bytes_left <= 0:
            raise UploadRefused(TOO_MUCH) from None
        yield Note("refused", name, None, f"is larger than {most // 1_000_000} MB")
    except BROKEN as error:
        target.unlink(missing_ok=True)
        yield Note("refused", name, None, f"cannot be unpacked: {error}")
    except (FileExistsError, IsADirectoryError, NotADirectoryError):
        yield Note("refused", name, None, "has the name of another entry")


class _TooLarge(Exception):
    pass


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: IO[bytes], limit: int) -> int:
    """Unpack at most `limit` bytes; returns how many. The sizes in the zip are not trusted."""
    size = 0
    with archive.open(entry) as packed:
        while chunk := _unpacked(packed):
            size += len(chunk)
            if size > limit:
                raise _TooLarge
            file.write(chunk)
    return size


def _unpacked(packed: IO[bytes]) -> bytes:
    try:
        return packed.read(CHUNK)
    except OSError as error:  # bzip2's word for broken data; the disk's own errors are others'
        raise zipfile.BadZipFile(str(error)) from error


def _make_folders(top: Path, folder: Path) -> None:
    """As `mkdir(parents=True)`, which would leave the parents open to everybody."""
    for part in (*reversed(folder.relative_to(top).parents), folder.relative_to(top)):
        (top / part).mkdir(PRIVATE_FOLDER, exist_ok=True)


def _refusal(entry: zipfile.ZipInfo, name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if not path.name:
        return "has no name"
    if path.is_absolute() or ".." in path.parts or ":" in name:
        return "leads outside the zip"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.compress_size and entry.file_size / entry.compress_size > MAX_RATIO:
        return "has a suspicious compression ratio (zip bomb?)"
    if len(name) > LONGEST_ORIGIN:
        return f"has a path of more than {LONGEST_ORIGIN} characters"
    if any(len(part.encode()) > LONGEST_NAME for part in path.parts):
        return f"has a name of more than {LONGEST_NAME} bytes"
    return ""
