"""The pages of collections: a learner's own, and those that others share by a link."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.views import LearnerRequest
from learning import collections
from learning.forms import CollectedNoteForm, CollectionForm
from learning.mark_requests import ask_first, handing_back, section_or_404, wants_json
from learning.models import CollectedSection, Collection
from learning.note_editor import edit_note
from topics.drafts import render_drafted

PLACES = {"up": -1, "down": 1}


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def collection_list(request: LearnerRequest) -> HttpResponse:
    """The learner's collections, and a form for a new one."""
    form = CollectionForm(request.POST or None)
    if form.is_valid() and (new := _created(request, form.cleaned_data["title"])):
        return redirect("learning:collection", new.pk)
    context = {"form": form, "collections": collections.of(request.user)}
    status = 400 if form.errors else 200
    return render(request, "learning/collection_list.html", context, status=status)


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def collection(request: LearnerRequest, pk: int) -> HttpResponse:
    """A collection of the learner's own, and a form for its title."""
    own = _own_or_404(request, pk)
    form = CollectionForm(request.POST or None, instance=own)
    if form.is_valid():
        form.save()
        return redirect("learning:collection", pk)
    own.refresh_from_db()
    items = collections.items(own)
    minutes = sum(item.minutes for item in items)
    link = own.token and request.build_absolute_uri(reverse("learning:shared", args=[own.token]))
    context = {"form": form, "collection": own, "items": items, "minutes": minutes, "link": link}
    context |= {"way": collections.way(request.user, items)}
    if form.errors:
        return render(request, "learning/collection.html", context, status=400)
    return render_drafted(request, "learning/collection.html", context)


@require_POST
@login_required
def delete(request: LearnerRequest, pk: int) -> HttpResponse:
    """Delete a collection; asks first."""
    own = _own_or_404(request, pk)
    if "confirmed" not in request.POST:
        return render(request, "learning/collection_delete.html", {"collection": own})
    own.delete()
    messages.success(request, _("The collection has been deleted."))
    return redirect("learning:collections")


@require_POST
@login_required
def path(request: LearnerRequest, pk: int) -> HttpResponse:
    """Read the collection as a path, or no longer."""
    own = _own_or_404(request, pk)
    own.is_path = "path" in request.POST
    own.save(update_fields=["is_path"])
    return redirect("learning:collection", pk)


@require_POST
@login_required
def share(request: LearnerRequest, pk: int) -> HttpResponse:
    """Make a link for everybody who has it, or end it."""
    own = _own_or_404(request, pk)
    collections.share(request.user, own, is_shared="share" in request.POST)
    return redirect("learning:collection", pk)


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def collect(request: LearnerRequest, section_id: int) -> HttpResponse:
    """Put a section into a collection, or into a new one."""
    section = section_or_404(section_id)
    form = CollectionForm(request.POST if "title" in request.POST else None)
    chosen = None
    if form.is_valid():
        chosen = _created(request, form.cleaned_data["title"])
    elif "collection" in request.POST:
        chosen = _own_or_404(request, request.POST["collection"])
    if chosen and _tried(request, lambda: collections.add(request.user, chosen, section)):
        said = _("“%(section)s” is in “%(collection)s”.")
        messages.success(request, said % {"section": section, "collection": chosen})
        return redirect(section)
    holding = collections.holding(request.user, section)
    own = collections.of(request.user)
    context = {"form": form, "section": section, "collections": own, "holding": holding}
    return render(request, "learning/collect.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def change(request: LearnerRequest, pk: int) -> HttpResponse:
    """Move a section of a collection ("up", "down", or "to" a `place` from 0), or take it out.

    Asks before a note goes with it.
    """
    item = get_object_or_404(CollectedSection.objects.of(request.user), pk=pk)
    what = request.POST.get("what", "")
    if what == "remove":
        if item.note and (asked := ask_first(request, item.note, _place_of(item))):
            return asked
        item.delete()
    elif what in PLACES:
        collections.move(request.user, item, PLACES[what])
    elif what == "to" and (place := _place(request)) is not None:
        collections.move_to(request.user, item, place)
    else:
        return render(request, "400.html", status=400)
    if wants_json(request):
        return JsonResponse({})
    url = reverse("learning:collection", args=[item.collection_id])
    return redirect(url if what == "remove" else f"{url}#kb:item-{pk}")


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and write the note on a section of a collection: see `edit_note`."""
    own = CollectedSection.objects.of(request.user).select_related("section__topic", "collection")
    return edit_note(request, own, pk, CollectedNoteForm, _place_of)


def _place_of(item: CollectedSection) -> str:
    return f"{reverse('learning:collection', args=[item.collection_id])}#kb:item-{item.pk}"


@never_cache
@require_GET
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A collection that somebody shares: for everybody who has its link."""
    found = get_object_or_404(Collection, token=token)
    items = [item for item in collections.items(found) if item.is_readable]
    minutes = sum(item.minutes for item in items)
    context = {"collection": found, "items": items, "minutes": minutes}
    response = render_drafted(request, "learning/collection_shared.html", context)
    response["Referrer-Policy"] = "same-origin"  # the address is the key to it
    return response


@require_POST
@login_required
def copy(request: LearnerRequest, token: str) -> HttpResponse:
    """Make a shared collection one's own."""
    found = get_object_or_404(Collection, token=token)
    new = _tried(request, lambda: collections.copy(request.user, found))
    return redirect("learning:collection", new.pk) if new else redirect("learning:collections")


def _place(request: HttpRequest) -> int | None:
    text = request.POST.get("place", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _own_or_404(request: LearnerRequest, pk: Any) -> Collection:
    key = int(pk) if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19 else 0
    return get_object_or_404(Collection, pk=key, user=request.user)


def _created(request: LearnerRequest, title: str) -> Collection | None:
    made: Collection | None = _tried(request, lambda: collections.create(request.user, title))
    return made


def _tried(request: LearnerRequest, change: Callable[[], Any]) -> Any:
    """What the change returns, or None where there is no room, which is said."""
    try:
        return change()
    except collections.Full:
        said = _("There is no room for more. Delete something that you no longer need.")
        messages.error(request, said)
        return None
