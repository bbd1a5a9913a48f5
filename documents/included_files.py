"""Other files of a source whose text a document takes in.

Each is looked for beside the document, then from each folder above it up to the root.
"""

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LARGEST = 1_000_000  # bytes of one file
_OPEN = frozenset((".gitbook",))  # folders for what documents take in
_ROOT = re.compile(r"\A(?:@site|@|~)/")  # how tools call the project's folder


@dataclass(frozen=True, slots=True)
class IncludedFiles:
    """Finds what a document includes in the folder `root`, and nowhere else."""

    root: str

    def __call__(self, path: str, name: str) -> tuple[str, str] | None:
        """Path and text of the file called `name` in the document at `path`; None if there is
        none."""
        return next(filter(None, (_read(self.root, place) for place in _places(path, name))), None)


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Finds what a document includes among texts that were kept, by their paths."""

    texts: Mapping[str, str]

    def __call__(self, path: str, name: str) -> tuple[str, str] | None:
        """As of IncludedFiles."""
        places = map(posixpath.normpath, _places(path, name))
        return next(((place, self.texts[place]) for place in places if place in self.texts), None)


def _places(path: str, name: str) -> Iterator[str]:
    """Where the file called `name` in the document at `path` may be, from the root."""
    if "\x00" in name or len(name) > 400:
        return
    name = _ROOT.sub("", name)
    folder = posixpath.dirname(path)
    while True:
        yield posixpath.join(folder, name.lstrip("/"))
        if not folder:
            return
        folder = posixpath.dirname(folder)


def _read(folder: str, relative: str) -> tuple[str, str] | None:
    try:
        written = os.path.join(folder, relative)
        if not os.path.isfile(written):  # most names are looked for in vain, and often
            return None
        root, file = Path(folder).resolve(), Path(written).resolve()
        if not file.is_relative_to(root):
            return None
        parts = file.relative_to(root).parts
        if (
            any(part.startswith(".") and part != ".gitbook" for part in parts)
            or file.stat().st_size > LARGEST
        ):
            return None
        return "/".join(parts), file.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError, RuntimeError):
        return None
