"""Topics as a whole: their place, their address, their order; removing them."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from curating.access import curators_only
from curating.forms import TopicField
from importer.edits import EditRefused, remove_topics
from importer.topic_moves import move_topic, order_topics
from topics.marks import mark_count
from topics.models import Section, Topic

MOST = 1_000  # topics that are shown below one


class PlaceForm(forms.Form):
    """Where a topic goes, and the last step of its address."""

    under = TopicField(
        max_length=500,
        required=False,
        label=gettext_lazy("Below which topic"),
        help_text=gettext_lazy("Its path as in its address. Empty: at the top."),
    )
    slug = forms.CharField(
        max_length=150, required=False, label=gettext_lazy("Last step of its address")
    )
    why = forms.CharField(max_length=500, required=False, label=gettext_lazy("Why"))


@curators_only
@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest, topic_id: int = 0) -> HttpResponse:
    """A topic (or the top of the library) with those below it, in their order."""
    topic = get_object_or_404(Topic.objects.live(), pk=topic_id) if topic_id else None
    if request.method == "POST":
        try:
            return _arranged(request, topic)
        except EditRefused as error:
            messages.error(request, str(error))
            return _again(topic)
    return _page(request, topic)


def _page(request: HttpRequest, topic: Topic | None, form: PlaceForm | None = None) -> HttpResponse:
    below = Topic.objects.live().filter(parent=topic).order_by("position", "path")
    context: dict[str, Any] = {"topic": topic, "below": below[:MOST]}
    if topic:
        initial = {"under": topic.parent.path if topic.parent else "", "slug": topic.slug}
        context["form"] = form or PlaceForm(initial=initial)
        sections = Section.objects.filter(topic=topic, removed_at=None)
        context["marks"] = sections.aggregate(count=Sum(mark_count()))["count"] or 0
    return render(request, "curating/arrange.html", context)


def _arranged(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    by = cast(User, request.user)
    if "_remove" in request.POST and topic:
        change = remove_topics([topic], user=by, why=request.POST.get("why", "")[:500])
        messages.success(request, _("Removed. It can be restored."))
        return (
            redirect("curating:change", change.pk) if change else redirect("curating:arrange_top")
        )
    if "_move" in request.POST and topic:
        form = PlaceForm(request.POST)
        if not form.is_valid():
            return _page(request, topic, form)
        data = form.cleaned_data
        change = move_topic(topic, data["under"], slug=data["slug"], user=by, why=data["why"])
        if change:
            messages.success(request, _("Moved. The earlier address leads there."))
        return _again(topic)
    rows = Topic.objects.live().filter(parent=topic).order_by("position", "path")
    keys = list(rows.values_list("pk", flat=True)[:MOST])
    order_topics(topic, _ordered(request, keys), user=by)
    messages.success(request, _("The order is saved."))
    return _again(topic)


def _again(topic: Topic | None) -> HttpResponse:
    return redirect("curating:arrange", topic.pk) if topic else redirect("curating:arrange_top")


def _ordered(request: HttpRequest, keys: list[int]) -> list[int]:
    """The keys as dragged (`order`), or with one a place up or down."""
    for name, step in (("_up", -1), ("_down", 1)):
        value = request.POST.get(name, "")
        if value.isdecimal() and len(value) < 19 and int(value) in keys:
            place = keys.index(int(value))
            other = min(max(0, place + step), len(keys) - 1)
            keys[place], keys[other] = keys[other], keys[place]
            return keys
    given = [int(key) for key in request.POST.getlist("order") if key.isdecimal() and len(key) < 19]
    known = set(keys)
    return list(dict.fromkeys(key for key in given if key in known))
