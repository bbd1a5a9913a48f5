"""Writing a note on a mark of any kind: what was typed is not lost, whatever happened meanwhile."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.last_read import as_last_read
from learning.forms import MarkNoteForm
from learning.models import MarkQuerySet


def edit_note(
    request: HttpRequest, own: MarkQuerySet, pk: int, form_class: type[MarkNoteForm],
    after: Callable[[Any], str],
) -> HttpResponse:  # fmt: skip
    """Read and write the note on one of a learner's `own` marks, and go to `after` it. They need
    what `as_last_read` does.

    400 for one that is too long or that was changed elsewhere meanwhile; 404 where the mark is
    gone.
    """
    is_sent = request.method == "POST"
    with transaction.atomic():
        marks = own.select_for_update(of=("self",)) if is_sent else own
        mark = marks.filter(pk=pk).first()
        if mark is None:
            raise Http404
        form = form_class(request.POST if is_sent else None, instance=mark)
        if form.is_valid():
            form.save()
            messages.success(request, _("Your note has been saved."))
            return redirect(after(mark))
    as_last_read([mark.section])
    context = {"form": form, "mark": mark, "next_url": after(mark)}
    return render(request, "learning/note.html", context, status=400 if form.errors else 200)
