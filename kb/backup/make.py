"""Making a backup: one snapshot of the database, and what waits in KB_DATA_DIR."""

import gzip
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from kb.backup import BackupError, archive, tools
from kb.database import GIVE_SETTINGS
from kb.database.fit import applied_names, named, pending
from kb.deployment import commit, version
from topics.raw_sql import statement

Say = Callable[[str], None]
SAY_EVERY = 10.0  # seconds
LIBRARY = ".topics_section"  # the table that every library has


def back_up(
    target: Path, *, with_secret: bool = False, say: Say = lambda line: None
) -> archive.Manifest:
    """Write all that belongs to the library into a new file. Raises BackupError.

    What the database holds is of one moment. Uploads are read right after it: one that a worker
    has imported and removed in between is left out.
    """
    secret = _secret() if with_secret else None
    with archive.written(target) as writer:
        gate = tools.own_connection()
        try:
            server = tools.server_of(gate)
            tool = tools.find("pg_dump", least=server.major)
            gate.set_autocommit(False)
            with gate.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                cursor.execute("SELECT pg_export_snapshot(), current_database()")
                snapshot, name = cursor.fetchone()
                tables = count_rows(cursor)
                if not any(table.endswith(LIBRARY) for table in tables):
                    place = named(gate.settings_dict)
                    raise BackupError(f"There is no library in {place}: {GIVE_SETTINGS}.")
                say(f"Backing up {named(gate.settings_dict)} …")
                for part, path in _uploads():
                    if (content := _read(path)) is not None:
                        writer.add(part, gzip.compress(content, mtime=0))
                if secret is not None:
                    writer.add(archive.SECRET, secret)
                manifest = archive.Manifest(
                    made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                    site=version(),
                    commit="" if pending(gate) else commit(),
                    server=server.major,
                    tool=tool.major,
                    database=name,
                    data_dir=str(settings.DATA_DIR),
                    migrations=applied_names(gate),
                    roles=_column(cursor, "kb/roles_with_rights"),
                    tables=tables,
                )
            writer.add_dump(_told(dump(tool, server, snapshot), say))
        finally:
            gate.close()
        writer.finish(manifest)
    return manifest


def count_rows(cursor: Any) -> dict[str, int]:
    """The rows of every table that a backup holds."""
    counts = {}
    for table in _column(cursor, "kb/own_tables"):
        cursor.execute(f"SELECT count(*) FROM {table}")
        counts[table] = cursor.fetchone()[0]
    return counts


def _column(cursor: Any, name: str) -> list[str]:
    cursor.execute(statement(name))
    return [row[0] for row in cursor.fetchall()]


def _secret() -> bytes:
    path = settings.DATA_DIR / archive.SECRET
    str(settings.SECRET_KEY)  # made if it was not yet needed
    try:
        return bytes(path.read_bytes())
    except OSError as error:
        raise BackupError(
            f"There is no {path} ({error.strerror}): where SECRET_KEY is set, keep it with your "
            "settings and leave --with-secret out."
        ) from error


def _uploads() -> Iterator[tuple[str, Path]]:
    """The files of uploads that wait, and the names of their parts."""
    root = settings.DATA_DIR / "uploads"
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{archive.UPLOADS}{path.relative_to(root).as_posix()}.gz", path


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def dump(tool: tools.Tool, server: tools.Server, snapshot: str) -> Iterator[bytes]:
    command = [
        tool.path,
        "--format=custom",
        "--no-password",
        "--no-unlogged-table-data",
        "--lock-wait-timeout=60000",
        f"--snapshot={snapshot}",
        f"--dbname={server.conninfo}",
    ]
    failing = "pg_dump failed, and nothing was written"
    with tools.running(command, server.environment, failing) as process:
        yield from tools.blocks_from(process)


def _told(blocks: Iterator[bytes], say: Say) -> Iterator[bytes]:
    done, told = 0, time.monotonic()
    for block in blocks:
        done += len(block)
        if time.monotonic() - told > SAY_EVERY:
            told = time.monotonic()
            say(f"{megabytes(done)} of the database so far …")
        yield block


def megabytes(size: int) -> str:
    """A size in bytes, for people: `1,234.5 MB` of a million bytes each."""
    return f"{size / 1_000_000:,.1f} MB"
