"""Running an example: a program in a process of its own, SQL on a connection of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pglast
from django.conf import settings
from django.db import DatabaseError
from django.db.utils import ConnectionHandler
from pglast.ast import TransactionStmt
from pglast.enums import TransactionStmtKind

from kb.environment import database

from .examples import PREPARE, PROGRAMS
from .servers import asked_for, node, packages

SECONDS = 30
SECONDS_FOR_TESTS = 120

_NAMES = {"js": "example.mjs", "ts": "example.mts", "python": "example.py", "bash": "example.sh"}
# An import of a package: neither of Node.js itself nor of a file.
_PACKAGE = r"(?:from|import|import\()\s*['\"](?!node:|\.)"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}
_SAVEPOINTS = (
    TransactionStmtKind.TRANS_STMT_SAVEPOINT,
    TransactionStmtKind.TRANS_STMT_RELEASE,
    TransactionStmtKind.TRANS_STMT_ROLLBACK_TO,
)


class Failed(Exception):
    """The example ended with an error, or did not end in time."""


def run(
    language: str,
    code: str,
    seconds: float = SECONDS,
    files: Mapping[str, str] | None = None,
    program: str = "",
) -> str:
    """What the code prints, with these files and those of that program beside it. Raises Failed."""
    if language == "sql":
        return _query(code, seconds)
    name = _NAMES[language]
    with _folder(program) as folder:
        for file, text in {**(files or {}), name: code}.items():
            (folder / file).write_text(text, encoding="utf-8")
        if (folder / PREPARE).exists():
            _start(["bash", PREPARE], folder, "", seconds)
        code += _texts(folder) if program else ""
        if language == "python":
            return _start([sys.executable, "-I", name], folder, code, seconds)
        if language == "bash":
            return _start(["bash", "-eu", name], folder, code, seconds)
        if program or re.search(_PACKAGE, code):
            (folder / "node_modules").symlink_to(packages())
        return _start([node(), "--no-warnings", name], folder, code, seconds)


def run_tests(program: str) -> str:
    """The report of the tests of a program below content/examples. Raises Failed."""
    with _folder(program) as folder:
        code = _texts(folder)
        (folder / "node_modules").symlink_to(packages())
        options = ["--no-warnings", "--test", "--test-force-exit", "--test-reporter=tap"]
        command = [node(), *options]
        return _start(command, folder, code, SECONDS_FOR_TESTS)


def _texts(folder: Path) -> str:
    """All that the files of a program say, for what they ask for."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return "".join(file.read_text(encoding="utf-8") for file in files)


@contextmanager
def _folder(program: str) -> Iterator[Path]:
    """A folder to run in, with a copy of that program's files."""
    with tempfile.TemporaryDirectory(prefix="example-") as name:
        folder = Path(name)
        if program:
            shutil.copytree(PROGRAMS / program, folder, dirs_exist_ok=True)
            shutil.copy(PROGRAMS / "package.json", folder)
        yield folder


def _start(command: list[str], folder: Path, code: str, seconds: float) -> str:
    with asked_for(code) as asked:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**_ENVIRONMENT, **asked},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"still runs after {seconds} seconds") from None
        finally:
            _end(process)
    if process.returncode:
        raise Failed(f"ended with code {process.returncode}:\n{(errors or output)[-4000:]}")
    return output


def _end(process: subprocess.Popen[str]) -> None:
    """End the process and all that it started: they share its session."""
    # `with` closes the pipes and waits; there is nobody to kill when all have ended.
    with process, suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _query(code: str, seconds: float) -> str:
    """Run the statements in a schema that is rolled back. Answers as psql aligns them, roughly.

    On the server that comes with the project, whatever DATABASE_URL says: the articles teach its
    version.
    """
    for statement in pglast.parse_sql(code):
        ends = statement.stmt
        if isinstance(ends, TransactionStmt) and ends.kind not in _SAVEPOINTS:
            raise Failed("an example runs inside one transaction, which it may not end")
    own = database("", settings.DATA_DIR, statement_timeout_ms=0)
    server: Any = ConnectionHandler({"default": own})["default"]
    try:
        server.set_autocommit(False)
        with server.cursor() as cursor:
            cursor.execute("CREATE SCHEMA example")
            cursor.execute("SET LOCAL search_path TO example, public")
            cursor.execute(f"SET LOCAL statement_timeout TO '{seconds}s'")
            return "".join(_answer(cursor, statement) for statement in pglast.split(code))
    except DatabaseError as error:
        raise Failed(str(error)) from error
    finally:
        server.close()


def _answer(cursor: Any, statement: str) -> str:
    cursor.execute(statement)
    if cursor.description is None:
        return ""
    answer = cursor.pgresult
    rows = [[column.name for column in cursor.description]]
    for row in range(answer.ntuples):
        cells = (answer.get_value(row, column) for column in range(answer.nfields))
        rows.append([(cell or b"").decode() for cell in cells])
    return "".join(" | ".join(row) + "\n" for row in rows)
