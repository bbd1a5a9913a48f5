"""How much time pages that are not kept may take one client in a minute (KB_PAGE_BUDGET_MS).

Of pages that ask the database much, all of the time counts; of others what this process works for
them, so that nobody pays for a machine that is busy with something else.
"""

from collections.abc import Callable
from time import perf_counter, thread_time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from topics.rate_limits import client_address, is_out_of_time, spend_time, too_many_requests

MADE, IN_VAIN = "page-time", "not-found"  # what is counted
SHARE = 5  # looking in vain may take this part of the time

Make = Callable[[], HttpResponse]


def within_time(request: HttpRequest, make: Make, payer: str) -> HttpResponse:
    """An answer that nobody else may ask for, at the cost of its payer."""
    return _within(request, make, payer, perf_counter)


def form_for_everybody(request: HttpRequest, make: Make) -> HttpResponse:
    """An answer that is made for each, at the cost of the client."""
    return _within(request, make, client_address(request), thread_time)


def _within(
    request: HttpRequest, make: Make, payer: str, clock: Callable[[], float]
) -> HttpResponse:
    limit = settings.KB_PAGE_BUDGET_MS
    if wait := is_out_of_time(MADE, payer, limit):
        return too_many_requests(request, wait)
    started = clock()
    try:
        return make()
    finally:
        spend_time(MADE, payer, clock() - started, limit)


def page_for_everybody(request: HttpRequest, make: Make) -> HttpResponse:
    """The page at an address; one client may look in vain for so long only.

    What is not there is not kept: anybody can make up as many addresses as she likes.
    """
    if wait := is_out_of_time(IN_VAIN, client_address(request), _limit_in_vain()):
        return too_many_requests(request, wait)
    started = thread_time()
    try:
        return make()
    except Http404:
        looked_in_vain(request, started)
        raise


def looked_in_vain(request: HttpRequest, started: float) -> None:
    """Count what this thread worked since `started` for a page that is not there."""
    seconds = thread_time() - started
    spend_time(IN_VAIN, client_address(request), seconds, _limit_in_vain())


def looks_in_vain_too_long(request: HttpRequest) -> bool:
    """Whether the client took all its time in this minute for what is not there."""
    return bool(is_out_of_time(IN_VAIN, client_address(request), _limit_in_vain()))


def _limit_in_vain() -> int:
    return int(settings.KB_PAGE_BUDGET_MS // SHARE)
