"""The results page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from topics.forms import SearchForm
from topics.models import Section, Topic
from topics.search import Hit, search

PAGE_SIZE = 10
LAST_ROW = 100


def section_of(hit: Hit) -> Section:
    """The section as far as a hit knows it: enough for its address and its bookmark button."""
    topic = Topic(path=hit.topic_path, title=hit.topic_title)
    return Section(pk=hit.section_id, topic=topic, anchor=hit.anchor, title=hit.title)


def address_of(hit: Hit) -> str:
    return section_of(hit).get_absolute_url()


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "topics/search.html", {"form": form}, status=400)
    asked = form.cleaned_data
    offset = min((asked["offset"] or 0) // PAGE_SIZE * PAGE_SIZE, LAST_ROW - PAGE_SIZE)
    context: dict[str, Any] = {"form": form, "q": asked["q"], "asked": asked, "offset": offset}
    if asked["q"]:
        results = search(
            asked["q"],
            topic=asked["topic"],
            kinds=[asked["kind"]] if asked["kind"] else [],
            tags=[asked["tag"]] if asked["tag"] else [],
            sort=asked["sort"] or "relevance",
            limit=PAGE_SIZE,
            offset=offset,
            group=asked["group"] != "0",
        )
        sections = [section_of(hit) for hit in results.hits]
        end = offset + len(results.hits)
        context |= {
            "results": results,
            "hits": list(zip(results.hits, sections, strict=True)),
            "sections": sections,
            "start": offset + 1,
            "end": end,
            "next_offset": end if end < min(results.total, LAST_ROW) and results.hits else None,
            "previous_offset": max(0, offset - PAGE_SIZE) if offset else None,
            "is_at_end": end >= LAST_ROW and results.total > LAST_ROW,
        }
    if not context.get("hits"):
        context["popular"] = Topic.objects.published().filter(parent=None)[:8]
    return render(request, "topics/search.html", context)
