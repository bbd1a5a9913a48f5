"""Bringing cards and highlights of other programs: a file, a look at what it holds, and a yes."""

from time import perf_counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.own_data import Refused
from accounts.views import LearnerRequest
from learning.foreign import pending
from learning.foreign.values import Unreadable
from learning.forms import ForeignForm
from learning.models import WaitingImport
from topics.rate_limits import is_out_of_time, spend_time, too_many_requests

MS_A_MINUTE = 20_000  # that one learner's files may take
MOST_SHOWN = 200  # of each list; all of it is taken


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def bring(request: LearnerRequest) -> HttpResponse:
    """A form for a file; what one holds that waits; "take" and "leave" say what becomes of it.

    400 for a file that cannot be read.
    """
    user, what = request.user, request.POST.get("what", "")
    held = WaitingImport.objects.filter(user=user).first()
    if what == "leave" or (what == "take" and held is None):
        WaitingImport.objects.filter(user=user).delete()
        return redirect("learning:bring")
    if what == "take" and held:
        return _taken(request, held)
    learner = str(user.pk)
    if request.method == "POST" and (wait := is_out_of_time("foreign-time", learner, MS_A_MINUTE)):
        return too_many_requests(request, wait)
    form = ForeignForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        started = perf_counter()
        file = form.cleaned_data["file"]
        try:
            pending.keep(user, file.name, pending.read(file.name, file))
            return redirect("learning:bring")
        except Unreadable as error:
            form.add_error("file", str(error))
        finally:
            spend_time("foreign-time", learner, perf_counter() - started, MS_A_MINUTE)
    context: dict[str, Any] = {"form": form, "held": held, "most": MOST_SHOWN}
    if held:
        rows = held.rows
        context["cards"] = rows["cards"]
        context["found"] = [row for row in rows["notes"] if row["place"]]
        context["lost"] = [row for row in rows["notes"] if not row["place"]]
        context["cards_found"] = sum(bool(row["place"]) for row in rows["cards"])
    status = 400 if form.errors else 200
    return render(request, "learning/bring.html", context, status=status)


def _taken(request: LearnerRequest, held: WaitingImport) -> HttpResponse:
    try:
        cards, lights, kept = pending.take(request.user, held)
    except pending.Full:
        messages.error(request, _("There is no room for all of it. Delete something first."))
        return redirect("learning:bring")
    except Refused as error:
        messages.error(request, str(error))
        return redirect("learning:bring")
    said = _("New: {cards} cards, {lights} highlights, {kept} notes without a place.")
    messages.success(request, said.format(cards=cards, lights=lights, kept=kept))
    return redirect("learning:cards" if cards else "learning:notes")
