"""The pages of a learner's bookmarks."""

from time import perf_counter
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import login_tokens
from accounts.last_read import NEEDED, as_last_read
from accounts.views import LearnerRequest
from learning import bookmarks
from learning.deliveries import once
from learning.forms import NoteForm, SearchForm
from learning.mark_requests import (
    handing_back,
    log_in_first,
    next_url,
    section_or_404,
    wants_json,
)
from learning.models import Bookmark
from learning.note_editor import edit_note
from topics.models import Section
from topics.page_cache import keep_only
from topics.rate_limits import is_out_of_time, spend_time, too_many_requests

PAGE_SIZE = 50
MOST_WORDS = 5  # of a search: each reads all notes
MARK_COLUMNS = (
    "user_id", "note", "created_at", "updated_at", *(f"section__{name}" for name in NEEDED),
)  # fmt: skip
ASK = gettext_lazy("Removing the bookmark deletes its note too.")


@never_cache
@login_required
@require_GET
def bookmark_list(request: LearnerRequest) -> HttpResponse:
    """The learner's bookmarks, 50 sections a page; 400 for a search that is too long."""
    keep_only(request, ("q", "page"))
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "learning/bookmark_list.html", {"form": form}, status=400)
    words = list(dict.fromkeys(form.cleaned_data["q"].split()))[:MOST_WORDS]
    query = " ".join(words)
    limit = settings.KB_SEARCH_BUDGET_MS if words else 0
    learner = str(request.user.pk)
    if wait := is_out_of_time("note-time", learner, limit):
        return too_many_requests(request, wait)
    started = perf_counter()
    sections = bookmarks.marked_sections(user=request.user, words=words)
    page = Paginator(sections, PAGE_SIZE).get_page(request.GET.get("page"))
    entries = bookmarks.entries(user=request.user, sections=page.object_list)
    spend_time("note-time", learner, perf_counter() - started, limit)
    context = {"form": form, "query": query, "page": page, "entries": entries}
    return render(request, "learning/bookmark_list.html", context)


@require_POST
@once
def add(request: HttpRequest, section_id: int) -> HttpResponse:
    """Bookmark a section. JSON for scripts; 401 or the log-in page without an account."""
    if not request.user.is_authenticated:
        return log_in_first(request, bookmarks.login_url(section_id))
    section = section_or_404(section_id)
    try:
        mark = bookmarks.bookmark_add(user=request.user, section=section)
    except bookmarks.TooMany as error:
        return _too_many(request, section, error)
    if wants_json(request):
        return _button_state(section, mark)
    _say_added(request, section, mark)
    return redirect(next_url(request, section.get_absolute_url()))


@require_POST
@once
def remove_from_section(request: HttpRequest, section_id: int) -> HttpResponse:
    """Remove all marks read at the section: more than one if sections were merged."""
    if not request.user.is_authenticated:
        return log_in_first(request, reverse("account_login"))
    section = section_or_404(section_id)
    marks = list(Bookmark.objects.of(request.user).showing([section.pk]))
    return _remove(request, section, marks, section.get_absolute_url())


@require_POST
@login_required
def remove(request: LearnerRequest, pk: int) -> HttpResponse:
    """Remove one bookmark from the list."""
    mark = _mark_or_404(request, pk)
    as_last_read([mark.section])
    return _remove(request, mark.section, [mark], reverse("learning:list"))


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and write the note on a bookmark: see `edit_note`."""
    own = Bookmark.objects.of(request.user).select_related("section__topic").only(*MARK_COLUMNS)
    place = reverse("learning:list")
    return edit_note(request, own, pk, NoteForm, lambda _mark: next_url(request, place))


@never_cache
@require_GET
def want(request: HttpRequest, section_id: int) -> HttpResponse:
    """The bookmark button of a page for everybody: to the log-in, with a token made now.

    The page itself has no token, so that its bytes are the same for all readers.
    """
    if not request.user.is_authenticated:
        return redirect(bookmarks.login_url(section_id))
    return render(request, "learning/wanted.html", {"section": section_or_404(section_id)})


@never_cache
@require_GET
def wanted(request: HttpRequest, token: str) -> HttpResponse:
    """Where a log-in that began with a bookmark button ends; see `accounts.login_tokens`."""
    section_id = login_tokens.key_of(token)
    if section_id is None:
        raise Http404
    section = section_or_404(section_id)
    if not request.user.is_authenticated:
        return redirect(bookmarks.login_url(section_id))
    if not login_tokens.take(request, token):
        return render(request, "learning/wanted.html", {"section": section})
    try:
        mark = bookmarks.bookmark_add(user=request.user, section=section)
    except bookmarks.TooMany as error:
        return _too_many(request, section, error)
    _say_added(request, section, mark)
    return redirect(section)


def _mark_or_404(request: HttpRequest, pk: int) -> Bookmark:
    marks = Bookmark.objects.of(request.user).select_related("section__topic").only(*MARK_COLUMNS)
    return get_object_or_404(marks, pk=pk)


def _remove(
    request: HttpRequest, section: Section, marks: list[Bookmark], default_url: str
) -> HttpResponse:
    """Remove the learner's marks; ask first if that deletes a note."""
    after = next_url(request, default_url)
    noted = [mark for mark in marks if mark.note]
    if noted and "confirmed" not in request.POST:
        if wants_json(request):
            return JsonResponse({"error": {"code": "confirm", "message": str(ASK)}}, status=409)
        context = {"section": section, "marks": noted, "next_url": after}
        return render(request, "learning/remove.html", context)
    bookmarks.bookmarks_remove(user=request.user, marks=marks)
    if wants_json(request):
        return _button_state(section, None)
    messages.success(request, _("The bookmark on “%s” has been removed.") % section)
    return redirect(after)


def _too_many(request: HttpRequest, section: Section, error: bookmarks.TooMany) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": {"code": "too_many", "message": str(error)}}, status=409)
    messages.error(request, str(error))
    return redirect(next_url(request, section.get_absolute_url()))


def _button_state(section: Section, mark: Bookmark | None) -> JsonResponse:
    """What `bookmarks.js` needs to show the button's new state."""
    name = "add" if mark is None else "remove_from_section"
    message = _("“%s” is bookmarked.") if mark else _("“%s” is no longer bookmarked.")
    return JsonResponse(
        {
            "bookmarked": mark is not None,
            "action": reverse(f"learning:{name}", args=[section.pk]),
            "note": mark and reverse("learning:note", args=[mark.pk]),
            "message": message % section,
        }
    )


def _say_added(request: HttpRequest, section: Section, mark: Bookmark) -> None:
    query = urlencode({"next": section.get_absolute_url()})
    url = f"{reverse('learning:note', args=[mark.pk])}?{query}"
    said = _("“%s” is bookmarked.") % section
    text = format_html('{} <a href="{}">{}</a>', said, url, _("Add a note"))
    messages.success(request, text)
