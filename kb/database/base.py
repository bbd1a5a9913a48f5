"""PostgreSQL as Django knows it, with a server of our own where none is named.

PgBouncer may be between us and a named server. By default it hands every transaction to some
connection or other of its own: what is set for a session is lost, or meets somebody else's
statements. Nothing here therefore needs a session. docs/decisions/0013 says what was measured.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from django.db import transaction
from django.db.backends.postgresql import base
from django.db.backends.postgresql.client import DatabaseClient as PostgresClient
from django.db.backends.postgresql.features import DatabaseFeatures as PostgresFeatures
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.utils import NotSupportedError

from kb.database import embedded, server_account
from kb.database.arrays import WholeNumbers
from kb.database.errors import CannotConnect, cannot_connect
from kb.database.silence import BEYOND_THE_LIMIT, NoAnswer, silence

# Statements that PostgreSQL runs in no transaction; they get no time limit of ours then.
REFUSES_TRANSACTIONS = re.compile(
    r"\s*(VACUUM\b|(CREATE|DROP|REINDEX|ALTER)\b[^;]*\bCONCURRENTLY\b)", re.IGNORECASE
)
BEFORE_A_PLAN_IS_KEPT = 2  # times that a connection runs a statement
PATIENCE_TO_START = 3.0  # seconds for an embedded server that runs to answer a page
PATIENCE_TO_CHECK = 2.0  # for any server to say that it is there


class DatabaseFeatures(PostgresFeatures):
    """As Django's, but for the oldest version that is supported."""

    minimum_database_version = (15,)  # the oldest that CI tries


class DatabaseClient(PostgresClient):
    """`manage.py dbshell`, with the embedded server's own psql."""

    connection: "DatabaseWrapper"

    def runshell(self, parameters: Iterable[str]) -> None:
        """Start psql; the embedded server's own where that is in use."""
        if self.connection.embedded_state:
            self.connection.ensure_connection()
            DatabaseClient.executable_name = str(server_account.program("psql"))
        super().runshell(parameters)


class DatabaseOperations(PostgresOperations):
    """As Django's, for statements too whose text psycopg sent once and forgot."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """The statement with its values, or where these were sent apart, as it was written."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    """`EMBEDDED_STATE` in the database's settings is the folder of the embedded server.

    `STATEMENT_TIMEOUT_MS` limits each statement; 0 is no limit, whatever the role's own says. Where
    there is a limit, it also ends the wait for a server that does not answer at all.
    """

    client_class = DatabaseClient
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    _patience: float | None = None
    is_pooled = False  # whether a pooler hands our transactions to connections of its own

    @property
    def embedded_state(self) -> Path | None:
        """The folder of the embedded server; None where a server is named."""
        return self.settings_dict.get("EMBEDDED_STATE")

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, after starting the embedded server if it is in use. Raises CannotConnect."""
        if self.patience:
            silence.check()
        try:
            if state := self.embedded_state:
                embedded.ensure_running(state, PATIENCE_TO_START if self.patience else None)
                conn_params = {**conn_params, "host": embedded.socket_folder(state)}
            found = super().get_new_connection(conn_params)
        except server_account.EmbeddedError as error:
            if isinstance(error, server_account.NoAnswer):
                silence.begin()
            raise CannotConnect(str(error)) from error
        except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
            if isinstance(error, psycopg.errors.ConnectionTimeout):
                silence.begin()
            raise cannot_connect(self.settings_dict, error) from error
        silence.end()
        found.adapters.register_dumper(list, WholeNumbers)
        if self.patience:
            found.wait = partial(self._wait, found, found.wait)
        return found

    @property
    def patience(self) -> float | None:
        """Seconds to wait for any answer; None for as long as it takes."""
        if self._patience or not self._limit:
            return self._patience
        return self._limit / 1000 + BEYOND_THE_LIMIT

    @contextmanager
    def waiting_at_most(self, seconds: float) -> Iterator[None]:
        """A statement in here that gets no answer for so long raises OperationalError."""
        before = self._patience
        if self._limit:
            self._patience = min(seconds, before or seconds)
        try:
            yield
        finally:
            self._patience = before

    def is_usable(self) -> bool:
        with self.waiting_at_most(PATIENCE_TO_CHECK):
            return bool(super().is_usable())

    def _wait(self, connection: Any, wait: Callable[..., Any], *asked: Any, **options: Any) -> Any:
        """In place of `wait` of psycopg's connection, through which every answer comes."""
        silence.check()
        options["timeout"] = self.patience
        try:
            answer = wait(*asked, **options)
        except psycopg.errors._WaitTimeout as error:
            silence.begin()
            connection.close()  # the answer may still come, and would be taken for the next one's
            raise NoAnswer(f"The database did not answer within {self.patience:.1f} s") from error
        silence.end()
        return answer

    def init_connection_state(self) -> None:
        """Set the time limit, or behind a pooler what takes its place."""
        super().init_connection_state()
        self.is_pooled = self._finds_a_pooler()
        if self.is_pooled:
            # A cursor on the server lives in a session.
            self.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
            self.connection.prepare_threshold = None
            if _in_a_transaction not in self.execute_wrappers:
                self.execute_wrappers.append(_in_a_transaction)
        else:
            self.connection.prepare_threshold = BEFORE_A_PLAN_IS_KEPT
            self.connection.execute(f"SET statement_timeout = {self._limit}")
        if not self.get_autocommit():
            self.connection.commit()

    def _finds_a_pooler(self) -> bool:
        """A pooler tells its clients of processes that are none of the server's."""
        if self.embedded_state:
            return False
        asked = self.connection.execute("SELECT pg_backend_pid()").fetchone()
        return bool(asked[0] != self.connection.info.backend_pid)

    def cursor_that_keeps_plans(self) -> Any:
        """A cursor for statements whose text is always the same: the server plans each once per
        connection, where no pooler is between. Values must be of types that their places tell.
        """
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(base.ServerBindingCursor(self.connection))  # type: ignore[attr-defined, call-arg]

    @property
    def _limit(self) -> int:
        return int(self.settings_dict.get("STATEMENT_TIMEOUT_MS", 0))

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if self.is_pooled and not autocommit:
            with self.wrap_database_errors:
                self.connection.execute(f"SET LOCAL statement_timeout = {self._limit}")

    def check_database_version_supported(self) -> None:
        """Raises NotSupportedError for a server that is too old or not in UTF-8."""
        try:
            super().check_database_version_supported()
        except NotSupportedError as error:
            reason = str(error).rstrip(".")
            raise NotSupportedError(
                f"{reason}. Upgrade the server, or name another one in DATABASE_URL."
            ) from error
        encoding = self.connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            name = self.settings_dict["NAME"]
            raise NotSupportedError(
                f'The database "{name}" has the encoding {encoding}, which cannot hold every text: '
                "name one made with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
            )


def _in_a_transaction(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Behind a pooler a time limit holds for a transaction, so each statement gets one."""
    connection: DatabaseWrapper = context["connection"]
    alone = not connection.is_pooled or not connection.get_autocommit()
    if alone or REFUSES_TRANSACTIONS.match(str(sql)):
        return execute(sql, params, many, context)
    with transaction.atomic(using=connection.alias):
        return execute(sql, params, many, context)
