"""The results page, and what it reports back: an opened result, a request for a topic."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from search.engine import Results
from search.forms import OpenedForm, SearchForm, WishForm
from search.log import is_own, note_opening, note_search
from search.results import PARAMETERS, ResultsPage, outcome, popular_topics, results_page
from search.time_limit import RETRY_AFTER, TookTooLong, wait_for_search
from topics.drafts import Draft, render_drafted
from topics.page_cache import (
    Kept,
    Memory,
    keep_only,
    keeps_pages,
    key_of,
    known_version,
    may_be_drafted,
    may_be_kept,
    page_of,
)
from topics.rate_limits import (
    client_address,
    is_from_our_pages,
    seconds_to_wait,
    too_many_requests,
)

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Answer:
    """A results page for all readers of a kind, with the log entry for each time it is sent."""

    page: Kept | Draft
    logged: dict[str, Any] | None


# Apart from the pages for reading, so that no flood of queries drives those out.
answers: Memory[Answer] = Memory(share=0.25)


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/search/`: results, or without a query the page that asks for one; 400, 429, 503."""
    wait = wait_for_search(request, "search", settings.KB_SEARCH_LIMIT)
    if wait:
        return too_many_requests(request, wait)
    keep_only(request, (*PARAMETERS, "offset"))
    form = SearchForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "page": ResultsPage()}
        return render(request, "search/results.html", context, status=400)
    data = form.cleaned_data
    try:
        return _results(request, data)
    except TookTooLong:
        context = {"page": ResultsPage(q=data["q"]), "took_too_long": True}
        response = render(request, "search/results.html", context, status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        response["Cache-Control"] = "no-store"
        return response


def _results(request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
    found: list[Results] = []

    def made() -> HttpResponse:
        shown = results_page(request, data)
        if shown.leads_to:
            return redirect(shown.leads_to)
        found.extend([shown.found.results] if shown.found else [])
        return render(request, "search/results.html", {"page": shown})

    is_shared = keeps_pages() and may_be_drafted(request) and not _is_personal(data["q"])
    if not (may_be_kept(request) or is_shared):
        shown = results_page(request, data)
        if shown.leads_to:
            return redirect(shown.leads_to)
        return render_drafted(request, "search/results.html", {"page": shown})
    known, key = known_version(request), (*key_of(request), request.META["QUERY_STRING"])
    answer = answers.get(known.version, key)
    if answer is None:
        if known.error:
            raise known.error
        response, page = page_of(request, made)
        if page is None:
            return response
        answer = Answer(page, outcome(found[0]) if found else None)
        answers.keep(known.version, key, answer, page.size)
    elif answer.logged and not data["offset"] and not known.error:
        note_search(data["q"], **answer.logged)
    return known.tell(answer.page.answer(request))


def _is_personal(q: str) -> bool:
    """Whether what is found for readers with an account may depend on who asks."""
    return is_own(q)


@csrf_exempt
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """A beacon reports which result was opened; the answer is always 204."""
    form = OpenedForm(request.POST)
    if _may_write(request) and form.is_valid():
        data = form.cleaned_data
        note_opening(data["q"], data["section"])
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """A reader requests what was not found: the log counts one more such search."""
    form = WishForm(request.POST)
    if not is_from_our_pages(request) or not form.is_valid():
        return render(request, "400.html", status=400)
    if not _may_write(request):
        return too_many_requests(request)
    note_search(form.cleaned_data["q"], results=0, took_ms=0.0)
    context = {"page": ResultsPage(popular=popular_topics()), "is_wished": True}
    return render(request, "search/results.html", context)


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """Tells browsers how to search here from their address bar."""
    context = {"name": settings.SITE_NAME}
    kind = "application/opensearchdescription+xml"
    response = render(request, "search/opensearch.xml", context, content_type=kind)
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response


def _may_write(request: HttpRequest) -> bool:
    wait = seconds_to_wait("log", client_address(request), settings.KB_SEARCH_LIMIT)
    return is_from_our_pages(request) and not wait
