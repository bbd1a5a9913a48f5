"""Which files an import reads, and where each stands in the tree."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from documents import Refused
from documents.parser import LIMIT_BYTES

SUFFIXES = {".md", ".markdown", ".txt"}
IMAGES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"}
INDEX_NAMES = ("index.md", "readme.md", "index.markdown", "readme.markdown")
MAX_BYTES = LIMIT_BYTES
TOO_LARGE = f"is larger than {MAX_BYTES // 1_000_000} MB: split it"
LONGEST_ORIGIN = 400
DEEPEST = 30  # folders; the tree of topics is shown by a template that calls itself
LONGEST_SOURCE = 100
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
SKIPPED_FOLDERS = {"node_modules", "__pycache__"}


class WrongPath(Exception):
    """The command was given a path that cannot be imported; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something the run has to say about a file. Level: warning, refused or conflict."""

    level: str
    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"

    def as_dict(self) -> dict[str, object]:
        return {
            "level": self.level,
            "path": self.path,
            "line": self.line,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `origin` is its path below the root, with slashes.

    `is_index` says that it speaks for its folder: the first by INDEX_NAMES of those that could.
    """

    origin: str
    file: Path
    is_index: bool = False

    @property
    def folder(self) -> str:
        """The folder's origin: "" for the root, else with a slash at the end."""
        parent = PurePosixPath(self.origin).parent.as_posix()
        return "" if parent == "." else parent + "/"


@dataclass(frozen=True, slots=True)
class Root:
    """One PATH of the command: a folder with everything below it, or one file of a folder."""

    path: Path
    source: str
    only: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.only


def root_of(path: str, source: str) -> Root:
    """Raises WrongPath when there is nothing to read at `path`, or the source has a wrong name."""
    given = Path(path)
    try:
        real = given.resolve(strict=True)
    except PermissionError as error:
        raise WrongPath(f"{path}: {cannot_be_read(error)}.") from None
    except (OSError, RuntimeError, ValueError):
        raise WrongPath(f"{path}: there is no such file or folder. Check the path.") from None
    if source and source != source_name(source):
        raise WrongPath(f"--source {source}: give a name without / and :, of at most 100 letters.")
    if real.is_dir():
        return Root(real, source or source_name(real.name))
    if real.suffix.lower() not in SUFFIXES:
        raise WrongPath(f"{path}: only {' '.join(sorted(SUFFIXES))} files can be imported.")
    return Root(real.parent, source or source_name(real.parent.name), only=real.name)


def source_name(name: str) -> str:
    """A folder's name as a source: a colon ends the source in a tree path, a slash a folder."""
    plain = re.sub("[:/\\\\]", "-", printable(name)).strip(" .")
    return plain[:LONGEST_SOURCE] or "root"


def walk(root: Root, notes: list[Note]) -> Iterator[SourceFile]:
    """The files of a root in the order of their paths. What cannot be read is noted as refused."""
    if root.only:
        yield from _checked(root, [root.path / root.only], notes, index_of(_beside(root)))
        return
    for folder, folders, names in os.walk(root.path, onerror=_refuse_folder(root, notes)):
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and f not in SKIPPED_FOLDERS
        )
        for name in [f for f in folders if (Path(folder) / f).is_symlink()]:
            folders.remove(name)
            if not _is_inside(root, Path(folder) / name):
                origin = (Path(folder) / name).relative_to(root.path).as_posix()
                reason = "is a link that leads outside"
                notes.append(Note("refused", printable(origin), None, reason))
        wanted = [
            Path(folder) / name
            for name in sorted(names)
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
        ]
        yield from _checked(root, wanted, notes, index_of(names))


def _beside(root: Root) -> list[str]:
    """The files of a single file's folder; of one that cannot be listed this file alone."""
    try:
        with os.scandir(root.path) as entries:
            return [entry.name for entry in entries if entry.is_file()]
    except OSError:
        return [root.only]


def index_of(names: Iterable[str]) -> str:
    """The file of a folder that speaks for it, or ""."""
    able = [name for name in names if name.lower() in INDEX_NAMES]
    return min(able, key=lambda name: (INDEX_NAMES.index(name.lower()), name), default="")


def _refuse_folder(root: Root, notes: list[Note]):  # type: ignore[no-untyped-def]
    def refuse(error: OSError) -> None:
        origin = Path(error.filename).relative_to(root.path).as_posix()
        notes.append(Note("refused", printable(origin), None, cannot_be_read(error)))

    return refuse


def _checked(
    root: Root, files: Sequence[Path], notes: list[Note], index: str
) -> Iterator[SourceFile]:
    for file in files:
        origin = file.relative_to(root.path).as_posix()
        reason = _refusal(root, file)
        if reason:
            notes.append(Note("refused", printable(origin), None, reason))
        else:
            yield SourceFile(origin, file, is_index=file.name == index)


def _refusal(root: Root, file: Path) -> str:
    origin = file.relative_to(root.path).as_posix()
    if not is_utf8(origin):
        return "has a name that is not UTF-8: rename it"
    if printable(origin) != origin:
        return "has control characters in its path: rename it"
    if len(origin) > LONGEST_ORIGIN:
        return f"has a path of more than {LONGEST_ORIGIN} characters"
    if origin.count("/") > DEEPEST:
        return f"lies more than {DEEPEST} folders deep"
    if not _is_inside(root, file):
        return "is a link that leads outside"
    try:
        status = file.stat()
    except OSError as error:
        return cannot_be_read(error)
    if not stat.S_ISREG(status.st_mode):
        return "is not a file"
    if status.st_size > MAX_BYTES:
        return TOO_LARGE
    return ""


def _is_inside(root: Root, path: Path) -> bool:
    """Whether links, if any, lead to something below the root. A loop of links does not raise."""
    return Path(os.path.realpath(path)).is_relative_to(root.path)


def read(file: SourceFile) -> bytes:
    """The file's bytes. Raises Refused: it may have gone, grown or been closed since the walk."""
    try:
        with file.file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(cannot_be_read(error)) from error
    if len(data) > MAX_BYTES:
        raise Refused(TOO_LARGE)
    return data


def cannot_be_read(error: OSError) -> str:
    return f"cannot be read: {error.strerror}"


def is_utf8(name: str) -> bool:
    """False for a file name that was made of other bytes."""
    return name.encode("utf-8", "replace").decode() == name


def printable(name: str) -> str:
    """A file name that can be stored and printed, whatever bytes it was made of."""
    return CONTROLS.sub("\ufffd", name.encode("utf-8", "replace").decode())
