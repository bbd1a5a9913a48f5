"""The images that sections show, as assets."""

import hashlib
import os
import posixpath
from collections.abc import Iterable
from pathlib import Path

from importer.changes import Changes
from importer.file_discovery import LONGEST_ORIGIN, Root, cannot_be_read
from importer.file_kinds import IMAGE_TYPES, is_image
from topics.models import Asset, Link

MAX_IMAGE = 5_000_000  # bytes


def copy_images(root: Root, tree_root: str, changes: Changes) -> None:
    """Store the images that the source's sections show, if they are new or have changed.

    `tree_root` is what tree paths below the root begin with. Images of unchanged files are looked
    at too. Problems are noted for the sections of this run only.
    """
    links = Link.objects.filter(
        kind__in=[Link.Kind.IMAGE, Link.Kind.BROKEN],
        wanted__startswith=tree_root,
        section__removed_at=None,
        section__topic__source=root.source,
        section__topic__removed_at=None,
    ).values_list("wanted", "section", "section__topic__origin")
    shown = [link for link in links if is_image(link[0])]
    paths = sorted({path for path, _, _ in shown})
    written, problems = _store(root, tree_root, paths)
    changes.images |= written
    if written:
        changes.report.counts["images stored"] += len(written)
    wrong = [
        (origin, problems[path])
        for path, section, origin in shown
        if path in problems and section in changes.touched
    ]
    for origin, problem in dict.fromkeys(wrong):
        changes.report.note_file("warning", origin, problem)


def _store(root: Root, tree_root: str, paths: Iterable[str]) -> tuple[set[str], dict[str, str]]:
    """The tree paths that were written, and the problem with each that could not be read."""
    stored = dict(Asset.objects.filter(source=root.source).values_list("path", "digest"))
    written, problems = set(), {}
    for path in paths:
        relative = path.removeprefix(tree_root)
        try:
            data = _image(root.path, relative)
        except ValueError as error:
            problems[path] = f"image {relative[:200]} {error}"
            continue
        digest = hashlib.sha256(data).hexdigest()
        if stored.get(path) != digest:
            suffix = posixpath.splitext(path)[1].lower()
            values = {"content_type": IMAGE_TYPES[suffix], "digest": digest, "data": data}
            Asset.objects.update_or_create(source=root.source, path=path, defaults=values)
            written.add(path)
    return written, problems


def _image(folder: Path, relative: str) -> bytes:
    """An image's bytes. Raises ValueError with the problem as its text."""
    if len(relative) > LONGEST_ORIGIN:
        raise ValueError(f"has a path of more than {LONGEST_ORIGIN} characters")
    file = Path(os.path.realpath(folder / relative))
    if not file.is_relative_to(folder):
        raise ValueError("leads outside")
    try:
        if not file.is_file():
            raise ValueError("does not exist")
        with file.open("rb") as opened:
            data = opened.read(MAX_IMAGE + 1)
    except OSError as error:
        raise ValueError(cannot_be_read(error)) from error
    if len(data) > MAX_IMAGE:
        raise ValueError(f"is larger than {MAX_IMAGE // 1_000_000} MB")
    return data
