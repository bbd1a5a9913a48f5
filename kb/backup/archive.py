"""The file of a backup: a tar archive of parts, the last of which is the manifest.

The manifest names every part with its size and SHA-256, and after the archive's end a seal has the
SHA-256 of all before it: a file that was cut off, or of which a bit fell over, is never taken for
whole. Any `tar` reads it: `cat database.dump.*` is what `pg_restore` takes, and uploads are gzip
files.
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

FORMAT = 2  # 1 had no seal
FIRST, MANIFEST = "kb-backup", "manifest.json"
DATABASE, UPLOADS, SECRET = "database.dump.", "uploads/", "secret_key"
PIECE = 16 << 20  # bytes of the dump in one part
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
UNFINISHED = ".unfinished"
SEAL = "\nkb-backup is whole: sha256 {}\n"
SEAL_SIZE = len(SEAL.format("0" * 64))
BLOCK = 1 << 20  # bytes


def is_backup(path: Path) -> bool:
    """Whether a file begins as a backup does, whole or not; False where it cannot be read."""
    if not path.is_file():  # a pipe would wait for who writes
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(FIRST) + 1) == f"{FIRST}\0".encode()
    except OSError:
        return False


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
    commit: str = ""  # of the code that fits; empty where nobody knows
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


class _Summed:
    """A file that is written, and the SHA-256 of all that was."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sum = hashlib.sha256()
        self.tell = file.tell

    def write(self, content: bytes) -> int:
        self.sum.update(content)
        return self._file.write(content)


class Writer:
    """Takes the parts, one after the other. They are on the disk as they come."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = _Summed(file)
        self._tar = tarfile.TarFile(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # type: ignore[arg-type]
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
        """Write the manifest, with the parts added so far, as the last entry, and the seal."""
        manifest.parts = self.parts
        self._add(MANIFEST, json.dumps(dataclasses.asdict(manifest), indent=1).encode())
        self._tar.close()
        self._file.write(SEAL.format(self._file.sum.hexdigest()).encode())

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

    def __init__(self, path: Path, tar: tarfile.TarFile, manifest: Manifest, seal: str) -> None:
        self.path = path
        self._tar = tar
        self._sealed = seal  # the SHA-256; empty in format 1
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
        """Reads all of it. Raises BackupError for what is not as it was written."""
        for name in self.manifest.parts:
            self.read(name)
        if not self.manifest.tables:
            raise BackupError(f"{self.path} holds no table: it was made of an empty database.")
        if self._sealed and _sum_of(self.path) != self._sealed:
            raise self._damaged("what is between the parts")

    def _damaged(self, name: str) -> BackupError:
        return BackupError(
            f"{self.path} is damaged: {name} is not as it was written. Take another backup."
        )


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The backup in the file, its parts not yet checked. Raises BackupError."""
    try:
        with path.open("rb") as file:
            _check_beginning(path, file.read(tarfile.BLOCKSIZE))
        tar = tarfile.TarFile(path)
    except OSError as error:
        raise BackupError(f"Cannot read {path} ({error.strerror}): check the name.") from error
    except tarfile.TarError as error:
        raise _cut_off(path) from error
    with tar:
        made_by = _format(path, tar)
        if made_by > FORMAT:
            raise BackupError(
                f"{path} was written by a newer version of this site (format {made_by}): restore "
                "it with that version."
            )
        seal = _seal(path) if made_by > 1 else ""
        if not seal and path.stat().st_size % tarfile.RECORDSIZE:
            raise _cut_off(path)
        yield Archive(path, tar, _manifest(path, tar), seal)


def _check_beginning(path: Path, head: bytes) -> None:
    name = FIRST.encode() + b"\0"
    if not head or not head.startswith(name[: len(head)]):
        raise BackupError(f"{path} is no backup of this site: name a file that `backup` wrote.")
    if len(head) < tarfile.BLOCKSIZE:
        raise _cut_off(path)


def _format(path: Path, tar: tarfile.TarFile) -> int:
    try:
        tar.next()
        file = tar.extractfile(FIRST)
        return int(json.loads(file.read())["format"]) if file else 0
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
        raise _cut_off(path) from error


def _seal(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(-SEAL_SIZE, os.SEEK_END)
        seal = file.read().decode(errors="replace")
    found = seal.strip().rpartition(" ")[2]
    if seal != SEAL.format(found):
        raise _cut_off(path)
    return found


def _sum_of(path: Path) -> str:
    """The SHA-256 of all but the seal."""
    left, found = path.stat().st_size - SEAL_SIZE, hashlib.sha256()
    with path.open("rb") as file:
        while left > 0 and (block := file.read(min(BLOCK, left))):
            found.update(block)
            left -= len(block)
    return found.hexdigest()


def _manifest(path: Path, tar: tarfile.TarFile) -> Manifest:
    try:
        file = tar.extractfile(MANIFEST)
        values: dict[str, Any] = json.loads(file.read()) if file else {}
        parts = {name: Part(**part) for name, part in values.pop("parts").items()}
        known = {field.name for field in dataclasses.fields(Manifest)}
        return Manifest(**{name: values[name] for name in known & values.keys()}, parts=parts)
    except (KeyError, tarfile.TarError, OSError, ValueError, TypeError, AttributeError) as error:
        raise _cut_off(path) from error


def _cut_off(path: Path) -> BackupError:
    return BackupError(
        f"{path} is cut off or damaged: what says that it is whole is missing. Copy it again, or "
        "take another backup."
    )
