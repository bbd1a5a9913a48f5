"""What to tell people about a database that cannot be used."""

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import Error, NotSupportedError


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
    return None


def cannot_connect(settings: dict, error: Exception) -> CannotConnect:
    """The clear form of a failure to connect to the server of Django's database `settings`."""
    host = settings["HOST"] or "the local socket"
    where = f"{host}:{settings['PORT']}" if settings["PORT"] else host
    return CannotConnect(
        f'Cannot connect to the database "{settings["NAME"]}" at {where} ({_one_line(error)}). '
        "Check DATABASE_URL and that the server runs; without DATABASE_URL the site brings its own."
    )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".")[:400]
