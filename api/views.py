"""`/api/v1/`: the same search for programs. Errors are JSON, never a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from search.forms import SearchForm, SuggestForm
from search.hits import Hit
from search.results import run
from search.suggestions import suggest
from search.time_limit import RETRY_AFTER, TookTooLong, limited, wait_for_search
from topics.models import Topic
from topics.visibility import sees_private

SUGGESTIONS = 8
SUGGESTIONS_SECONDS = 60

View = Callable[[HttpRequest], JsonResponse]


def error(code: str, message: str, status: int) -> JsonResponse:
    """The answer to a request that failed; `code` is for programs, `message` for people."""
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


def get_only(kind: str) -> Callable[[View], View]:
    """For a view that answers GET, at most KB_<KIND>_LIMIT times a minute for each client."""

    def decorate(view: View) -> View:
        @csrf_exempt  # nothing is written: a POST gets 405, not a CSRF error
        @wraps(view)
        def guarded(request: HttpRequest) -> JsonResponse:
            if request.method not in ("GET", "HEAD"):
                response = error("method_not_allowed", "Use GET.", 405)
                response["Allow"] = "GET, HEAD"
                return response
            limit = getattr(settings, f"KB_{kind.upper()}_LIMIT")
            if wait := wait_for_search(request, kind, limit):
                message = f"Too many or too dear requests: try again in {wait} seconds."
                response = error("too_many_requests", message, 429)
                response["Retry-After"] = str(wait)
                return response
            try:
                return view(request)
            except TookTooLong:
                message = "This search took too long: use fewer or rarer words."
                response = error("took_too_long", message, 503)
                response["Retry-After"] = str(RETRY_AFTER)
                return response

        return guarded

    return decorate


@get_only("search")
def search_api(request: HttpRequest) -> JsonResponse:
    """`GET /api/v1/search`: results as JSON; docs/search.md has the fields."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return _wrong(form)
    asked = form.cleaned_data
    if not asked["q"]:
        return error("missing_parameter", "q is required: what to search for", 400)
    topic = asked["topic"]
    if topic and not Topic.objects.published().filter(path=topic).exists():
        return error("unknown_topic", f"There is no topic {topic}", 404)
    results = run(
        request, asked, limit=asked["limit"] or 10, offset=asked["offset"] or 0, facets=True
    )
    corrected = results.corrected
    body: dict[str, Any] = {
        "query": asked["q"],
        "total": results.total,
        "total_is_exact": results.total_is_exact,
        "took_ms": round(results.took_ms, 1),
        "corrected": {"from": corrected[0], "to": corrected[1]} if corrected else None,
        "offered": results.offered or None,
        "results": [_row(hit) for hit in results.hits],
        "notes": results.notes,
        "nearest": results.nearest,
        "facets": {
            name: [{"value": f.value, "label": f.label, "count": f.count} for f in values]
            for name, values in results.facets.items()
        },
    }
    return JsonResponse(body)


@get_only("suggest")
def suggest_api(request: HttpRequest) -> JsonResponse:
    """`GET /api/v1/suggest`: a few sections for what was typed so far."""
    form = SuggestForm(request.GET)
    if not form.is_valid():
        return _wrong(form)
    q = form.cleaned_data["q"]
    hits: list[Hit] = []
    if q:
        with limited(request):
            hits = suggest(q, limit=SUGGESTIONS)
    rows = [_row(hit, is_short=True) for hit in hits]
    response = JsonResponse({"query": q, "results": rows})
    is_private = sees_private()  # what she may see, nobody else may be handed
    kept = f"public, max-age={SUGGESTIONS_SECONDS}"
    response["Cache-Control"] = "private, no-store" if is_private else kept
    return response


@csrf_exempt
def unknown(request: HttpRequest) -> JsonResponse:
    """404 as JSON for all other addresses below /api/."""
    return error("not_found", f"There is nothing at {request.path}", 404)


def _wrong(form: Form) -> JsonResponse:
    name, problems = next(iter(form.errors.items()))
    return error("wrong_parameter", f"{name}: {' '.join(map(str, problems))}", 400)


def _row(hit: Hit, *, is_short: bool = False) -> dict[str, Any]:
    row = {
        "id": hit.section_id,
        "title": hit.title,
        "number": hit.number,
        "breadcrumbs": hit.breadcrumbs,
        "topic": {"path": hit.topic_path, "title": hit.topic_title},
        "url": hit.url,
        "match": hit.match,
        "reasons": hit.reasons,
    }
    return (
        row
        if is_short
        else row
        | {
            "snippet": hit.snippet,
            "score": round(hit.score, 4),
            "pinned": hit.label if hit.is_pinned else None,
        }
    )
