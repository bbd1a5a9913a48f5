"""A curator's upload: unpacked safely; `importer.tasks` has a worker import it."""

import contextlib
import lzma
import os
import shutil
import stat
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from importer.file_discovery import (
    IMAGES,
    LONGEST_ORIGIN,
    MAX_BYTES,
    SUFFIXES,
    printable,
)
from importer.report import Note

MAX_FILES = 20_000
MAX_UNPACKED = 200_000_000  # bytes
MAX_WAITING = 1_000_000_000  # bytes of all uploads that nobody has imported yet
MAX_RATIO = 200  # unpacked to packed; Markdown rarely reaches 10
LONGEST_NAME = 255  # bytes, of a file or folder
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
        yield from _unpack(upload, folder)
        return
    if Path(name).suffix.lower() not in SUFFIXES:
        raise UploadRefused("Upload a .md, .markdown or .txt file, or a .zip of such files.")
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


def _unpack(upload: UploadedFile, folder: Path) -> Iterator[Note]:
    try:
        archive = zipfile.ZipFile(upload)
    except BROKEN as error:
        raise UploadRefused(f"This zip cannot be read: {error}.") from error
    # Of an entry without a name zipfile cannot even say whether it is a folder.
    entries = [e for e in archive.infolist() if not (e.filename and e.is_dir())]
    if len(entries) > MAX_FILES:
        raise UploadRefused(f"The zip holds more than {MAX_FILES:,} files: split it.")
    left = MAX_UNPACKED
    for entry in entries:
        name = printable(entry.filename)
        reason = _refusal(entry, name)
        if reason:
            yield Note("refused", name, None, reason)
            continue
        if Path(name).suffix.lower() not in SUFFIXES | IMAGES:
            continue
        limit = min(left, MAX_BYTES)
        try:
            with archive.open(entry) as packed:
                data = packed.read(limit + 1)  # the sizes in the zip are not trusted
        except (*BROKEN, OSError) as error:  # OSError is bzip2's word for it
            yield Note("refused", name, None, f"cannot be unpacked: {error}")
            continue
        left -= min(len(data), limit)
        if len(data) > limit:
            if left <= 0:
                raise UploadRefused(
                    f"The zip unpacks to more than {MAX_UNPACKED // 1_000_000} MB: split it."
                )
            yield Note("refused", name, None, f"is larger than {MAX_BYTES // 1_000_000} MB")
            continue
        target = folder / name
        try:
            _make_folders(folder, target.parent)
            with _new_file(target) as file:
                file.write(data)
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            yield Note("refused", name, None, "has the name of another entry")


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
