from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from importer.run import Report, import_paths

from .command import Import


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


@pytest.fixture
def import_content(folder: Path, db, capsys) -> Import:
    """Write files, run the command; its exit code and what it printed."""

    def run(contents: dict[str, str | bytes] | None = None, **options: object) -> tuple[int, str]:
        for name, text in (contents or {}).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)
        try:
            call_command("import_content", str(folder), **options)
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        return code, capsys.readouterr().out

    return run
