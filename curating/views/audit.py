"""The audit log: filtered, by page, and as CSV."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from curating import audit, log_words
from curating.access import curators_only
from curating.history import seen_changes
from curating.models import AuditEntry, Proposal, Trial
from importer.models import Change
from topics.models import Section, Topic
from topics.visibility import seen

PAGE = 100
LAST_DAY = date.max - timedelta(days=1)  # there is no midnight after the last one
OF_CURATORS = (AuditEntry.Kind.CONTENT, AuditEntry.Kind.SETTINGS)
ALL = "curating.view_auditentry"  # the right to see sign-ins, rights and exports too
COLUMNS = ("id", "at", "kind", "action", "actor", "target_kind", "target", "facts")


class FilterForm(forms.Form):
    """Which entries to show; `actor` is a name, or a key after a number sign."""

    kind = forms.ChoiceField(
        required=False,
        label=_("Kind"),
        choices=[("", _("All")), *AuditEntry.Kind.choices],
    )
    actor = forms.CharField(required=False, max_length=150, label=_("Who"))
    begins = forms.DateField(
        required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"})
    )
    ends = forms.DateField(
        required=False, label=_("Until"), widget=forms.DateInput(attrs={"type": "date"})
    )


def entries(user: Any, data: dict[str, Any]) -> "QuerySet[AuditEntry, Any]":
    """The entries that somebody may see and asks for, the latest first."""
    rows = AuditEntry.objects.order_by("-pk")
    if not user.has_perm(ALL):
        rows = rows.filter(kind__in=OF_CURATORS).exclude(_of_what_is_hidden())
    if kind := data.get("kind"):
        rows = rows.filter(kind=kind)
    if name := data.get("actor"):
        key = name.removeprefix("#")
        if name[:1] == "#" and key.isdecimal() and len(key) < 19:
            rows = rows.filter(actor=int(key))
        else:
            rows = rows.filter(actor__in=User.objects.filter(username=name).values("pk"))
    if day := data.get("begins"):
        rows = rows.filter(at__gte=_midnight(day))
    if day := data.get("ends"):
        rows = rows.filter(at__lt=_midnight(min(day, LAST_DAY)) + timedelta(days=1))
    return rows


def _of_what_is_hidden() -> Q:
    """Entries about what the curator may not see."""
    here = (
        ("change", Change.objects.exclude(pk__in=seen_changes().values("pk"))),
        ("topic", Topic.objects.filter(~seen())),
        ("section", Section.objects.filter(~seen("topic__"))),
        ("proposal", Proposal.objects.filter(~seen("section__topic__"))),
    )
    hidden = Q(pk__in=[])
    for kind, rows in here if Topic.objects.filter(~seen()).exists() else ():
        hidden |= Q(target_kind=kind, target__in=rows.values("pk"))
    return hidden


def _opened(found: Iterable[AuditEntry]) -> set[tuple[str, int]]:
    """Of what entries are about that of which there is a page for the curator. Two queries."""
    keys: dict[str, list[int]] = {"change": [], "trial": []}
    for row in found:
        keys.get(row.target_kind, []).append(row.target or 0)
    changes = seen_changes().filter(pk__in=keys["change"]).values_list("pk", flat=True)
    trials = Trial.objects.filter(pk__in=keys["trial"]).values_list("pk", flat=True)
    return {("change", key) for key in changes} | {("trial", key) for key in trials}


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@curators_only
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """A page of entries, `before` one of them; names are looked up now and kept nowhere."""
    form = FilterForm(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    rows = entries(request.user, data) if form.is_valid() else AuditEntry.objects.none()
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    names = User.objects.in_bulk({row.actor for row in found if row.actor})
    opened = _opened(found)
    shown = [
        (row, names.get(row.actor or 0), (row.target_kind, row.target) in opened, _words(row))
        for row in found[:PAGE]
    ]
    context = {
        "form": form,
        "entries": shown,
        "filters": urlencode({k: request.GET[k] for k in form.fields if request.GET.get(k)}),
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "sees_all": request.user.has_perm(ALL),
    }
    return render(request, "curating/log.html", context)


def _words(row: AuditEntry) -> dict[str, Any]:
    """What the page says of an entry."""
    return {
        "action": log_words.action(row.action),
        "target": log_words.target(row.target_kind),
        "facts": [log_words.fact(name, value) for name, value in row.facts.items()],
    }


class _Line:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


@curators_only
@require_POST
def download(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What the filters leave as CSV, with keys in place of names; that is noted, too."""
    form = FilterForm(request.GET)
    rows = entries(request.user, form.cleaned_data if form.is_valid() else {})
    audit.note(audit.Kind.EXPORT, "audit log", by=cast(User, request.user))
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield writer.writerow(COLUMNS)
        for row in rows.iterator(chunk_size=2_000):
            yield writer.writerow(
                row.at.isoformat() if name == "at" else getattr(row, name) for name in COLUMNS
            )

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response
