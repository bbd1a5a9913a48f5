"""What to tell people about a database that cannot be used."""

import re
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import Error, InterfaceError, NotSupportedError, OperationalError

from kb.database.fit import MISFITS, misfit, named

LACKS_A_RIGHT = re.compile("(permission denied for|must be owner of|no schema has been) [^\n]*")
READ_ONLY = re.compile("cannot execute [^\n]* read-only transaction")
FULL_OR_READ_ONLY = (
    psycopg.errors.DiskFull,
    psycopg.errors.ReadOnlySqlTransaction,
)


class CannotConnect(psycopg.OperationalError):
    """No connection could be made. The message is one line and says what to do."""


def explain(error: BaseException) -> str | None:
    """One line for an error that the person who runs the site can mend; None for any other."""
    if isinstance(error, ImproperlyConfigured | NotSupportedError):
        return _one_line(error)
    if not isinstance(error, Error):
        return None
    if isinstance(error.__cause__, CannotConnect):
        return _one_line(error)
    if "extension" in str(error) and "pg_trgm" in str(error):
        return (
            f"The PostgreSQL extension pg_trgm cannot be made ({_one_line(error)}). Install "
            "PostgreSQL's contrib package on the server if it is missing there, or let a superuser "
            'run "CREATE EXTENSION pg_trgm" in this database.'
        )
    if isinstance(error.__cause__, MISFITS) and (reason := misfit()):
        return f"{reason} ({_one_line(error)})"
    if _is_unprepared(error):
        return (
            f"A table is missing that migrations made ({_one_line(error)}): somebody removed it, "
            "so restore a backup"
        )
    if refused := LACKS_A_RIGHT.search(str(error)):
        return (
            f"The database's user lacks a right ({refused[0]}). If another one owns the tables on "
            "purpose, run this command, or manage.py migrate, as that one; else make this one the "
            "owner: ALTER DATABASE … OWNER TO …, and REASSIGN OWNED."
        )
    if isinstance(error.__cause__, psycopg.errors.DiskFull):
        return f"The database's disk is full ({_one_line(error)}): free some space on its server."
    if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
        return (
            f"The database ended a statement ({_one_line(error)}). If a time limit is too short "
            "for it, lift it for this user: ALTER ROLE … SET statement_timeout = 0."
        )
    if refused := READ_ONLY.search(str(error)):
        return f"The server takes no changes ({refused[0]}): name the main one in DATABASE_URL."
    return None


def refuses_writing(error: BaseException) -> bool:
    """Whether the database can be read but not written: its disk is full, or it is a stand-by."""
    return isinstance(error.__cause__, FULL_OR_READ_ONLY)


def is_away(error: BaseException) -> bool:
    """Whether the database, and not the code that asked it, is what must be mended."""
    away = isinstance(error, OperationalError | InterfaceError)
    return away or _is_unprepared(error) or refuses_writing(error)


def _is_unprepared(error: BaseException) -> bool:
    return isinstance(error.__cause__, psycopg.errors.UndefinedTable)


def cannot_connect(of: dict[str, Any], error: Exception) -> CannotConnect:
    """The clear form of a failure to connect to the server of Django's database settings `of`."""
    own = "" if settings.PRODUCTION else "; without DATABASE_URL the site brings its own"
    return CannotConnect(
        f"Cannot connect to {named(of)} ({_one_line(error)}). Check DATABASE_URL and that the "
        f"server runs{own}."
    )


def _one_line(error: BaseException) -> str:
    text = str(error).partition("\nLINE 1:")[0]  # PostgreSQL's quotation of the statement
    return " ".join(text.split()).rstrip(".")[:400]
