"""Which files an import reads, and where each stands in the tree."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

SUFFIXES = {".md", ".markdown", ".txt"}
IMAGES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"}
INDEX_NAMES = ("index.md", "readme.md", "index.markdown", "readme.markdown")
MAX_BYTES = 10_000_000
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
    """A file to read. `origin` is its path below the root, with slashes."""

    origin: str
    file: Path

    @property
    def folder(self) -> str:
        """The folder's origin: "" for the root, else with a slash at the end."""
        parent = PurePosixPath(self.origin).parent.as_posix()
        return "" if parent == "." else parent + "/"

    @property
    def is_index(self) -> bool:
        return PurePosixPath(self.origin).name.lower() in INDEX_NAMES


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
    """Raises WrongPath when there is nothing to read at `path`."""
    given = Path(path)
    if not given.exists():
        raise WrongPath(f"{path}: there is no such file or folder. Check the path.")
    real = given.resolve()
    if real.is_dir():
        return Root(real, source or real.name or "root")
    if real.suffix.lower() not in SUFFIXES:
        raise WrongPath(f"{path}: only {' '.join(sorted(SUFFIXES))} files can be imported.")
    return Root(real.parent, source or real.parent.name or "root", only=real.name)


def walk(root: Root, notes: list[Note]) -> Iterator[SourceFile]:
    """The files of a root in the order of their paths. What cannot be read is noted as refused."""
    if root.only:
        yield from _checked(root, [root.path / root.only], notes)
        return
    for folder, folders, names in os.walk(root.path, onerror=_refuse_folder(root, notes)):
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and f not in SKIPPED_FOLDERS
        )
        for name in [f for f in folders if (Path(folder) / f).is_symlink()]:
            folders.remove(name)
            target = (Path(folder) / name).resolve()
            if not target.is_relative_to(root.path):
                origin = (Path(folder) / name).relative_to(root.path).as_posix()
                notes.append(Note("refused", origin, None, "is a link that leads outside"))
        wanted = [
            Path(folder) / name
            for name in sorted(names)
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
        ]
        yield from _checked(root, wanted, notes)


def _refuse_folder(root: Root, notes: list[Note]):  # type: ignore[no-untyped-def]
    def refuse(error: OSError) -> None:
        origin = Path(error.filename).relative_to(root.path).as_posix()
        notes.append(Note("refused", origin, None, f"cannot be read: {error.strerror}"))

    return refuse


def _checked(root: Root, files: Sequence[Path], notes: list[Note]) -> Iterator[SourceFile]:
    for file in files:
        origin = file.relative_to(root.path).as_posix()
        reason = _refusal(root, file)
        if reason:
            notes.append(Note("refused", printable(origin), None, reason))
        else:
            yield SourceFile(origin, file)


def _refusal(root: Root, file: Path) -> str:
    if not file.resolve().is_relative_to(root.path):
        return "is a link that leads outside"
    try:
        size = file.stat().st_size
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not file.is_file():
        return "is not a file"
    if size > MAX_BYTES:
        return f"is larger than {MAX_BYTES // 1_000_000} MB: split it"
    origin = file.relative_to(root.path).as_posix()
    if printable(origin) != origin:
        return "has a name that is not UTF-8: rename it"
    if len(origin) > 400:
        return "has a path of more than 400 characters"
    return ""


def printable(name: str) -> str:
    """A file name that can be stored and printed, whatever bytes it was made of."""
    return name.encode("utf-8", "replace").decode().replace("\x00", "�")
