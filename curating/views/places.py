"""Topics as a whole: their place, their address, their order; removing them."""

from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from curating import audit
from curating.access import curators_only, may, refuse_lost, refuse_unseen
from curating.care import curators, refuse_alone, two_for
from curating.forms import TopicField
from curating.models import TopicCare
from curating.skeletons import left_in, unfilled
from importer.edits import EditRefused, remove_topics
from importer.topic_moves import move_topic, order_topics
from importer.written_topics import document_of
from topics.marks import mark_count
from topics.models import Grant, Section, Topic
from topics.rights import Right, grants_at, line_of
from topics.visibility import seen

PAGE = 50
MOST = 1_000  # topics that are shown below one
# What would undo or go round four eyes, where they are asked for.
TAKES_MANAGING = {"four_eyes", "publish_at", "withdraw_at"}
TWO_FOR_CARE = gettext_lazy(
    "Here edits take somebody else's yes: only those who manage rights change that, or set moments."
)
STAYS_A_DRAFT = gettext_lazy("As long as they are left it is not published at its moment.")
BUTTONS = {"_up": -1, "_down": 1}  # that move a topic so many places


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


class CareForm(forms.ModelForm):
    """Who looks after a topic, and when."""

    class Meta:
        model = TopicCare
        fields = ["owner", "review_by", "four_eyes", "publish_at", "withdraw_at"]
        labels = {
            "owner": gettext_lazy("Owner"),
            "review_by": gettext_lazy("To be read again by"),
            "four_eyes": gettext_lazy("Edits, also of topics below, take the yes of somebody else"),
            "publish_at": gettext_lazy("Publish at (UTC)"),
            "withdraw_at": gettext_lazy("Withdraw at (UTC)"),
        }
        widgets = {
            "review_by": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **{
                name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
                for name in ("publish_at", "withdraw_at")
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = curators()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("publish_at"), cleaned.get("withdraw_at")
        if begins and ends and ends <= begins:
            self.add_error("withdraw_at", gettext_lazy("It would end before it begins."))
        if begins and self.instance.topic.status == Topic.Status.PUBLISHED:
            self.add_error("publish_at", gettext_lazy("This topic is published already."))
        return cleaned


@curators_only
@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest, topic_id: int = 0) -> HttpResponse:
    """A topic (or the top of the library) with those below it, in their order."""
    topic = get_object_or_404(Topic.objects.live().seen(), pk=topic_id) if topic_id else None
    if request.method == "POST":
        try:
            return _arranged(request, topic)
        except EditRefused as error:
            messages.error(request, str(error))
            return _again(topic)
    return _page(request, topic)


@curators_only
@require_GET
def overdue(request: HttpRequest) -> HttpResponse:
    """The topics whose review is overdue, and the drafts whose moment to be published has passed;
    the longest first."""
    now = timezone.now()
    rows = TopicCare.objects.filter(seen("topic__"), topic__removed_at=None)
    rows = rows.select_related("topic", "owner")
    reviews = rows.filter(review_by__lt=now.date()).order_by("review_by", "pk")
    page = Paginator(reviews, PAGE).get_page(request.GET.get("page"))
    late = rows.filter(publish_at__lte=now, topic__status=Topic.Status.DRAFT)
    context = {"page": page, "late": late.order_by("publish_at", "pk")[:PAGE]}
    return render(request, "curating/overdue.html", context)


def _page(
    request: HttpRequest,
    topic: Topic | None,
    form: PlaceForm | None = None,
    care: CareForm | None = None,
) -> HttpResponse:
    below = Topic.objects.live().seen().filter(parent=topic).order_by("position", "path")
    context: dict[str, Any] = {"topic": topic, "below": _with_focus(request, list(below[:MOST]))}
    if topic:
        context["two"] = two_for(request.user, [topic])
        initial = {"under": topic.parent.path if topic.parent else "", "slug": topic.slug}
        context["form"] = form or PlaceForm(initial=initial)
        context["care"] = care or CareForm(instance=TopicCare.objects.filter(topic=topic).first())
        below_too = Topic.objects.live().filter(
            Q(pk=topic.pk) | Q(path__startswith=f"{topic.path}/")
        )
        sections = Section.objects.filter(topic__in=below_too, removed_at=None)
        context["marks"] = sections.aggregate(count=Sum(mark_count()))["count"] or 0
    return render(request, "curating/arrange.html", context)


def _arranged(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    by = cast(User, request.user)
    if topic and {"_remove", "_move"}.intersection(request.POST):
        return _placed(request, topic)
    if topic and "_care" in request.POST:
        return _cared_for(request, topic)
    refuse_alone([topic] if topic else [])
    rows = Topic.objects.live().seen().filter(parent=topic).order_by("position", "path")
    keys = list(rows.values_list("pk", flat=True)[:MOST])
    order_topics(topic, _ordered(request, keys), user=by)
    messages.success(request, _("The order is saved."))
    return _at_button(request, topic)


def _placed(request: HttpRequest, topic: Topic) -> HttpResponse:
    """The topic removed, or at another place; what was typed stays where that is refused."""
    by, form = cast(User, request.user), PlaceForm(request.POST)
    is_removal = "_remove" in request.POST
    if not (form.is_valid() or is_removal):
        return _page(request, topic, form)
    try:
        refuse_unseen([topic])
        if is_removal:
            refuse_alone([topic])
            change = remove_topics([topic], user=by, why=request.POST.get("why", "")[:500])
            messages.success(request, _("Removed. It can be restored."))
            back = ["curating:change", change.pk] if change else ["curating:arrange_top"]
            return redirect(*back)
        data = form.cleaned_data
        refuse_alone([topic, *([data["under"]] if data["under"] else [])])
        if not (data["under"] and grants_at(data["under"]).exists()):
            refuse_lost(topic, Grant.objects.exclude(topic__in=line_of(topic)[1:]))
        change = move_topic(topic, data["under"], slug=data["slug"], user=by, why=data["why"])
    except EditRefused as error:
        form.add_error(None, str(error))
        return _page(request, topic, form)
    if change:
        messages.success(request, _("Moved. The earlier address leads there."))
    else:
        messages.info(request, _("It is there already."))
    return _again(topic)


def _cared_for(request: HttpRequest, topic: Topic) -> HttpResponse:
    by = cast(User, request.user)
    there = TopicCare.objects.filter(topic=topic).first() or TopicCare(topic=topic)
    care = CareForm(request.POST, instance=there)
    if not care.is_valid():
        return _page(request, topic, care=care)
    try:
        if TAKES_MANAGING.intersection(care.changed_data) and not may(by, Right.MANAGE, topic):
            refuse_alone([topic], str(TWO_FOR_CARE))
    except EditRefused as error:
        care.add_error(None, str(error))
        return _page(request, topic, care=care)
    with transaction.atomic():
        care.save()
        audit.note(audit.Kind.SETTINGS, "care", by=by, target=topic)
    if care.cleaned_data["publish_at"] and (left := left_in(document_of(topic))):
        messages.warning(request, f"{unfilled(left)} {STAYS_A_DRAFT}")
    messages.success(request, _("Saved."))
    return _again(topic)


def _again(topic: Topic | None) -> HttpResponse:
    return redirect("curating:arrange", topic.pk) if topic else redirect("curating:arrange_top")


def _at_button(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    """The page again, with the focus on the button that was pressed."""
    response = _again(topic)
    for way in BUTTONS:
        key = request.POST.get(way, "")
        if key.isdecimal() and len(key) < 19:
            response["Location"] += f"?{urlencode({'at': key, 'way': way})}"
    return response


def _with_focus(request: HttpRequest, below: list[Topic]) -> list[tuple[Topic, str]]:
    """The topics, and which button of the one that was just moved gets the focus back."""
    at, way = request.GET.get("at", ""), request.GET.get("way", "")
    last = len(below) - 1
    rows = []
    for place, row in enumerate(below):
        focus = way if str(row.pk) == at and way in BUTTONS else ""
        if focus and place in (0, last):  # the other one is all that can be pressed there
            focus = "_down" if place == 0 else "_up"
        rows.append((row, focus))
    return rows


def _ordered(request: HttpRequest, keys: list[int]) -> list[int]:
    """The keys as dragged (`order`), or with one a place up or down."""
    for name, step in BUTTONS.items():
        value = request.POST.get(name, "")
        if value.isdecimal() and len(value) < 19 and int(value) in keys:
            place = keys.index(int(value))
            other = min(max(0, place + step), len(keys) - 1)
            keys[place], keys[other] = keys[other], keys[place]
            return keys
    given = [int(key) for key in request.POST.getlist("order") if key.isdecimal() and len(key) < 19]
    known = set(keys)
    return list(dict.fromkeys(key for key in given if key in known))
