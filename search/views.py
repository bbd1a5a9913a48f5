"""The results page, and what it hears back: a result that was opened, a wish for more."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from search.engine import ENDS_HERE, Hit, Results, search
from search.forms import OpenedForm, SearchForm, WishForm
from search.log import note_opening, note_search
from search.models import SearchLog
from search.ranking import Facet
from topics.clients import client_address, is_from_our_pages
from topics.limits import seconds_to_wait
from topics.models import Section, Topic, content_version
from topics.page_cache import Kept, key_of, may_be_kept, searches

PAGE_SIZE = 10
LAST_ROW = 100
DAY = 86_400
POPULAR, OPENED_LATELY = 8, 500
FILTERS = ("topic", "kind", "tag")


@dataclass(frozen=True)
class Choice:
    """A link that adds a filter to the address, or takes one away."""

    label: str
    url: str
    count: int = 0


def section_of(hit: Hit) -> Section:
    """The section as far as a hit knows it: enough for its address and its bookmark button."""
    topic = Topic(path=hit.topic_path, title=hit.topic_title)
    return Section(pk=hit.section_id, topic=topic, anchor=hit.anchor, title=hit.title)


def address_of(hit: Hit) -> str:
    return section_of(hit).get_absolute_url()


def found(asked: dict[str, Any], *, limit: int, offset: int, facets: bool = False) -> Results:
    """What a valid `SearchForm` asks for; it goes into the search log."""
    results = search(
        asked["q"],
        topic=asked["topic"],
        kinds=[asked["kind"]] if asked["kind"] else [],
        tags=[asked["tag"]] if asked["tag"] else [],
        sort=asked["sort"] or "relevance",
        limit=limit,
        offset=offset,
        group=asked["group"] != "0",
        exact=asked["exact"] == "1",
        facets=facets,
    )
    if not offset:
        note_search(asked["q"], **_outcome(results))
    return results


def _outcome(results: Results) -> dict[str, Any]:
    """What the search log keeps of an answer."""
    corrected = results.corrected[1] if results.corrected else ""
    return {"results": results.total, "took_ms": results.took_ms, "corrected": corrected}


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    wait = seconds_to_wait("search", client_address(request), settings.KB_SEARCH_LIMIT)
    if wait:
        return _too_many(request, wait)
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "search/results.html", {"form": form}, status=400)
    if not may_be_kept(request):
        return render(request, "search/results.html", _context(request, form))
    version, key = content_version(), (*key_of(request), request.META["QUERY_STRING"])
    kept = searches.get(key, version)
    if kept is None:
        context = _context(request, form)
        body = render_to_string("search/results.html", context, request).encode()
        note = _outcome(context["results"]) if "results" in context else None
        kept = Kept(version, body, "text/html; charset=utf-8", note)
        searches.keep(key, kept)
    elif kept.note and not form.cleaned_data["offset"]:
        note_search(form.cleaned_data["q"], **kept.note)
    return kept.answer(request)


def _context(request: HttpRequest, form: SearchForm) -> dict[str, Any]:
    asked = form.cleaned_data
    context: dict[str, Any] = {"form": form, "q": asked["q"], "asked": asked}
    kept = [(name, asked[name]) for name in (*FILTERS, "sort") if asked[name]]
    context["kept"] = kept
    facets: dict[str, list[Facet]] = {}
    if asked["q"]:
        offset = min((asked["offset"] or 0) // PAGE_SIZE * PAGE_SIZE, LAST_ROW - PAGE_SIZE)
        # One row more says whether there is a next page; the first ten may have gaps instead.
        results = found(asked, limit=PAGE_SIZE + bool(offset), offset=offset, facets=True)
        context |= _shown(results, offset)
        facets = results.facets
        context["facets"] = _facets(request, asked, facets)
    context["chips"] = _chips(request, asked, facets)
    if not context.get("hits") and not context["chips"]:
        context["popular"] = popular_topics()
    return context


@csrf_exempt
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """A beacon says which result was opened; it is told nothing, whatever it says."""
    form = OpenedForm(request.POST)
    if _may_write(request) and form.is_valid():
        asked = form.cleaned_data
        note_opening(asked["q"], asked["section"])
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """A reader who found nothing tells the curator: the log counts one more such search."""
    form = WishForm(request.POST)
    if not is_from_our_pages(request) or not form.is_valid():
        return render(request, "400.html", status=400)
    if not _may_write(request):
        return _too_many(request, 60)
    note_search(form.cleaned_data["q"], results=0, took_ms=0.0)
    context = {"form": SearchForm(), "is_wished": True, "popular": popular_topics()}
    return render(request, "search/results.html", context)


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """Tells browsers how to search here from their address bar."""
    context = {"name": settings.SITE_NAME}
    kind = "application/opensearchdescription+xml"
    response = render(request, "search/opensearch.xml", context, content_type=kind)
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response


def popular_topics() -> list[Topic]:
    """The topics that searchers opened most lately, made up from the top of the tree."""
    lately = SearchLog.objects.exclude(opened=None).order_by("-pk")[:OPENED_LATELY]
    opens: dict[int, int] = {}
    for topic_id in lately.values_list("opened__topic_id", flat=True):
        opens[topic_id] = opens.get(topic_id, 0) + 1
    topics = Topic.objects.published().only("path", "title", "parent_id")
    rows = list(topics.filter(parent=None)[:POPULAR]) + list(topics.filter(pk__in=opens))
    rows.sort(key=lambda topic: -opens.get(topic.pk, 0))
    return list({topic.pk: topic for topic in rows}.values())[:POPULAR]


def _shown(results: Results, offset: int) -> dict[str, Any]:
    """What of the results is shown from place `offset` on.

    The first ten places hold at most three of a page, so that fewer than ten may be shown there;
    the rest follows from the second page on.
    """
    hits = results.hits[:PAGE_SIZE]
    has_more = len(results.hits) > PAGE_SIZE if offset else results.total > len(hits)
    next_offset = offset + PAGE_SIZE
    return {
        "results": results,
        "notes": [note for note in results.notes if note != ENDS_HERE],
        "sections": (sections := [section_of(hit) for hit in hits]),
        "hits": list(zip(hits, sections, strict=True)),
        "start": offset + 1,
        "end": offset + len(hits),
        "previous_offset": max(0, offset - PAGE_SIZE) if offset else None,
        "next_offset": next_offset if hits and has_more and next_offset < LAST_ROW else None,
        "is_at_end": next_offset >= LAST_ROW and results.total > LAST_ROW,
    }


def _facets(
    request: HttpRequest, asked: dict[str, Any], facets: dict[str, list[Facet]]
) -> list[tuple[str, list[Choice]]]:
    """The filters that are not chosen yet, each with its values as links."""
    names = {"topic": _("Topic"), "kind": _("Kind"), "tag": _("Tag")}
    groups = []
    for name in FILTERS:
        values = [facet for facet in facets.get(name, []) if facet.value != asked[name]]
        links = [
            Choice(_label(name, f.value, [f]), _changed(request, **{name: f.value}), f.count)
            for f in values
        ]
        if links and (name == "topic" or not asked[name]):
            groups.append((names[name], links))
    return groups


def _chips(
    request: HttpRequest, asked: dict[str, Any], facets: dict[str, list[Facet]]
) -> list[Choice]:
    """The filters that are chosen, as links that take them away."""
    return [
        Choice(
            _label(name, asked[name], facets.get(name, [])),
            _changed(request, **{name: None}, group=None),
        )
        for name in FILTERS
        if asked[name]
    ]


def _label(name: str, value: str, facets: Iterable[Facet]) -> str:
    if name == "kind":
        return str(Topic.Kind(value).label)
    label = next((facet.label for facet in facets if facet.value == value), "")
    if not label and name == "topic":  # a group of topics, or none of the results is in it
        found = Topic.objects.published().filter(path=value).values_list("title", flat=True)
        label = found.first() or ""
    return label or value.rpartition("/")[2]


def _changed(request: HttpRequest, **changes: str | None) -> str:
    """The query of this address with some parameters changed, back at the first row."""
    query: QueryDict = request.GET.copy()
    for name, value in {**changes, "offset": None}.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


def _may_write(request: HttpRequest) -> bool:
    wait = seconds_to_wait("log", client_address(request), settings.KB_SEARCH_LIMIT)
    return is_from_our_pages(request) and not wait


def _too_many(request: HttpRequest, wait: int) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(wait)
    return response
