"""Marking sections as read, and taking over what was marked before there was an account."""

import json
import math
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from learning import progress
from learning.deliveries import given_at, once
from learning.mark_requests import (
    log_in_first,
    next_url,
    section_or_404,
    wants_json,
)

STATES = (progress.READ, progress.AGAIN, progress.UNREAD)
SCOPES = ("section", "page", "topic")
SAID = {
    progress.READ: gettext_lazy("Marked as read."),
    progress.AGAIN: gettext_lazy("To be repeated."),
    progress.UNREAD: gettext_lazy("Marked as unread."),
}


@require_POST
@once
def mark(request: HttpRequest, section_id: int) -> HttpResponse:
    """Give a section, its page or its topic a state. JSON for scripts; 400 for an unknown state."""
    if not request.user.is_authenticated:
        return log_in_first(request, reverse("account_login"))
    section = section_or_404(section_id)
    said = request.POST.get("what") or request.POST.get("state", "")
    state, _space, scope = said.partition(" ")
    scope = scope or "section"
    if state not in STATES or scope not in SCOPES:
        return render(request, "400.html", status=400)
    keys = progress.sections_of(section, scope)
    now = timezone.now()
    made = given_at(request, now)
    progress.mark(request.user, keys, state, None if made == now else made)
    if wants_json(request):
        return JsonResponse({"state": state, "sections": keys, "message": str(SAID[state])})
    messages.success(request, SAID[state])
    return redirect(next_url(request, section.get_absolute_url()))


@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Keep in the account what was marked in this browser: JSON from a script, and back."""
    if not request.user.is_authenticated:
        return log_in_first(request, reverse("account_login"))
    marks = _marks_of(request.POST.get("marks", ""))
    if marks is None:
        return JsonResponse({"error": {"code": "marks", "message": "Not such a list."}}, status=400)
    count = progress.take_over(request.user, marks)
    said = ngettext("%(n)s section taken over.", "%(n)s sections taken over.", count)
    return JsonResponse({"taken": count, "message": said % {"n": count}})


def _marks_of(text: str) -> list[tuple[int, str, float]] | None:
    """From `{"section": ["read", seconds], ...}`; None if it is anything else."""
    try:
        rows: Any = json.loads(text)
        found = [(int(key), str(state), float(at)) for key, (state, at) in rows.items()]
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        return None
    is_fine = len(found) <= progress.LONGEST_TAKEN_OVER and all(
        state in (progress.READ, progress.AGAIN) and 0 < key < 2**63 and math.isfinite(at)
        for key, state, at in found
    )
    return found if is_fine else None
