"""Bringing a backup back: into an empty database, whole or not at all."""

import gzip
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from kb.backup import BackupError, archive, tools
from kb.backup.archive import Archive, Manifest
from kb.database.fit import named, pending, unknown
from topics.raw_sql import statement

Say = Callable[[str], None]
MOMENT = 1.0  # seconds
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"


def restore(
    path: Path,
    *,
    replace: str = "",
    even_if_in_use: bool = False,
    with_secret: bool = False,
    say: Say = lambda line: None,
) -> Manifest:
    """Fill the site's database and folder from a backup. Raises BackupError.

    The database is changed in one transaction, which ends only if every table has as many rows as
    the backup says. `replace` is the name of a database that may hold something, which goes.
    Nothing is migrated: whoever goes back to older code wants the database as that code had it.
    """
    with archive.opened(path) as backup:
        manifest = backup.manifest
        _check_code(path, manifest)
        say("Checking the backup …")
        backup.check()
        if with_secret and not manifest.has_secret:
            raise BackupError(f"{path} holds no secret key: leave --with-secret out.")
        _check_folder(manifest, with_secret)
        try:
            server = tools.server_of(connection)
            with connection.cursor() as cursor:
                version = _check_database(cursor, server, manifest, replace)
                if replace and not even_if_in_use:
                    _check_nobody_is_connected(cursor, replace)
        finally:
            connection.close()
        uploads = settings.DATA_DIR / "uploads"
        if not replace and uploads.is_dir() and any(uploads.iterdir()):
            raise BackupError(
                f"{uploads} is not empty: name another folder in KB_DATA_DIR, or restore with "
                "--replace."
            )
        with _Beside(uploads) as beside:
            _unpack(backup, beside)
            say(
                f"Restoring {len(manifest.tables)} tables with {manifest.rows:,} rows into "
                f"{named(connection.settings_dict)} …"
            )
            _load(backup, server, clear=bool(replace), version=version)
            _put_in_place(beside, uploads)
        if with_secret:
            _write_secret(backup.read(archive.SECRET))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return manifest


def next_step(manifest: Manifest) -> str:
    """What to do after a restore, by whether the code that runs is the code that saved it."""
    left = len(pending(connection))
    if not left:
        return "This code and the database fit together: start the site."
    made_by = manifest.commit or f"the code that ran when it was saved ({manifest.site})"
    return (
        f"The database is as it was saved: this code has {left} more migrations. To go on with "
        "this code: manage.py migrate, then start the site. To go back to the code that saved it, "
        f"do not migrate: check out {made_by}, make install, and start the site."
    )


def verify(path: Path) -> Manifest:
    """Read every part of a backup, and the dump's own list of tables. Raises BackupError."""
    with archive.opened(path) as backup:
        backup.check()
        tool = tools.find("pg_restore", least=backup.manifest.tool)
        listed = b"".join(_script(backup, [tool.path, "--list"], dict(os.environ))).decode()
        tables = {_table_in(line) for line in listed.splitlines() if " TABLE DATA " in line}
        missing = {_plain(name) for name in backup.manifest.tables} - tables
        if missing:
            raise BackupError(f"{path} lacks the rows of {min(missing)}: take another backup.")
        return backup.manifest


def holds(path: Path, forms: list[str]) -> bool:
    """Whether one of the texts is in a backup. Raises BackupError."""
    sought = [form.encode() for form in forms]
    # As COPY writes them, and as JSON does within it.
    sought += [form.encode("unicode_escape") for form in forms]
    sought += [json.dumps(form, ensure_ascii=False)[1:-1].encode() for form in forms]
    sought += [one.replace(b"\\", b"\\\\") for one in sought]
    longest = max(map(len, sought))
    with archive.opened(path) as backup:
        for name in backup.manifest.uploads:
            content = gzip.decompress(backup.read(name))
            if any(one in content for one in sought):
                return True
        tool = tools.find("pg_restore", least=backup.manifest.tool)
        before = b""
        for block in _script(backup, [tool.path, "--file=-", "--data-only"], dict(os.environ)):
            if any(one in before + block for one in sought):
                return True
            before = block[-longest:]
    return False


def _table_in(line: str) -> str:
    """As in `3755; 0 16444 TABLE DATA public topics_topic kb`."""
    schema, table = line.partition(" TABLE DATA ")[2].split(" ")[:2]
    return f"{schema}.{table}"


def _plain(name: str) -> str:
    return name.replace('"', "")


def _check_code(path: Path, manifest: Manifest) -> None:
    if newer := unknown(manifest.migrations):
        where = f": check out {manifest.commit}" if manifest.commit else ""
        raise BackupError(
            f"{path} was made by a newer version of this site ({manifest.site}, with the migration "
            f"{newer[0]}): restore it with that version{where}."
        )


def _check_folder(manifest: Manifest, with_secret: bool) -> None:
    """A server is named, and no folder: files must not end up beside the code by mistake."""
    has_files = with_secret or manifest.uploads
    folder = settings.DATA_DIR
    if has_files and settings.DATABASE_URL and not os.environ.get("KB_DATA_DIR"):
        raise BackupError(
            f"KB_DATA_DIR is not set, so the backup's files would go to {folder}: set it (they "
            f"were in {manifest.data_dir})."
        )


def _check_database(cursor: Any, server: tools.Server, manifest: Manifest, replace: str) -> int:
    """Refuses a database that cannot take the backup; gives its content version, if it has one."""
    cursor.execute("SELECT current_database(), to_regclass('topics_contentversion') IS NOT NULL")
    name, has_content = cursor.fetchone()
    if server.major < manifest.server:
        raise BackupError(
            f"The backup is from PostgreSQL {manifest.server}, and this server is {server.major}: "
            f"restore it into {manifest.server} or newer."
        )
    cursor.execute("SELECT rolname FROM pg_roles")
    missing = set(manifest.roles) - {row[0] for row in cursor.fetchall()}
    if missing:
        raise BackupError(
            f"The backup gives rights to roles that this server lacks: CREATE ROLE "
            f"{', '.join(sorted(missing))}, and try again."
        )
    cursor.execute(f"SELECT count(*) FROM ({statement('kb/own_objects')}) own")
    is_empty = cursor.fetchone()[0] == 0
    if replace and replace != name:
        raise BackupError(
            f"--replace={replace} names another database than {name}, so nothing was done."
        )
    if not is_empty and not replace:
        raise BackupError(
            f'The database "{name}" is not empty: name an empty one in DATABASE_URL, or give '
            f"--replace={name} to lose what it holds."
        )
    if not has_content:
        return 0
    cursor.execute("SELECT max(version) FROM topics_contentversion")
    return int(cursor.fetchone()[0] or 0)


def _check_nobody_is_connected(cursor: Any, name: str) -> None:
    """Readers would lose what they save meanwhile, and see pages of both."""
    end = time.monotonic() + MOMENT
    while True:
        cursor.execute(statement("kb/others_connected"))
        others = cursor.fetchall()
        if not others:
            return
        if time.monotonic() > end:
            break
        time.sleep(MOMENT / 5)  # a connection that was closed takes a moment to go
    who = ", ".join(
        f"{count} of {user} from {place}{f' ({program})' if program else ''}"
        for user, place, program, count in others[:5]
    )
    raise BackupError(
        f'The database "{name}" is in use; connections: {who}. Stop the site and the worker, or '
        "give --even-if-in-use."
    )


class _Beside:
    """A new folder on the same disk, gone afterwards if it was not used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.with_name(f"{folder.name}.restored")

    def __enter__(self) -> Path:
        try:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise archive.cannot_write(error, self.folder.parent) from error
        return self.folder

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _unpack(backup: Archive, folder: Path) -> None:
    for name in backup.manifest.uploads:
        path = folder / name.removeprefix(archive.UPLOADS).removesuffix(".gz")
        if ".." in path.parts:
            raise BackupError(f"{backup.path} names {name}, which leads outside: do not trust it.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.decompress(backup.read(name)))
        except OSError as error:
            raise archive.cannot_write(error, folder.parent) from error


def _put_in_place(beside: Path, uploads: Path) -> None:
    before = uploads.with_name(f"{uploads.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if uploads.exists():
        uploads.rename(before)
    beside.rename(uploads)
    shutil.rmtree(before, ignore_errors=True)


def _write_secret(key: bytes) -> None:
    path = settings.DATA_DIR / archive.SECRET
    draft = path.with_name(f"{path.name}.restored")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)
    draft.replace(path)


def _load(backup: Archive, server: tools.Server, *, clear: bool, version: int) -> None:
    """psql runs pg_restore's script in a transaction that only our own last line commits.

    So a restore that is killed on the way leaves the database as it was.
    """
    tool = tools.find("pg_restore", least=backup.manifest.tool)
    psql = Path(tool.path).with_name("psql")
    command = [str(psql), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]
    command += ["--output=/dev/null", f"--dbname={server.conninfo}"]
    environment = {**server.environment, "PGCLIENTENCODING": "UTF8"}
    failing = "The database refused the backup and is as it was"
    with tools.running(command, environment, failing, stdin=subprocess.PIPE) as process:
        assert process.stdin  # noqa: S101, for mypy
        _feed(backup, server, tool, process.stdin, clear=clear, version=version)
        process.stdin.close()


def _feed(
    backup: Archive,
    server: tools.Server,
    tool: tools.Tool,
    psql: IO[bytes],
    *,
    clear: bool,
    version: int,
) -> None:
    command = [tool.path, "--file=-", "--no-owner", "--no-comments"]
    psql.write(b"BEGIN;\n" + statement("kb/load_trigrams").encode())
    if clear:
        own = statement("kb/own_objects")
        psql.write(statement("kb/clear_database").format(own=own).encode())
    blocks = _script(backup, command, server.environment)
    first = next(blocks, b"")  # its settings are at the beginning, before any row
    psql.write(first.replace(UNKNOWN_BEFORE_17, b"", 1) if server.major < 17 else first)
    for block in blocks:
        psql.write(block)
    psql.write(ending(backup.manifest, clear=clear, version=version).encode())


def ending(manifest: Manifest, *, clear: bool, version: int) -> str:
    """Every table has its rows; uploads lie where this site looks; no kept page is taken for new"""
    checks = "".join(
        f"IF (SELECT count(*) FROM {table}) <> {count} THEN"
        f" RAISE EXCEPTION '{table} has not its {count} rows'; END IF;\n"
        for table, count in manifest.tables.items()
    )
    lines = [f"DO $kb$ BEGIN\n{checks}END $kb$;"]
    runs = next((name for name in manifest.tables if name.endswith(".topics_importrun")), "")
    before, now = (_quoted(f"{place}/") for place in (manifest.data_dir, settings.DATA_DIR))
    if runs and before != now:
        lines.append(
            f"UPDATE {runs} SET folder = {now} || substr(folder, length({before}) + 1)"
            f" WHERE starts_with(folder, {before});"
        )
    if clear:
        versions = next(n for n in manifest.tables if n.endswith(".topics_contentversion"))
        lines.append(f"UPDATE {versions} SET version = greatest(version, {version}) + 1;")
    return "\n".join([*lines, "COMMIT;\n"])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _script(backup: Archive, command: list[str], environment: dict[str, str]) -> Iterator[bytes]:
    """What pg_restore makes of the dump. Raises BackupError."""
    failing = f"pg_restore cannot read {backup.path}"
    with tools.running(command, environment, failing, stdin=subprocess.PIPE) as process:
        feeder = threading.Thread(target=_pour, args=(backup, process.stdin), daemon=True)
        feeder.start()
        try:
            yield from tools.blocks_from(process)
        except BaseException:  # nobody reads on, and the feeder must not wait for ever
            process.kill()
            raise
        finally:
            feeder.join()


def _pour(backup: Archive, stdin: IO[bytes]) -> None:
    try:
        with stdin:
            for piece in backup.dump():
                stdin.write(piece)
    except (BrokenPipeError, BackupError):  # pg_restore says more, or has seen enough
        pass
