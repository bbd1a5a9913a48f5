from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from topics.importing import Report, import_paths


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def bring(folder: Path, db: Any) -> Callable[..., Report]:
    """Write these files (None deletes one) and import the folder."""

    def bring(files: dict[str, str | bytes | None] | None = None, **options: Any) -> Report:
        for name, text in (files or {}).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink()
            elif isinstance(text, bytes):
                file.write_bytes(text)
            else:
                file.write_text(text)
        return import_paths([str(folder)], **options)

    return bring
