"""The learner's page of all her notes, by topic, by date, or by a search."""

from collections import defaultdict
from collections.abc import Iterable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.last_read import NEEDED, as_last_read
from accounts.views import LearnerRequest
from learning import highlights, note_search
from learning.forms import NotesSearchForm
from learning.mark_requests import ask_first, next_url
from learning.models import Bookmark, CollectedSection, Highlight, Kept
from learning.note_search import BOOKMARK, COLLECTED, HIGHLIGHT, Line
from learning.portable.kept import words_of
from topics.models import Section
from topics.page_cache import keep_only
from topics.rate_limits import is_out_of_time, spend_time, too_many_requests

PAGE_SIZE = 50
MODELS: dict[str, Any] = {HIGHLIGHT: Highlight, BOOKMARK: Bookmark, COLLECTED: CollectedSection}


@never_cache
@login_required
@require_GET
def my_notes(request: LearnerRequest) -> HttpResponse:
    """All notes, 50 a page: by topic, the latest first, or the best for a search first."""
    keep_only(request, ("q", "by", "page"))
    form = NotesSearchForm(request.GET)
    if not form.is_valid():
        return render(request, "learning/notes.html", {"form": form}, status=400)
    query, order = form.cleaned_data["q"].strip(), form.cleaned_data["by"]
    learner, limit = str(request.user.pk), settings.KB_SEARCH_BUDGET_MS if query else 0
    if wait := is_out_of_time("note-time", learner, limit):
        return too_many_requests(request, wait)
    started = perf_counter()
    marked: dict[tuple[str, int], note_search.Hit] = {}
    if query:
        hits = note_search.search(request.user, query)
        marked = {(hit.line.kind, hit.line.pk): hit for hit in hits}
        found = [hit.line for hit in hits]
        if order:
            found = note_search.in_order(found, order)
    else:
        order = order or note_search.BY_TOPIC
        found = note_search.in_order(note_search.lines(request.user), order)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form, "query": query, "page": page, "by": order,
        "notes": _shown(request.user, page.object_list, marked),
        "is_grouped": order == note_search.BY_TOPIC and not query,
    }  # fmt: skip
    spend_time("note-time", learner, perf_counter() - started, limit)
    return render(request, "learning/notes.html", context)


def _shown(
    user: User, lines: Iterable[Line], marked: dict[tuple[str, int], note_search.Hit]
) -> list[dict[str, Any]]:
    """What the page needs of each line. A query for each kind, and one for their sections; those
    of `as_last_read` where some cannot be read."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        wanted[line.kind].append(line.pk)
    found: dict[tuple[str, int], Any] = {}
    for kind, keys in wanted.items():
        model = MODELS.get(kind)
        rows: Any = model.objects.of(user).with_shown() if model else Kept.objects.filter(user=user)
        if kind == COLLECTED:
            rows = rows.select_related("collection")
        found |= {(kind, pk): row for pk, row in rows.in_bulk(keys).items()}
    places = {row.shown_id for row in found.values() if hasattr(row, "shown_id")}
    sections = Section.objects.seen().select_related("topic").only(*NEEDED).in_bulk(places)
    hidden = as_last_read(sections.values())
    shown = []
    for line in lines:
        mark = found.get((line.kind, line.pk))
        if mark is None:
            continue
        section = sections.get(getattr(mark, "shown_id", 0))
        if isinstance(mark, Highlight) and mark.shown_id in hidden:
            mark = highlights.as_marked(mark)
        words, note = words_of(mark.row) if isinstance(mark, Kept) else ("", "")
        hit = marked.get((line.kind, line.pk))
        texts = words or getattr(mark, "exact", ""), note or getattr(mark, "note", "")
        shown.append(
            {
                "kind": line.kind,
                "mark": highlights.shown(mark) if line.kind == HIGHLIGHT else mark,
                "section": section,
                "when": line.when,
                "words": words,
                "note": note,
                "hit": hit and dict(zip(("words", "note"), map(hit.marked, texts), strict=True)),
            }
        )
    return shown


@require_POST
@login_required
def remove_kept(request: LearnerRequest, pk: int) -> HttpResponse:
    """Delete what has no place here; asks before."""
    own = get_object_or_404(Kept, user=request.user, pk=pk)
    after = next_url(request, "/learn/notes/")
    if asked := ask_first(request, "\n\n".join(filter(None, words_of(own.row))), after):
        return asked
    own.delete()
    messages.success(request, _("The note has been deleted."))
    return redirect(after)
