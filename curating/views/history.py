"""The history of a section, of a topic and of everything; a change, and undoing it."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from curating import history, tasks
from curating.access import curators_only
from curating.care import refuse_alone, two_for
from curating.differences import rendered_difference, source_difference
from importer.edit_previews import rendered
from importer.edits import EditRefused
from importer.models import Change
from importer.undo import undo
from importer.undo.outcome import Undone, size_of
from jobs.models import OPEN, Job, TaskResultStatus
from topics.marks import mark_count
from topics.models import Section, Topic

SHOWN = 100  # sections of a change
REFRESH = 2  # seconds between looks at a worker


@curators_only
@require_GET
def section_history(request: HttpRequest, section_id: int) -> HttpResponse:
    """What changed in a section, 50 changes a page."""
    section = _section(section_id)
    versions = history.versions_of(section, _number(request, "before"), history.PAGE + 1)
    context = {
        "section": section,
        "versions": versions[: history.PAGE],
        "older": versions[history.PAGE - 1].change.pk if len(versions) > history.PAGE else None,
    }
    return render(request, "curating/section_history.html", context)


@curators_only
@require_GET
def section_authors(request: HttpRequest, section_id: int) -> HttpResponse:
    """Who wrote each paragraph of a section."""
    section = _section(section_id)
    context = {"section": section, "paragraphs": history.paragraphs_of(section)}
    return render(request, "curating/section_authors.html", context)


@curators_only
@require_GET
def section_change(request: HttpRequest, section_id: int, change_id: int) -> HttpResponse:
    """What one change did to a section: as readers see it, and in the source."""
    section = _section(section_id)
    change = get_object_or_404(history.seen_changes(), pk=change_id)
    version = history.version_of(section, change)
    if version is None:
        raise Http404
    context = {
        "section": section,
        "change": change,
        "version": version,
        **compared(
            section, version.before_title, version.before, version.after_title, version.after
        ),
    }
    return render(request, "curating/section_change.html", context)


def compared(
    section: Section,
    before_title: str,
    before: str,
    after_title: str,
    after: str,
    *,
    is_new: bool = False,
) -> dict[str, Any]:
    """Both differences of two states of a section, for `curating/_difference.html`.

    Of a text that `is_new`, one that cannot be rendered raises EditRefused.
    """
    try:
        old, new = (
            _shown(section, text, title)
            for title, text in ((before_title, before), (after_title, after))
        )
        shown = rendered_difference(old, new)
    except EditRefused:
        if is_new:
            raise
        shown = ""  # it was removed, or one of both held a heading
    rows = source_difference(f"{before_title}\n\n{before}", f"{after_title}\n\n{after}")
    return {"rendered": shown, "rows": rows}


def _shown(section: Section, text: str, title: str) -> str:
    """What readers would see of a text; of the one that they see now, that."""
    is_now = (section.title, section.markdown) == (title, text)
    return section.html if is_now and not section.gone_at else rendered(section, text, title)


@curators_only
@require_GET
def topic_history(request: HttpRequest, topic_id: int) -> HttpResponse:
    """What changed in a topic and its sections, 50 changes a page."""
    topic = get_object_or_404(Topic.objects.seen(), pk=topic_id)
    page = Paginator(history.changes_of(topic), history.PAGE).get_page(request.GET.get("page"))
    return render(request, "curating/topic_history.html", {"topic": topic, "page": page})


@curators_only
@require_GET
def change_list(request: HttpRequest) -> HttpResponse:
    """All that changed, by whom and why, 50 changes a page."""
    page = Paginator(history.changes(), history.PAGE).get_page(request.GET.get("page"))
    topics = history.topics_by_change(list(page))
    context = {"page": page, "changes": [(change, topics.get(change.pk)) for change in page]}
    return render(request, "curating/change_list.html", context)


@curators_only
@require_GET
def change_detail(request: HttpRequest, change_id: int) -> HttpResponse:
    """What a change did: the topics and sections that it changed and made."""
    change = get_object_or_404(
        history.seen_changes().select_related("by", "run", "undoes"), pk=change_id
    )
    revisions = change.revisions.select_related("section__topic", "topic")
    sections = revisions.filter(section__isnull=False).order_by("topic__path", "section__position")
    made = history.made_by(change).order_by("topic__path", "position")
    context = {
        "change": change,
        "topics": revisions.filter(section=None).order_by("topic__path")[:SHOWN],
        "sections": sections[:SHOWN],
        "section_count": sections.count(),
        "made": made[:SHOWN],
        "made_count": made.count(),
    }
    return render(request, "curating/change.html", context)


@curators_only
@require_http_methods(["GET", "POST"])
def undo_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """What undoing would do, and a button that does it; `section` or `topic` narrow it.

    Where many sections are looked at, a worker does both, and the page reloads until it has.
    """
    change = get_object_or_404(history.seen_changes().select_related("by", "run"), pk=change_id)
    section, topic = _number(request, "section"), _number(request, "topic")
    is_dry = request.method == "GET"
    user, why = cast(User, request.user), request.POST.get("why", "").strip()
    if _number(request, "job") and is_dry:
        return _undoing(request, change, section, topic)
    if not is_dry:
        try:
            refuse_alone(history.touched_by(change))
        except EditRefused as error:
            messages.error(request, str(error))
            return redirect("curating:change", change_id)
    if size_of(change, section or None, topic or None) > tasks.LARGE:
        job = tasks.ask(change, user, why, section, topic, is_dry=is_dry)
        query = urlencode({"section": section, "topic": topic, "job": job.pk})
        return redirect(f"{request.path}?{query}")
    try:
        done = undo(
            change,
            user=user,
            why=why,
            section=section or None,
            topic=topic or None,
            dry_run=is_dry,
        )
    except EditRefused as error:
        messages.error(request, str(error))
        return redirect("curating:change", change_id)
    return _would(request, change, section, topic, done) if is_dry else _did(request, change, done)


def _undoing(request: HttpRequest, change: Change, section: int, topic: int) -> HttpResponse:
    """How far the worker is, what it found, or what it did."""
    job = get_object_or_404(Job, pk=_number(request, "job"), name=tasks.undo_large.name)
    if job.arguments["args"][0] != change.pk:
        raise Http404
    if job.state in OPEN:
        response = render(request, "curating/undoing.html", {"change": change})
        response["Refresh"] = str(REFRESH)
        return response
    if job.state == TaskResultStatus.FAILED:
        messages.error(request, job.error)
        return redirect("curating:change", change.pk)
    done, is_dry = tasks.told(job), job.arguments["args"][-1]
    return _would(request, change, section, topic, done) if is_dry else _did(request, change, done)


def _would(
    request: HttpRequest, change: Change, section: int, topic: int, done: Undone
) -> HttpResponse:
    context = {"change": change, "done": done, "section": section, "topic": topic}
    context["two"] = two_for(request.user, history.touched_by(change))
    return render(request, "curating/undo.html", context)


def _did(request: HttpRequest, change: Change, done: Undone) -> HttpResponse:
    if done.change is None:
        messages.warning(request, _("Nothing was undone: what changed since stays."))
        return redirect("curating:change", change.pk)
    left = sum(not line.is_done for line in done.lines)
    if left:
        messages.warning(request, _("Undone, but for %(n)s that stay as they are.") % {"n": left})
    else:
        messages.success(request, _("Undone."))
    return redirect("curating:change", done.change.pk)


def _section(pk: int) -> Section:
    rows = Section.objects.seen().select_related("topic").annotate(marks=mark_count())
    return get_object_or_404(rows, pk=pk)


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST if request.method == "POST" else request.GET
    value = given.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else 0
