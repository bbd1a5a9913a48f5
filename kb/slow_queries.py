"""KB_SLOW_QUERY_MS: statements that took longer are logged, without what was filled in."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

LONGEST = 600  # characters of a statement

log = logging.getLogger("kb.database")


def watch() -> None:
    """From now on time each statement, if a limit is set."""
    if settings.KB_SLOW_QUERY_MS:
        connection_created.connect(_time, dispatch_uid="kb.slow_queries")


def _time(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)


def timed(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """A wrapper of `connection.execute_wrappers` that logs what took too long."""
    start = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (perf_counter() - start) * 1000
        if took >= settings.KB_SLOW_QUERY_MS:
            log.warning("A statement took %.0f ms: %s", took, " ".join(str(sql).split())[:LONGEST])
