"""Golden queries: whose answers are known; and why one section ranks above another."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from curating.access import curators_only
from curating.search_forms import GoldenForm
from curating.tasks import GOLDEN_KEY, measure_golden
from jobs.models import OPEN, Job
from search.engine import search
from search.explanation import difference, explain
from search.log import normalised
from search.models import GoldenQuery
from topics.models import Section
from topics.visibility import seen

PAGE = 100
REFRESH = 2  # seconds between looks at a worker
FOUND = 10


@curators_only
@require_http_methods(["GET", "POST"])
def golden_list(request: HttpRequest) -> HttpResponse:
    """All of them, those that do not hold first; a form for a new one, or to change one (`key`)."""
    key = request.GET.get("key", "")
    number = int(key) if key.isdecimal() and len(key) < 19 else 0
    row = get_object_or_404(seen_golden(), pk=number) if number else None
    initial = {} if row else {"query": request.GET.get("q", "")[:200]}
    form = GoldenForm(request.POST or None, instance=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("curating:golden")
    holds = Q(place__gte=1, place__lte=F("within"))
    rows = seen_golden().select_related("section__topic")
    total, held = rows.count(), rows.filter(holds).count()
    rows = rows.annotate(held=ExpressionWrapper(holds, BooleanField()))
    rows = rows.order_by(F("held").asc(nulls_first=True), "query")
    job = Job.objects.filter(unique_key=GOLDEN_KEY, state__in=OPEN).first()
    context: dict[str, Any] = {
        "form": form,
        "row": row,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "total": total,
        "held": held,
        "job": job,
    }
    response = render(request, "curating/golden.html", context)
    if job and request.method == "GET" and not row:
        response["Refresh"] = str(REFRESH)
    return response


@curators_only
@require_POST
def golden_act(request: HttpRequest) -> HttpResponse:
    """Have a worker run all of them, or delete the one that `delete` names."""
    key = request.POST.get("delete", "")
    if key.isdecimal() and len(key) < 19:
        get_object_or_404(seen_golden(), pk=int(key)).delete()
        messages.success(request, _("Deleted."))
    else:
        measure_golden.using(unique_key=GOLDEN_KEY).enqueue()
    return redirect("curating:golden")


@curators_only
@require_GET
def explanation(request: HttpRequest) -> HttpResponse:
    """Why a section is where it is for a query, beside another: by default the first row."""
    q = normalised(request.GET.get("q", ""))
    hits = search(q, limit=FOUND, group=False).hits if q else []
    place, other = _number(request, "section"), _number(request, "other")
    if not place and hits:
        place = hits[min(1, len(hits) - 1)].section_id
    others = [hit.section_id for hit in hits if hit.section_id != place]
    other = other or (others[0] if others else 0)
    sections = Section.objects.published().select_related("topic").in_bulk([place, other])
    told = {e.section_id: e for e in explain(q, [place, other])} if q else {}
    one, two = told.get(place), told.get(other)
    context: dict[str, Any] = {"q": q, "hits": hits, "section": place, "other": other}
    context["pairs"] = [
        (sections[e.section_id], e) for e in (one, two) if e and e.section_id in sections
    ]
    if one and two:
        upper, lower = (one, two) if one.score >= two.score else (two, one)
        context["upper"], context["lower"] = (
            sections.get(upper.section_id),
            sections.get(lower.section_id),
        )
        context["differences"] = difference(upper, lower)
    return render(request, "curating/explanation.html", context)


def seen_golden() -> QuerySet[GoldenQuery]:
    """The golden queries whose answer the curator may see."""
    return GoldenQuery.objects.filter(seen("section__topic__"))


def _number(request: HttpRequest, name: str) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else 0
