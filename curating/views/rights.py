"""Who can do what: with one topic, and one person with all of them."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from curating import audit
from curating.access import may, may_edit, refuse_lost, refuse_unseen, signed_in_only
from curating.care import curators_of
from curating.mentions import Naming, places_naming
from importer.edits import EditRefused
from importer.privacy import set_private
from topics.models import Grant, Topic
from topics.rights import Right, grants_at, has, held_at, somewhere, trees_of
from topics.visibility import PUBLIC, seen

MOST = 200  # people that a page names


class GrantForm(forms.ModelForm):
    """A right for a group."""

    class Meta:
        model = Grant
        fields = ["group", "right"]
        labels = {"group": gettext_lazy("Group"), "right": gettext_lazy("Right")}


class PersonForm(forms.Form):
    """Whose rights to show."""

    person = forms.CharField(max_length=150, required=False, label=gettext_lazy("Name"))


@signed_in_only
@require_http_methods(["GET", "POST"])
def topic_rights(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Who can do what with a topic and all below it; those who manage it change that."""
    topic = get_object_or_404(Topic.objects.live().seen(), pk=topic_id)
    may_manage = may(request.user, Right.MANAGE, topic)
    if not (may_manage or may_edit(request.user)):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request, topic, may_manage=may_manage)
    if not may_manage:
        raise PermissionDenied
    if "_private" in request.POST and "_sure" not in request.POST and grants_at(topic).exists():
        naming = places_naming(topic)
        if naming.count:
            return _page(request, topic, may_manage=True, naming=naming)
    try:
        form = _changed(request, topic)
    except EditRefused as error:
        messages.error(request, str(error))
        form = None
    if form is not None:
        return _page(request, topic, may_manage=True, form=form)
    topic.refresh_from_db()
    # Asked again: what this request saw before may be another set.
    user = User.objects.get(pk=cast(User, request.user).pk)
    if topic.tree != PUBLIC and topic.tree not in trees_of(user):
        return redirect("curating:dashboard" if may_edit(request.user) else "topics:home")
    return redirect("curating:rights", topic.pk)


def _page(
    request: HttpRequest,
    topic: Topic,
    *,
    may_manage: bool,
    form: GrantForm | None = None,
    naming: Naming | None = None,
) -> HttpResponse:
    grants = grants_at(topic).select_related("group", "topic").order_by("topic__path", "group")
    people = held_at(topic, MOST)
    user = request.user
    opened = {g.topic_id for g in grants if may_edit(user) or may(user, Right.MANAGE, g.topic)}
    context = {
        "topic": topic,
        "is_curator": may_edit(user),
        "grants": [(grant, grant.topic_id in opened) for grant in grants],
        "people": people,
        "may_manage": may_manage,
        "naming": naming,
        "form": form or GrantForm(),
        "top": Topic.objects.filter(pk=topic.tree).first(),
        "superusers": User.objects.filter(is_superuser=True, is_active=True).order_by("username"),
        "curators": curators_of(topic),
    }
    return render(request, "curating/rights.html", context)


def _changed(request: HttpRequest, topic: Topic) -> GrantForm | None:
    """What a button does; the form if it is not right. Raises EditRefused."""
    by = cast(User, request.user)
    if "_private" in request.POST or "_public" in request.POST:
        _set_private(topic, by, is_private="_private" in request.POST)
        messages.success(request, _("Saved."))
        return None
    refuse_unseen([topic])  # nobody gives a right to what she may not see
    if key := request.POST.get("_take", ""):
        row = get_object_or_404(Grant, pk=_number(key), topic=topic)
        refuse_lost(topic, Grant.objects.exclude(pk=row.pk))
        with transaction.atomic():
            audit.note(
                audit.Kind.RIGHTS, "right taken", by=by, target=topic, group=row.group_id,
                right=row.right,
            )  # fmt: skip
            row.delete()
        messages.success(request, _("Saved."))
        return None
    known = Grant.objects.filter(topic=topic, group=_number(request.POST.get("group", ""))).first()
    form = GrantForm(request.POST, instance=known or Grant(topic=topic))
    if not form.is_valid():
        return form
    with transaction.atomic():
        row = form.save()
        audit.note(
            audit.Kind.RIGHTS, "right given", by=by, target=topic, group=row.group_id,
            right=row.right,
        )  # fmt: skip
    messages.success(request, _("Saved."))
    return None


@transaction.atomic
def _set_private(topic: Topic, by: User, *, is_private: bool) -> None:
    """Raises EditRefused where nobody but superusers would see the topic any more."""
    refuse_unseen([topic])
    if is_private and not grants_at(topic).exists():
        raise EditRefused(_("Give a group a right first, or nobody would see it any more."))
    if set_private(topic, is_private=is_private, user=by):
        word = "made private" if is_private else "made public"
        audit.note(audit.Kind.RIGHTS, word, by=by, target=topic)


@signed_in_only
@require_GET
def person_rights(request: HttpRequest) -> HttpResponse:
    """What one person can do where; of others, for superusers and who may see accounts."""
    form = PersonForm(request.GET)
    name = form.cleaned_data["person"].strip() if form.is_valid() else ""
    me = cast(User, request.user)
    person: User | None = me
    if name and name != me.get_username():
        if not me.has_perm("auth.view_user"):
            raise PermissionDenied
        person = User.objects.filter(username=name).first()
    context: dict[str, Any] = {"form": form, "person": person, "name": name}
    if person is not None:
        grants = Grant.objects.filter(seen("topic__"), group__user=person)
        rows = grants.filter(topic__removed_at=None).select_related("group", "topic").distinct()
        trees = Topic.objects.seen().live().filter(pk__in=trees_of(person))
        context |= {
            "grants": [_told(row) for row in rows.order_by("topic__path", "group__name")],
            "is_me": person == me,
            "reviews": somewhere(me, Right.REVIEW),
            "private": trees.order_by("path"),
            "is_curator": may_edit(person),
            "groups": Group.objects.filter(user=person).order_by("name"),
        }
    return render(request, "curating/person.html", context)


def _told(grant: Grant) -> dict[str, Any]:
    """A right, and what its holder finds by it."""
    may_write = has(grant.right, Right.PUBLISH)
    return {
        "grant": grant,
        "topic": grant.topic,
        "is_open": may_write or grant.topic.status == Topic.Status.PUBLISHED,
        "may_write": may_write,
        "may_manage": has(grant.right, Right.MANAGE),
    }


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 19 else 0
