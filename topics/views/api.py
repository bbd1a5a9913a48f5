"""`/api/v1/`: the same search for programs. Errors are JSON, never a page."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from topics.forms import SearchForm
from topics.models import Topic
from topics.search import Hit, search
from topics.views.searching import address_of

LIMIT = 10
SUGGESTIONS = 8


def error(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


def _wrong(form: SearchForm) -> JsonResponse:
    name, problems = next(iter(form.errors.items()))
    return error("wrong_parameter", f"{name}: {' '.join(map(str, problems))}", 400)


def _row(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.section_id,
        "title": hit.title,
        "number": hit.number,
        "breadcrumbs": hit.breadcrumbs,
        "topic": {"path": hit.topic_path, "title": hit.topic_title},
        "url": address_of(hit),
        "snippet": hit.snippet,
        "match": hit.match,
        "reasons": hit.reasons,
        "score": round(hit.score, 4),
    }


@require_safe
def search_api(request: HttpRequest) -> JsonResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return _wrong(form)
    asked = form.cleaned_data
    if not asked["q"]:
        return error("missing_parameter", "q: say what to search for", 400)
    topic = asked["topic"].strip("/")
    if topic and not Topic.objects.published().filter(path=topic).exists():
        return error("unknown_topic", f"There is no topic {topic}", 404)
    results = search(
        asked["q"],
        topic=topic,
        kinds=[asked["kind"]] if asked["kind"] else [],
        tags=[asked["tag"]] if asked["tag"] else [],
        sort=asked["sort"] or "relevance",
        limit=asked["limit"] or LIMIT,
        offset=asked["offset"] or 0,
        group=asked["group"] != "0",
    )
    corrected = results.corrected
    return JsonResponse(
        {
            "query": results.query,
            "total": results.total,
            "total_is_exact": results.total_is_exact,
            "took_ms": round(results.took_ms, 1),
            "corrected": corrected and {"from": corrected[0], "to": corrected[1]},
            "results": [_row(hit) for hit in results.hits],
        }
    )


@require_safe
def suggest_api(request: HttpRequest) -> JsonResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return _wrong(form)
    hits = search(form.cleaned_data["q"], limit=SUGGESTIONS).hits
    rows = [
        {k: v for k, v in _row(hit).items() if k not in ("snippet", "score")} for hit in hits
    ]
    response = JsonResponse({"query": form.cleaned_data["q"], "results": rows})
    response["Cache-Control"] = "public, max-age=60"
    return response
