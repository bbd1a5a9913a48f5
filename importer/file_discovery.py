"""Which files an import reads: roots, the files below them, and what cannot be read."""

import os
import posixpath
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from documents import Refused
from documents.parser import LIMIT_BYTES
from documents.slugs import stem_of, table_name, without_id
from importer import joplin, notion
from importer.confluence import INDEX, page_as_markdown, pages_of
from importer.csv_tables import is_table, table_of
from importer.export_pages import Page
from importer.file_kinds import CONFIGURATION, SUFFIXES, is_stored
from importer.identity.files import folder_of, folders_of
from importer.names import fold
from importer.report import Note, Report

# What speaks for its folder, the first that there is.
INDEX_NAMES = (
    "index.md",
    "_index.md",
    "readme.md",
    "index.markdown",
    "readme.markdown",
    "index.mdx",
    "_index.mdx",
    "readme.mdx",
    "index.qmd",
    "index.rmd",
    "page.mdx",  # Nextra
)
MAX_BYTES = LIMIT_BYTES
TOO_LARGE = f"is larger than {MAX_BYTES // 1_000_000} MB: split it"
LONGEST_ORIGIN = 400
DEEPEST = 30  # folders; the tree of topics is shown by a template that calls itself
LONGEST_SOURCE = 100
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Folders in which tools keep what pages show, though their names start with a dot.
_STORES = (".attachments", ".gitbook/assets", ".vuepress/public", ".vitepress/public")
SKIPPED_FOLDERS = {"node_modules", "__pycache__"}


class WrongPath(Exception):
    """A path cannot be imported; the message says what to do."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `origin` is its path below the root, with slashes.

    `is_index` says that it is its folder's text: the first of INDEX_NAMES that the folder has.
    `pages` are those of the Confluence space that it is a page of; its origin is another than its
    file's path then.
    """

    origin: str
    file: Path
    is_index: bool = False
    pages: Mapping[str, Page] | None = field(default=None, compare=False)

    @property
    def folder(self) -> str:
        """The folder's origin: "" for the root, else with a slash at the end."""
        return folder_of(self.origin)

    @property
    def topic(self) -> str:
        """The origin of its topic: an index is its folder's, but for the root's own index."""
        return self.folder if self.is_index and self.folder else self.origin


@dataclass(frozen=True, slots=True)
class Root:
    """One PATH of the command: a folder with everything below it, or one file of a folder."""

    path: Path
    source: str
    only: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all below the root is read, and not one file alone."""
        return not self.only


@dataclass(frozen=True)
class Listing:
    """The files of a root, each folder's index before the rest of the folder.

    present   origins of the topics and folders that have a file, also of files that were refused
    indexed   the folders that have an index
    speakers  the file beside a folder without an index that speaks for it: `a/` and `a.md`
    closed    what the origins begin with that may be behind something that could not be read
    others    paths of pictures and other files that a document may show or link to, by name
    left_out  paths of files that are neither
    parts     paths of documents that the source's tool makes no page of
    """

    root: Root
    files: list[SourceFile]
    present: frozenset[str]
    indexed: frozenset[str]
    speakers: Mapping[str, str]
    closed: tuple[str, ...]
    others: Mapping[str, str]
    left_out: tuple[str, ...]
    parts: tuple[str, ...] = ()

    def holds(self, origin: str) -> bool:
        """Whether the root has this topic's file, or may have it."""
        return origin in self.present or self.may_hold(origin)

    def may_hold(self, origin: str) -> bool:
        """Whether this topic's file may be where nothing could be read."""
        return origin.startswith(self.closed)


def _always(path: str) -> bool:
    return True


def list_files(
    root: Root,
    seen: set[tuple[str, str]],
    report: Report,
    is_page: Callable[[str], bool] = _always,
) -> Listing:
    """List a root. What cannot be read is noted as refused.

    Two roots of one source may not bring the same path: the second is refused. `seen` holds source
    and path of what other roots brought, and gets those of this one. `is_page` says of a document's
    path whether it has a page of its own; a single file that was named has one.
    """
    notes: list[Note] = []
    beside: list[str] = []
    parts: list[str] = []
    walked = sorted(walk(root, notes, beside, parts, is_page), key=_reading_order)
    refused = {note.path for note in notes}
    report.notes += notes
    files = []
    for file in walked:
        if (root.source, file.origin) in seen:
            message = "came in already from another folder of this run: give it another --source"
            report.note_file("refused", file.origin, message)
        else:
            seen.add((root.source, file.origin))
            files.append(file)
    paths = [file.origin for file in files] + sorted(refused)
    folders = {folder for path in paths for folder in folders_of(path)}
    indexes = {file.folder for file in files if file.is_index}
    indexes |= {folder_of(p) for p in refused if PurePosixPath(p).name.lower() in INDEX_NAMES}
    speakers = _speakers(files, folders - indexes)
    return Listing(
        root=root,
        files=files,
        present=frozenset({file.topic for file in files} | refused | folders - speakers.keys()),
        indexed=frozenset(indexes),
        speakers=speakers,
        closed=tuple("" if path == "." else f"{path}/" for path in refused),
        others={fold(path): path for path in reversed(beside) if is_stored(path)},
        left_out=tuple(path for path in beside if not is_stored(path)),
        parts=tuple(parts),
    )


def _speakers(files: Iterable[SourceFile], folders: Iterable[str]) -> dict[str, str]:
    """The file beside each of these folders that has its name, as tools write a page with others
    below it."""
    by_name = {
        fold(file.folder + stem_of(PurePosixPath(file.origin).name)): file.origin
        for file in reversed(list(files))
        if not file.is_index
    }
    names = ((f, fold(folder_of(f[:-1]) + without_id(PurePosixPath(f).name))) for f in folders)
    return {folder: by_name[name] for folder, name in names if name in by_name}


def _reading_order(file: SourceFile) -> tuple[tuple[str, ...], bool, str]:
    """Folder by folder, the index first, so that a parent is written before its children."""
    return (PurePosixPath(file.origin).parent.parts, not file.is_index, file.origin)


def root_of(path: str, source: str) -> Root:
    """The root at `path`. Raises WrongPath if nothing can be read there or the name is invalid."""
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
    """A folder's name as a source, without the characters that have a meaning in a tree path."""
    plain = re.sub("[:/\\\\]", "-", printable(name)).strip(" .")
    return plain[:LONGEST_SOURCE] or "root"


def walk(
    root: Root,
    notes: list[Note],
    beside: list[str],
    parts: list[str],
    is_page: Callable[[str], bool],
) -> Iterator[SourceFile]:
    """The files of a root in the order of their paths. What cannot be read is noted as refused.

    `beside` gets the paths of all that is no document, `parts` of documents that are no pages.
    """
    if root.only:
        yield from _checked(root, [root.path / root.only], notes, index_of(_beside(root)))
        return

    def refuse(error: OSError) -> None:
        origin = Path(error.filename).relative_to(root.path).as_posix()
        notes.append(Note("refused", printable(origin), None, cannot_be_read(error)))

    for folder, folders, names in os.walk(root.path, onerror=refuse):
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and f not in SKIPPED_FOLDERS
        )
        _leave_outside(root, Path(folder), folders, notes)
        wanted: list[Path] = []
        above = os.path.relpath(folder, root.path)
        above = "" if above == "." else f"{printable(above)}/"
        beside += (above + name for name in _stored_in(folder))
        pages = pages_of(Path(folder), names) or joplin.pages_of(Path(folder), names)
        for name in sorted(names):
            if name.startswith("."):
                continue
            if name in pages:
                if pages[name].is_page:
                    yield from _checked(root, [Path(folder) / name], notes, INDEX, pages)
                continue
            if os.path.splitext(name)[1].lower() in SUFFIXES or is_table(name, names):
                if is_page(above + name):
                    wanted.append(Path(folder) / name)
                elif is_utf8(name):
                    parts.append(above + printable(name))
            elif is_utf8(name) and _lies_beside(above + name, is_page):
                beside.append(above + name)
        yield from _checked(root, wanted, notes, index_of(file.name for file in wanted))


def _leave_outside(root: Root, folder: Path, folders: list[str], notes: list[Note]) -> None:
    """Take links to folders off what is walked; those that lead outside are refused."""
    for name in [f for f in folders if (folder / f).is_symlink()]:
        folders.remove(name)
        if not _is_inside(root, folder / name):
            origin = (folder / name).relative_to(root.path).as_posix()
            notes.append(Note("refused", printable(origin), None, "is a link that leads outside"))


def _stored_in(folder: str) -> Iterator[str]:
    """The paths of files in the stores of a folder."""
    for store in _STORES:
        place = os.path.join(folder, store)
        for inner, _, names in os.walk(place) if os.path.isdir(place) else ():
            paths = (os.path.relpath(os.path.join(inner, name), folder) for name in sorted(names))
            yield from (path for path in paths if is_stored(path) and is_utf8(path))


def _lies_beside(path: str, is_page: Callable[[str], bool]) -> bool:
    """Whether a file that is no document may be shown or linked to by one. A page that only leads
    on is none, nor is the shorter of two forms of a table."""
    name = path.rpartition("/")[2]
    if name in CONFIGURATION or table_name(name):
        return False
    return not name.endswith(".html") or is_page(path)


def _beside(root: Root) -> list[str]:
    """The names in the folder of a single file; this file alone if it cannot be listed."""
    try:
        with os.scandir(root.path) as entries:
            return [entry.name for entry in entries if entry.is_file()]
    except OSError:
        return [root.only]


def index_of(names: Iterable[str]) -> str:
    """The index among the names in a folder, or ""."""
    able = [name for name in names if name.lower() in INDEX_NAMES]
    return min(able, key=lambda name: (INDEX_NAMES.index(name.lower()), name), default="")


def _checked(
    root: Root,
    files: Sequence[Path],
    notes: list[Note],
    index: str,
    pages: Mapping[str, Page] | None = None,
) -> Iterator[SourceFile]:
    for file in files:
        origin = file.relative_to(root.path).as_posix()
        if pages:
            origin = posixpath.join(posixpath.dirname(origin), pages[file.name].path)
        reason = refusal_of(root, file, origin)
        if reason:
            notes.append(Note("refused", printable(origin), None, reason))
        else:
            yield SourceFile(origin, file, is_index=file.name == index, pages=pages)


def refusal_of(root: Root, file: Path, origin: str) -> str:
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
    """Whether a path, with links followed, is below the root. A loop of links does not raise."""
    return Path(os.path.realpath(path)).is_relative_to(root.path)


def read(file: SourceFile) -> bytes:
    """The file's bytes. Raises Refused if it cannot be read any more or has grown too large."""
    try:
        with file.file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(cannot_be_read(error)) from error
    if len(data) > MAX_BYTES:
        raise Refused(TOO_LARGE)
    return data


def as_markdown(file: SourceFile, data: bytes) -> bytes:
    """A file's bytes as Markdown: a page of a Confluence export, or a table of a Notion export,
    whose first column leads to the pages of its rows."""
    if file.pages and file.file.suffix == ".md":
        return joplin.note_as_markdown(data, file.file.name, file.pages).encode()
    if file.pages:
        return page_as_markdown(data, file.file.name, file.pages).encode()
    if not table_name(file.file.name):
        return notion.with_properties(data) if notion.is_page(file.file.name) else data
    try:
        with os.scandir(file.file.with_name(table_name(file.file.name))) as entries:
            pages = sorted(entry.path for entry in entries if entry.name.lower().endswith(".md"))
    except OSError:
        pages = []
    links = {
        fold(stem_of(os.path.basename(p))): os.path.relpath(p, file.file.parent) for p in pages
    }
    return table_of(data, links).encode()


def cannot_be_read(error: OSError) -> str:
    """Why a file cannot be read, as the text of a note."""
    return f"cannot be read: {error.strerror}"


def is_utf8(name: str) -> bool:
    """Whether a file name was valid UTF-8."""
    return name.encode("utf-8", "replace").decode() == name


def printable(name: str) -> str:
    """A file name that can be stored and printed, with other bytes replaced."""
    return CONTROLS.sub("\ufffd", name.encode("utf-8", "replace").decode())
