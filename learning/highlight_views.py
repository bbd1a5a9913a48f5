"""Highlighting words, and the learner's page of all that she highlighted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views import LearnerRequest
from learning import highlights
from learning.anchoring import Quote, plain
from learning.deliveries import is_late, once
from learning.forms import AttachForm, HighlightForm, HighlightNoteForm
from learning.mark_requests import (
    ask_first,
    handing_back,
    log_in_first,
    next_url,
    section_or_404,
    wants_json,
)
from learning.models import Highlight
from learning.note_editor import edit_note
from topics.address_lookup import section_at
from topics.models import Section


@require_POST
@once
def add(request: HttpRequest) -> HttpResponse:
    """Highlight words, for a script: JSON with the entry of the list, 400, or 409 if not there.

    Those that were marked while there was no network (they say `at`) are kept though they are gone.
    """
    if not request.user.is_authenticated:
        return log_in_first(request, reverse("account_login"))
    form = HighlightForm(request.POST)
    if not form.is_valid():
        return _refused("form", _("These words cannot be highlighted."), 400)
    data = form.cleaned_data
    section = section_or_404(data["section"])
    quote = Quote(data["start"], 0, plain(data["exact"]), data["before"], data["behind"])
    try:
        add_words = highlights.add_late if is_late(request) else highlights.add
        made = add_words(request.user, section, quote, data["color"])
    except highlights.NotThere:
        return _refused("not-there", _("The text has changed. Reload the page."), 409)
    except highlights.Full:
        return _refused("full", _("There is no room for more highlights."), 409)
    values = {"mark": highlights.shown(made), "next": section.get_absolute_url()}
    entry = render_to_string("learning/_highlight.html", values, request)
    return JsonResponse({"id": made.pk, "entry": entry, "message": _("Highlighted.")})


def _refused(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


@require_POST
@login_required
def change(request: LearnerRequest, pk: int) -> HttpResponse:
    """Remove a highlight, or give it another color; asks before a note goes with it."""
    own = get_object_or_404(Highlight.objects.of(request.user), pk=pk)
    what = request.POST.get("what", "")
    after = next_url(request, reverse("learning:notes"))
    if what == "remove":
        if own.note and (asked := ask_first(request, own.note, after)):
            return asked
        own.delete()
        said = _("The highlight has been removed.")
    elif what in Highlight.Color.values:
        own.color = what
        own.save(update_fields=["color", "updated_at"])
        said = _("The color has been changed.")
    else:
        return render(request, "400.html", status=400)
    if wants_json(request):
        return JsonResponse({"message": said})
    messages.success(request, said)
    return redirect(after)


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and write the note on a highlight: see `edit_note`."""
    own = Highlight.objects.of(request.user).select_related("section__topic")
    after = next_url(request, reverse("learning:notes"))
    return edit_note(request, own, pk, HighlightNoteForm, lambda _mark: after)


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def attach(request: LearnerRequest, pk: int) -> HttpResponse:
    """Other words for a highlight whose own are gone, in its section or on another page.

    400 for words that are not there.
    """
    lost = Highlight.objects.of(request.user).filter(state="orphaned").select_related("section")
    own = get_object_or_404(lost, pk=pk)
    section = Section.objects.current(own.section_id)
    form = AttachForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        address, words = form.cleaned_data["place"], form.cleaned_data["exact"]
        places = _on_page(address) if address else [section] if section else []
        if any(_is_attached(request, own, place, words) for place in places):
            messages.success(request, _("The highlight is back in the text."))
            return redirect("learning:notes")
        if address and not places:
            form.add_error("place", _("No page of this site has this address."))
        else:
            form.add_error("exact", _("These words are not in the text."))
    context = {"form": form, "mark": own, "section": section}
    status = 400 if form.errors else 200
    return render(request, "learning/highlight_attach.html", context, status=status)


def _on_page(address: str) -> list[Section]:
    """The section at an address, and behind it the others of its page."""
    section = section_at(address)
    if section is None:
        return []
    others = Section.objects.published().filter(page=section.page_id).exclude(pk=section.pk)
    return [section, *others.order_by("position")]


def _is_attached(request: LearnerRequest, own: Highlight, section: Section, words: str) -> bool:
    try:
        highlights.attach(request.user, own, section, words)
    except highlights.NotThere:
        return False
    return True
