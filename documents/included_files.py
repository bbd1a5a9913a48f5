"""Other files of a source whose text a document takes in."""

import posixpath
from dataclasses import dataclass
from pathlib import Path

LARGEST = 1_000_000  # bytes of one file


@dataclass(frozen=True, slots=True)
class IncludedFiles:
    """Finds what a document includes, inside the folder `root` only."""

    root: str

    def __call__(self, path: str, name: str) -> tuple[str, str] | None:
        """Path and text of the file called `name` in the document at `path`; None if there is none.

        It is looked for beside the document, then from each folder above it up to the root.
        """
        if "\x00" in name or len(name) > 400:
            return None
        root = Path(self.root).resolve()
        folder = posixpath.dirname(path)
        while True:
            found = self._read(root, posixpath.join(folder, name.lstrip("/")))
            if found or not folder:
                return found
            folder = posixpath.dirname(folder)

    def _read(self, root: Path, relative: str) -> tuple[str, str] | None:
        try:
            file = (root / relative).resolve()
            if not file.is_relative_to(root) or not file.is_file():
                return None
            parts = file.relative_to(root).parts
            if any(part.startswith(".") for part in parts) or file.stat().st_size > LARGEST:
                return None
            return "/".join(parts), file.read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError, RuntimeError):
            return None
