"""A migration that has landed stays as it is: databases exist that it has made.

`landed.sha256` lists them as `sha256sum` prints them. A line is added when a migration lands; none
is ever changed.
"""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINES = (ROOT / "tests" / "landed.sha256").read_text().splitlines()
LANDED = {name: digest for digest, name in (line.split("  ") for line in LINES)}


@pytest.mark.parametrize("name", LANDED)
def test_a_landed_migration_is_never_edited(name: str) -> None:
    file = ROOT / name
    assert file.is_file(), f"{name} has landed and is gone: put it back, and add a new migration."
    assert hashlib.sha256(file.read_bytes()).hexdigest() == LANDED[name], (
        f"{name} has landed and was edited: take the edit back, and add a new migration instead."
    )


def test_every_migration_is_listed() -> None:
    names = [str(file.relative_to(ROOT)) for file in ROOT.glob("*/migrations/0*.py")]
    missing = " ".join(sorted(set(names) - set(LANDED)))
    assert not missing, f"When it lands: sha256sum {missing} >> tests/landed.sha256"
