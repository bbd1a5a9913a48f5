"""How long the database may work on one search, and what each client has left of a minute."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import OperationalError
from django.http import HttpRequest
from psycopg.errors import QueryCanceled

from topics.rate_limits import client_address, is_out_of_time, seconds_to_wait, spend_time

KIND = "search-time"
RETRY_AFTER = 5  # seconds
# What can be made dear on purpose: wildcards, phrases, what is to be missing, filters, many words.
DEAR = re.compile(r"[*\"“”„]|(?:^|\s)[-!]|\w:\S|(?:\S+\s+){8}\S")
PLAIN = 5  # times the limit for other words, which are slow only where the whole server is


class TookTooLong(Exception):
    """The database did not answer a search within its time limit."""


def wait_for_search(request: HttpRequest, kind: str, limit: int) -> int:
    """Seconds that this client must wait: it asked too often, or its searches took too long."""
    client = client_address(request)
    wait = seconds_to_wait(kind, client, limit)
    return wait or is_out_of_time(KIND, client, settings.KB_SEARCH_BUDGET_MS)


@contextmanager
def limited(request: HttpRequest, text: str = "*") -> Iterator[None]:
    """A search for this reader: its time is counted, and limited for readers without an account.

    A few plain words in `text` may take longer than what can be dear.
    Raises TookTooLong. The limit is a transaction's, so that it also holds behind PgBouncer.
    """
    started = perf_counter()
    try:
        with _statements_within(_limit_of(request, text)):
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong from error
        raise
    finally:
        seconds = perf_counter() - started
        spend_time(KIND, client_address(request), seconds, settings.KB_SEARCH_BUDGET_MS)


def _limit_of(request: HttpRequest, text: str) -> int:
    """Milliseconds for each statement; 0 leaves the limit of all pages."""
    if request.user.is_authenticated:
        return 0
    times = 1 if DEAR.search(text) else PLAIN
    return int(settings.KB_SEARCH_TIMEOUT_MS * times)


@contextmanager
def _statements_within(milliseconds: int) -> Iterator[None]:
    if not milliseconds:
        yield
        return
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = _set_limit(f"{milliseconds}ms")
        yield
        if not is_outermost:
            _set_limit(before)


def _set_limit(limit: str) -> str:
    """Sets the limit until the transaction ends; returns the one before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'),"
            " set_config('statement_timeout', %s, true)",
            [limit],
        )
        before: str = cursor.fetchone()[0]
    return before
