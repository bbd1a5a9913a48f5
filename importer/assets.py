"""The pictures and other files that sections show or link to, as assets."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from django.db.models import Q

from importer.changes import Changes
from importer.file_discovery import LONGEST_ORIGIN, Listing, cannot_be_read
from importer.file_kinds import IMAGE_TYPES, is_image, suffix_of
from importer.link_names import ANYWHERE, names_of_file
from importer.names import fold, wiki_name
from importer.pictures import FORMATS, prepare
from topics.models import Asset, Link
from topics.visibility import live

MAX_IMAGE = 5_000_000  # bytes
MAX_FILE = 25_000_000  # bytes of another file
MOST_NOTES = 4  # on files with the same problem
DOWNLOAD = "application/octet-stream"


def copy_images(listing: Listing, tree_root: str, changes: Changes) -> None:
    """Store the files that the source's sections show or link to, if they are new or have changed.

    `tree_root` is what tree paths below the root begin with. Files of unchanged documents are
    looked at too. Problems are noted for the sections of this run only.
    """
    kinds = [Link.Kind.IMAGE, Link.Kind.FILE, Link.Kind.BROKEN]
    on_own_site = Q(kind=Link.Kind.EXTERNAL) & ~Q(names=[])
    links = Link.objects.filter(
        Q(kind__in=kinds) | on_own_site,
        live("section__"),
        section__topic__source=listing.root.source,
    ).values_list("wanted", "names", "section", "section__topic__origin")
    finder = _Finder(listing, tree_root)
    wanted: dict[str, list[tuple[str, int]]] = {}
    for path, names, section, origin in links:
        found = finder.find(path, names)
        if found:
            wanted.setdefault(found, []).append((origin, section))
    if not wanted:
        return
    written, problems = _store(listing, tree_root, sorted(wanted))
    changes.images |= {name for path in written for name in (path, *names_of_file(path))}
    for path in written:
        changes.report.counts["images stored" if is_image(path) else "files stored"] += 1
    wrong = [
        (problem[1], origin, f"{problem[0]} {path[:200]}")
        for path, problem in problems.items()
        for origin, section in wanted[path]
        if section in changes.touched
    ]
    changes.report.not_stored |= problems.keys()
    _note_problems(dict.fromkeys(wrong), changes)


def _note_problems(wrong: Iterable[tuple[str, str, str]], changes: Changes) -> None:
    """A note for each file with a problem, and one for all the rest of many with the same."""
    by_problem: dict[str, list[tuple[str, str]]] = {}
    for problem, origin, what in wrong:
        by_problem.setdefault(problem, []).append((origin, what))
    for problem, found in by_problem.items():
        few = found if len(found) <= MOST_NOTES else found[: MOST_NOTES - 1]
        for origin, what in few:
            changes.report.note_file("warning", origin, f"{what} {problem}")
        if rest := found[len(few) :]:
            origin, what = rest[0]
            more = f"{what} {problem}, and so {len(rest) - 1:,} more: manage.py check_links"
            changes.report.note_file("warning", origin, f"{more} --kind broken lists them")


class _Finder:
    """Finds the file below the root that a link names."""

    def __init__(self, listing: Listing, tree_root: str) -> None:
        self.tree_root = tree_root
        self.others = listing.others
        self.by_name: dict[str, str] = {}
        for path in listing.others.values():
            parts = wiki_name(fold(path)).split("/")
            for i in range(len(parts)):
                self.by_name.setdefault("/".join(parts[i:]), path)

    def find(self, wanted: str, names: Iterable[str]) -> str:
        """The path below the root; that of a picture even if it is not there; "" for no file."""
        tree = self.tree_root.partition(":")[0] + ":"
        folder = fold(self.tree_root.partition(":")[2])
        for name in (wanted and tree + fold(wanted.partition(":")[2]), *names):
            plain = name.removeprefix(tree)
            if plain.startswith(ANYWHERE):
                found = self.by_name.get(plain[1:])
            else:
                inner = plain.removeprefix(f"{folder}/") if folder else plain
                found = self.others.get(inner)
            if found:
                return found
        inside = wanted.startswith(self.tree_root)
        return wanted.removeprefix(self.tree_root) if inside and is_image(wanted) else ""


def _store(
    listing: Listing, tree_root: str, paths: Iterable[str]
) -> tuple[set[str], dict[str, tuple[str, str]]]:
    """The tree paths that were written; what each that could not be read is, and its problem."""
    rows = Asset.objects.filter(source=listing.root.source, copy_of="")
    stored = {
        path: (digest, width) for path, digest, width in rows.values_list("path", "digest", "width")
    }
    written, problems = set(), {}
    for relative in paths:
        try:
            data = _data(listing.root.path, relative)
        except ValueError as error:
            problems[relative] = ("image" if is_image(relative) else "file", str(error))
            continue
        path = tree_root + relative
        digest = hashlib.sha256(data).hexdigest()
        before = stored.get(path)
        # One that an earlier version stored has no size yet.
        if before and before[0] == digest and (before[1] or suffix_of(path) not in FORMATS):
            continue
        if store_asset(listing.root.source, path, digest, data, before):
            written.add(path)
    return written, problems


def store_asset(
    source: str,
    path: str,
    digest: str,
    data: bytes,
    before: tuple[str, int | None] | None = None,
    suffix: str = "",
) -> bool:
    """Store a file, and a smaller copy of a large picture; whether anything is new.

    `suffix` is that of its type, if its path has another.
    """
    suffix = suffix or suffix_of(path)
    picture = prepare(data, suffix)
    if before == (digest, picture.width):
        return False
    values = {
        "content_type": IMAGE_TYPES.get(suffix, DOWNLOAD),
        "digest": digest,
        "data": picture.data,
        "width": picture.width,
        "height": picture.height,
    }
    Asset.objects.update_or_create(source=source, path=path, defaults=values)
    copy = f"{path[:480]}?w={picture.copy_width}"
    Asset.objects.filter(source=source, copy_of=path).exclude(path=copy).delete()
    if picture.copy:
        values |= {
            "digest": hashlib.sha256(picture.copy).hexdigest(),
            "data": picture.copy,
            "width": picture.copy_width,
            "height": None,
            "copy_of": path,
        }
        Asset.objects.update_or_create(source=source, path=copy, defaults=values)
    return True


def _data(folder: Path, relative: str) -> bytes:
    """A file's bytes. Raises ValueError with the problem as its text."""
    limit = MAX_IMAGE if is_image(relative) else MAX_FILE
    if len(relative) > LONGEST_ORIGIN:
        raise ValueError(f"has a path of more than {LONGEST_ORIGIN} characters")
    file = Path(os.path.realpath(folder / relative))
    if not file.is_relative_to(folder):
        raise ValueError("leads outside")
    try:
        if not file.is_file():
            raise ValueError("does not exist")
        with file.open("rb") as opened:
            data = opened.read(limit + 1)
    except OSError as error:
        raise ValueError(cannot_be_read(error)) from error
    if len(data) > limit:
        raise ValueError(f"is larger than {limit // 1_000_000} MB")
    return data
