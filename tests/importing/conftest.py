from pathlib import Path

import pytest
from django.core.management import call_command

from .command import Import


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
