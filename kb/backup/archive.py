"""The file of a backup: a tar archive of parts, the last of which is the manifest.

The manifest names every part with its size and SHA-256, so a file that was cut off, or of which a
bit fell over, is never taken for whole. Any `tar` reads it: `cat database.dump.*` is what
`pg_restore` takes, and uploads are gzip files.
"""

import dataclasses
import errno
import fcntl
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kb.backup import BackupError

FORMAT = 1
FIRST, MANIFEST = "kb-backup", "manifest.json"
DATABASE, UPLOADS, SECRET = "database.dump.", "uploads/", "secret_key"
PIECE = 16 << 20  # bytes of the dump in one part
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Part:
    """What the manifest says of a part."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What a backup holds, and what made it."""

    made_at: str
    site: str  # this code's version
    server: int  # PostgreSQL's major versions: of the server,
    tool: int  # and of the pg_dump that asked it
    database: str
    data_dir: str
    migrations: list[str]
    roles: list[str]  # that have rights of their own in the database
    tables: dict[str, int]  # rows of each, by the name as SQL writes it
    parts: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """The rows of all tables together."""
        return sum(self.tables.values())

    @property
    def uploads(self) -> list[str]:
        """The parts that are files of uploads."""
        return [name for name in self.parts if name.startswith(UPLOADS)]

    @property
    def has_secret(self) -> bool:
        """Whether the key of KB_DATA_DIR is in the backup."""
        return SECRET in self.parts


class Writer:
    """Takes the parts, one after the other. They are on the disk as they come."""

    def __init__(self, file: IO[bytes]) -> None:
        self._tar = tarfile.TarFile(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)
        self.parts: dict[str, Part] = {}
        self._add(FIRST, json.dumps({"format": FORMAT}).encode())

    def add(self, name: str, content: bytes) -> None:
        """Add one part; the manifest will name it."""
        self.parts[name] = Part(len(content), hashlib.sha256(content).hexdigest())
        self._add(name, content)

    def add_dump(self, pieces: Iterable[bytes]) -> None:
        """The dump, in whatever pieces it comes."""
        waiting, number = bytearray(), 0
        for piece in pieces:
            waiting += piece
            while len(waiting) >= PIECE:
                self.add(f"{DATABASE}{number:05}", bytes(waiting[:PIECE]))
                del waiting[:PIECE]
                number += 1
        self.add(f"{DATABASE}{number:05}", bytes(waiting))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, with the parts added so far, as the last entry."""
        manifest.parts = self.parts
        self._add(MANIFEST, json.dumps(dataclasses.asdict(manifest), indent=1).encode())
        self._tar.close()

    def _add(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self._tar.addfile(entry, io.BytesIO(content))


@contextmanager
def written(target: Path) -> Iterator[Writer]:
    """A writer of a file that gets its name only once it is whole. Raises BackupError.

    What a killed backup leaves has another name, and the next one to the same file takes it over.
    """
    unfinished = target.with_name(target.name + UNFINISHED)
    if target.exists():
        raise BackupError(f"{target} is there already: name another file, or remove that one.")
    try:
        with open(unfinished, "ab", opener=_private) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.truncate(0)
            file.seek(0)
            try:
                yield Writer(file)
                file.flush()
                os.fsync(file.fileno())
                _give_name(unfinished, target)
            finally:
                unfinished.unlink(missing_ok=True)
    except BlockingIOError as error:
        raise BackupError(f"Another backup to {target} is under way: wait for its end.") from error
    except OSError as error:
        raise cannot_write(error, target.parent) from error


def cannot_write(error: OSError, folder: Path) -> BackupError:
    """The clear form of an error of the file system."""
    if error.errno in FULL:
        return BackupError(f"The disk that holds {folder} is full: free some space and try again.")
    return BackupError(
        f"Cannot write into {folder} ({error.strerror}): make it, or name another folder."
    )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _give_name(unfinished: Path, target: Path) -> None:
    """Fails where there is such a file by now, on file systems that know links."""
    try:
        os.link(unfinished, target)
    except FileExistsError as error:
        raise BackupError(f"{target} appeared in the meantime and was left alone.") from error
    except OSError:
        unfinished.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Archive:
    """A backup that is read. `opened` makes one."""

    def __init__(self, path: Path, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self.path = path
        self._tar = tar
        self.manifest = manifest

    def read(self, name: str) -> bytes:
        """The part's content, as the manifest has it. Raises BackupError."""
        known = self.manifest.parts[name]
        try:
            file = self._tar.extractfile(name)
            content = file.read() if file else b""
        except (KeyError, tarfile.TarError, OSError) as error:
            raise self._damaged(name) from error
        if Part(len(content), hashlib.sha256(content).hexdigest()) != known:
            raise self._damaged(name)
        return content

    def dump(self) -> Iterator[bytes]:
        """The pieces of the database's dump, in order."""
        for name in sorted(self.manifest.parts):
            if name.startswith(DATABASE):
                yield self.read(name)

    def check(self) -> None:
        """Reads every part. Raises BackupError for the first that is not as it was written."""
        for name in self.manifest.parts:
            self.read(name)

    def _damaged(self, name: str) -> BackupError:
        return BackupError(
            f"{self.path} is damaged: {name} is not as it was written. Take another backup."
        )


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The backup in the file, its parts not yet checked. Raises BackupError."""
    try:
        tar = tarfile.TarFile(path)
    except OSError as error:
        raise BackupError(f"Cannot read {path} ({error.strerror}): check the name.") from error
    except tarfile.TarError as error:
        raise _no_backup(path) from error
    with tar:
        try:
            first = tar.next()
            file = tar.extractfile(FIRST) if first and first.name == FIRST else None
            made_by = json.loads(file.read())["format"] if file else None
        except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
            raise _no_backup(path) from error
        if made_by is None:
            raise _no_backup(path)
        if made_by != FORMAT:
            raise BackupError(
                f"{path} was written by a newer version of this site (format {made_by}): restore "
                "it with that version."
            )
        yield Archive(path, tar, _manifest(path, tar))


def _manifest(path: Path, tar: tarfile.TarFile) -> Manifest:
    try:
        file = tar.extractfile(MANIFEST)
        values: dict[str, Any] = json.loads(file.read()) if file else {}
        parts = {name: Part(**part) for name, part in values.pop("parts").items()}
        return Manifest(**values, parts=parts)
    except (KeyError, tarfile.TarError, OSError, ValueError, TypeError, AttributeError) as error:
        raise BackupError(
            f"{path} is cut off: its end, which says what it holds, is missing. Copy it again, or "
            "take another backup."
        ) from error


def _no_backup(path: Path) -> BackupError:
    return BackupError(f"{path} is no backup of this site: name a file that `backup` wrote.")
