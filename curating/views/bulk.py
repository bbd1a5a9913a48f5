"""The description of many topics at once, looked at before it is saved."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from curating import bulk
from curating.access import curators_only
from curating.forms import BulkForm
from importer.edits import EditRefused
from topics.models import Topic


@curators_only
@require_http_methods(["GET", "POST"])
def describe_many(request: HttpRequest) -> HttpResponse:
    """The topics that `topic` names, a field for each part of a description, and what they change;
    `_save` does that."""
    given = (request.POST if request.method == "POST" else request.GET).getlist("topic")
    keys = [int(key) for key in given if key.isdecimal() and len(key) < 19]
    topics = list(Topic.objects.live().seen().filter(pk__in=keys).order_by("path")[: bulk.MOST])
    if not topics:
        messages.warning(request, _("Choose topics first."))
        return redirect("admin:topics_topic_changelist")
    form, plans = BulkForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        plans = bulk.planned(topics, form.cleaned_data)
        if "_save" in request.POST:
            try:
                count, change = bulk.carry_out(plans, by=cast(User, request.user))
            except EditRefused as error:
                form.add_error(None, str(error))
            else:
                said = ngettext("%(n)s topic changed.", "%(n)s topics changed.", count)
                messages.success(request, said % {"n": count})
                back = reverse("curating:change", args=[change.pk]) if change else ""
                return redirect(back or "admin:topics_topic_changelist")
    context = {"form": form, "topics": topics, "plans": plans, "most": bulk.MOST}
    context["ready"] = sum(not plan.refused for plan in plans or [])
    return render(request, "curating/bulk.html", context)
