"""The workbench of search: what people did not find, what answers it, and what changes that."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from curating import searches, trials
from curating.access import curators_only
from curating.models import HandledQuery, Trial
from curating.search_forms import (
    PinForm,
    SynonymForm,
    WeightsForm,
    can_be_pinned,
    pin_values,
)
from curating.tasks import try_change
from importer.edits import EditRefused
from jobs.models import OPEN, Job, TaskResultStatus
from search.engine import Results, search
from search.log import normalised
from search.models import GoldenQuery, Pin, Synonym, Weight
from search.pins import key_of_text
from topics.visibility import by_everybody, seen

FOUND = 10  # rows that the page of a query shows
REFRESH = 2  # seconds between looks at a worker
HANDLED = "handled"


@curators_only
@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """Queries of one kind, the most frequent first; or those that were answered."""
    kind = request.GET.get("kind", searches.KINDS[0])
    number = request.GET.get("page", "1")
    page = max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
    context: dict[str, Any] = {"kind": kind, "days": searches.DAYS}
    if kind == HANDLED:
        rows = HandledQuery.objects.select_related("first__topic", "by")
        context["page"] = Paginator(rows, searches.PAGE).get_page(page)
    elif kind in searches.KINDS:
        found = searches.asked(kind, start=(page - 1) * searches.PAGE)
        total = found[0].number if found else 0
        context |= {
            "rows": found,
            "earlier": page - 1 if page > 1 else None,
            "later": page + 1 if page * searches.PAGE < total else None,
        }
    else:
        raise Http404
    return render(request, "curating/workbench.html", context)


@curators_only
@require_GET
def query(request: HttpRequest) -> HttpResponse:
    """What a query finds now, how often it is asked, and all that can be done about it."""
    q = normalised(request.GET.get("q", ""))
    if not q:
        return redirect("curating:workbench")
    return _query(request, q)


def _query(request: HttpRequest, q: str, **forms: Any) -> HttpResponse:
    find = request.GET.get("find", "")[:200]
    results = search(q, limit=FOUND, reader=request.user)
    others: Results | None = search(find, limit=FOUND) if find.strip() else None
    weeks = searches.by_week(q)
    context = {
        "q": q,
        "find": find,
        "results": results,
        "others": others,
        "weeks": weeks,
        "most": max([1, *weeks]),
        "handled": HandledQuery.objects.filter(query=q).select_related("first__topic").first(),
        "pins": Pin.objects.filter(seen("section__topic__"), key=key_of_text(q)).select_related(
            "section__topic"
        ),
        "golden": GoldenQuery.objects.filter(seen("section__topic__"), query=q).first(),
        "may_pin": can_be_pinned(q),
        "synonym": SynonymForm(initial={"words": q}),
        "pin": PinForm(),
        **forms,
    }
    return render(request, "curating/query.html", context)


@curators_only
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """What a button on the page of a query does: try a pin, a redirect or a synonym; not ours."""
    q = normalised(request.POST.get("q", ""))
    if not q:
        raise Http404
    if "_not_ours" in request.POST:
        searches.handle(q, HandledQuery.How.NOT_OURS, by=cast(User, request.user))
        messages.success(request, _("Noted: “%(query)s” is not ours.") % {"query": q})
        return redirect("curating:workbench")
    if "_unpin" in request.POST:
        return _unpin(request, q)
    if "_synonym" in request.POST:
        return _synonym(request, q)
    form = PinForm(request.POST)
    if not can_be_pinned(q):
        messages.error(request, _("A query with filters or quotation marks cannot be answered so."))
        return redirect(query_url(q))
    if not form.is_valid():
        return _query(request, q, pin=form)
    values = pin_values(q, form, is_redirect="_redirect" in request.POST)
    return _try(request, Trial.Kind.PIN, values, q)


def query_url(q: str) -> str:
    """The page of a query."""
    return f"{reverse('curating:query')}?{urlencode({'q': q})}"


def _unpin(request: HttpRequest, q: str) -> HttpResponse:
    key = request.POST["_unpin"]
    row = get_object_or_404(Pin, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
    values = {
        "query": row.query,
        "section": row.section_id,
        "label": row.label,
        "is_redirect": row.is_redirect,
        "begins": None,
        "ends": None,
        "is_removed": True,
    }
    return _try(request, Trial.Kind.PIN, values, q)


def _synonym(request: HttpRequest, q: str = "") -> HttpResponse:
    form = SynonymForm(request.POST)
    if not form.is_valid():
        return _query(request, q, synonym=form) if q else _synonyms(request, form)
    values = {**form.cleaned_data, "is_removed": "_remove" in request.POST}
    return _try(request, Trial.Kind.SYNONYM, values, q)


def _try(request: HttpRequest, kind: str, values: dict[str, Any], q: str = "") -> HttpResponse:
    """Try a change: a pin here and now, for it touches its own query alone; others by a worker."""
    with transaction.atomic():
        row = Trial.objects.create(kind=kind, values=values, query=q, by=cast(User, request.user))
        if kind != Trial.Kind.PIN:
            row.job = try_change.enqueue(row.pk).pk
            row.save(update_fields=["job"])
    if kind == Trial.Kind.PIN:
        try:
            row.result = trials.tried(row)
        except EditRefused as error:
            messages.error(request, str(error))
            return redirect(query_url(q))
        row.save(update_fields=["result"])
    return redirect("curating:trial", row.pk)


@curators_only
@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """What a change would do, or how far its trial is; saving it for good."""
    row = get_object_or_404(Trial.objects.select_related("by"), pk=pk)
    if request.method == "POST":
        return _save(request, row)
    job = Job.objects.filter(pk=row.job).first() if row.job else None
    context: dict[str, Any] = {"trial": row, "job": job}
    context["is_running"] = row.result is None and job is not None and job.state in OPEN
    context["has_failed"] = row.result is None and not context["is_running"]
    context["is_failed_job"] = bool(job and job.state == TaskResultStatus.FAILED)
    if row.kind == Trial.Kind.WEIGHTS:
        now = dict(Weight.objects.values_list("name", "value"))
        context["weights"] = [(n, now.get(n), value) for n, value in row.values.items()]
    response = render(request, "curating/trial.html", context)
    if context["is_running"]:
        response["Refresh"] = str(REFRESH)
    return response


def _save(request: HttpRequest, row: Trial) -> HttpResponse:
    if row.result is None:
        messages.error(request, _("Wait until it has been tried."))
        return redirect("curating:trial", row.pk)
    with by_everybody():
        before = search(row.query, limit=0, snippets=False).total if row.query else 0
    try:
        trials.save(row)
    except EditRefused as error:
        messages.error(request, str(error))
        return redirect("curating:trial", row.pk)
    if not row.query:
        messages.success(request, _("Saved."))
        return redirect(_back_of(row))
    how = HandledQuery.How.SYNONYM
    if row.kind == Trial.Kind.PIN:
        is_redirect = row.values["is_redirect"]
        how = HandledQuery.How.REDIRECT if is_redirect else HandledQuery.How.PIN
    handled = searches.handle(row.query, how, by=cast(User, request.user), before=before)
    values = {"before": handled.results_before, "after": handled.results_after}
    said = _("Saved. Results before: %(before)s, now: %(after)s.")
    messages.success(request, said % values)
    return redirect(query_url(row.query))


def _back_of(row: Trial) -> str:
    name = "weights" if row.kind == Trial.Kind.WEIGHTS else "synonyms"
    return reverse(f"curating:{name}")


@curators_only
@require_http_methods(["GET", "POST"])
def weights(request: HttpRequest) -> HttpResponse:
    """The weights of the ranking; others are tried before they are saved."""
    form = WeightsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not form.changed_data:
            form.add_error(None, _("You have not changed anything yet."))
        else:
            values = {name: form.cleaned_data[name] for name in form.changed_data}
            return _try(request, Trial.Kind.WEIGHTS, values)
    context = {"form": form, "trials": Trial.objects.select_related("by")[:FOUND]}
    return render(request, "curating/weights.html", context)


@curators_only
@require_http_methods(["GET", "POST"])
def synonyms(request: HttpRequest) -> HttpResponse:
    """All synonyms; a new one, or one that `key` names with other words, is tried before."""
    if request.method == "POST":
        return _synonym(request)
    key = request.GET.get("key", "")
    row = Synonym.objects.filter(pk=int(key) if key.isdecimal() and len(key) < 19 else 0).first()
    initial = {}
    if row:
        initial = {
            "words": ", ".join(row.words),
            "expansions": ", ".join(row.expansions),
            "note": row.note,
            "key": row.pk,
        }
    return _synonyms(request, SynonymForm(initial=initial))


def _synonyms(request: HttpRequest, form: SynonymForm) -> HttpResponse:
    rows = Synonym.objects.order_by("words")
    if find := request.GET.get("find", "").strip()[:100]:
        rows = rows.filter(words__icontains=find) | rows.filter(expansions__icontains=find)
    page = Paginator(rows, searches.PAGE).get_page(request.GET.get("page"))
    key = form["key"].value()
    context = {"form": form, "page": page, "find": find, "is_there": bool(key)}
    return render(request, "curating/synonyms.html", context)
