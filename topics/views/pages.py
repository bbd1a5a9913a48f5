"""The pages for readers: home, the list of topics, reading, the glossary."""

from dataclasses import asdict
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from topics import address_lookup, topic_lists
from topics.addresses import on_path
from topics.glossary_page import find_terms, meaning_of, names
from topics.kinds import KINDS, WITH_STEPS
from topics.page import Options
from topics.page_cache import TopicPage, kept_in_memory

LONGEST_FILTER = 100
LONGEST_PATH = 1000
LONGEST_TERM = 200


@require_safe
@kept_in_memory()
def home(request: HttpRequest) -> HttpResponse:
    """The home page."""
    return render(request, "topics/home.html", {"home": topic_lists.home()})


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    """All topics by group, or the documents that match filters.

    What no topic has finds nothing, whatever it is: one page for all of it, which is kept.
    """
    if filters := _filters(request):
        query = asdict(filters.known(topic_lists.choices(request)))
        request.GET = QueryDict(urlencode(query))
    return _topic_list(request)


@kept_in_memory("kind", "level", "tag")
def _topic_list(request: HttpRequest) -> HttpResponse:
    shown = topic_lists.topic_list(_filters(request), topic_lists.choices(request))
    return render(request, "topics/topic_list.html", {"list": shown})


def _filters(request: HttpRequest) -> topic_lists.Filters:
    names = ("kind", "level", "tag")
    return topic_lists.Filters(*(_parameter(request, name) for name in names))


@require_safe
@kept_in_memory("filter", "letter")
def glossary(request: HttpRequest) -> HttpResponse:
    """The terms of a letter, or those that match a filter."""
    query = _parameter(request, "filter")[:LONGEST_FILTER]
    shown = find_terms(query, _parameter(request, "letter"))
    return render(request, "topics/glossary.html", {"glossary": shown})


@require_safe
@kept_in_memory()
def terms(request: HttpRequest) -> HttpResponse:
    """The names of all terms, as JSON: scripts look for them in the text of a page."""
    return JsonResponse(names(), safe=False)


@require_safe
@kept_in_memory("term")
def meaning(request: HttpRequest) -> HttpResponse:
    """What a term means, and where that is written, as JSON."""
    term = _parameter(request, "term")[:LONGEST_TERM]
    found = meaning_of(term) if term else None
    if found is None:
        raise Http404
    first = found.meanings[0]
    return JsonResponse({"term": found.term, "text": first.text, "url": first.place.url})


@require_safe
@kept_in_memory("filter", "answers", "path")
def read(request: HttpRequest, path: str) -> HttpResponse:
    """The page at an address, or where that leads today."""
    path = path.strip("/")
    if "\x00" in path or len(path) > LONGEST_PATH:
        raise Http404
    options = Options(
        filter=_parameter(request, "filter")[:LONGEST_FILTER],
        hides_answers=request.GET.get("answers") == "hidden",
        with_extent=request.user.is_authenticated,
        path=_parameter(request, "path").strip("/")[:LONGEST_PATH],
    )
    found = address_lookup.read(path, options)
    match found:
        case None:
            raise Http404
        case address_lookup.Moved(url, is_permanent):
            url = on_path(url, options.path) if options.path else url
            return redirect(url, permanent=is_permanent)
        case address_lookup.Gone():
            return render(request, "topics/gone.html", {"gone": found}, status=410)
    context = {"page": found, "kind": KINDS[found.topic.kind]}
    if options.path or found.topic.kind in WITH_STEPS:  # it shows what steps lead to
        return render(request, "topics/read.html", context)
    return TopicPage(render_to_string("topics/read.html", context, request), found.topic.id)


def _parameter(request: HttpRequest, name: str) -> str:
    """A parameter of the query without what PostgreSQL cannot hold; empty if it is absent."""
    return request.GET.get(name, "").replace("\x00", "").strip()
