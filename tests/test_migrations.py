"""A migration that has landed stays as it is: databases exist that it has made.

`landed.sha256` lists them as `sha256sum` prints them. A line is added when a migration lands; none
is ever changed.
"""

import hashlib
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

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
    files = [*ROOT.glob("*/migrations/0*.py"), *ROOT.glob("*/migrations/*/**/*.*")]
    hidden = ("__pycache__", "__init__.py")
    names = [str(file.relative_to(ROOT)) for file in files if not {*hidden} & {*file.parts}]
    missing = " ".join(sorted(set(names) - set(LANDED)))
    assert not missing, f"When it lands: sha256sum {missing} >> tests/landed.sha256"


# The last migration of each app that is not linted: they landed before, or make new tables.
NOT_LINTED = {
    "topics": "0009_rooms",
    "learning": "0002_cache_table",
    **dict.fromkeys(("search", "importer", "accounts", "curating"), "0001_initial"),
}
# Rules about taste, not about locks or about code of the version before.
TASTE = (
    "prefer-text-field,prefer-bigint-over-int,prefer-bigint-over-smallint,prefer-identity,"
    "prefer-robust-stmts,prefer-timestamp-tz,transaction-nesting,require-lock-timeout,"
    "require-statement-timeout"
)


def lint(sql: str, folder: Path, *, is_atomic: bool = True) -> str:
    """What squawk says of SQL: locks that stop readers, columns that old code still reads."""
    file = folder / "migration.sql"
    file.write_text(sql)
    squawk = Path(sys.executable).parent / "squawk"
    command = [squawk, "--pg-version=15", "--reporter=gcc", "-e", TASTE]
    command += ["--assume-in-transaction"] if is_atomic else []
    return subprocess.run([*command, file], capture_output=True, text=True).stdout


@pytest.mark.thorough
@pytest.mark.django_db
def test_no_migration_takes_a_lock_that_stops_a_rolling_deployment(tmp_path: Path) -> None:
    for path in LANDED:
        app, _, name = path.removesuffix(".py").partition("/migrations/")
        if path.endswith(".py") and "/" not in name and name > NOT_LINTED.get(app, ""):
            out = StringIO()
            call_command("sqlmigrate", app, name, stdout=out)
            is_atomic = "atomic = False" not in (ROOT / path).read_text()
            assert lint(out.getvalue(), tmp_path, is_atomic=is_atomic) == "", path


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("CREATE INDEX a ON topics_section (title);", "require-concurrent-index-creation"),
        ("ALTER TABLE topics_topic DROP COLUMN title;", "ban-drop-column"),
        ("ALTER TABLE topics_topic RENAME COLUMN title TO name;", "renaming-column"),
        ("ALTER TABLE topics_topic ALTER COLUMN title TYPE text;", "changing-column-type"),
        ("ALTER TABLE topics_topic ADD COLUMN a text NOT NULL;", "adding-required-field"),
        ("ALTER TABLE topics_topic ALTER COLUMN level SET NOT NULL;", "adding-not-nullable-field"),
    ],
)
def test_the_lint_finds_what_stops_a_rolling_deployment(
    tmp_path: Path, sql: str, rule: str
) -> None:
    assert rule in lint(sql, tmp_path)
