"""Writing whole topics: new ones, their order, moves; and bringing back what was removed."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from curating import proposals, searches, topic_drafts
from curating.access import curators_only, may, may_edit, may_write, signed_in_only
from curating.care import refuse_alone, taking_two, two_for
from curating.differences import source_difference
from curating.forms import DescriptionForm, DocumentForm, MoveForm, TopicForm
from curating.history import PAGE
from curating.models import HandledQuery
from curating.previews import turn
from curating.skeletons import SKELETONS, begun, left_in, unfilled
from curating.views.workbench import query_url
from importer.edits import EditRefused, Overtaken, join, remove_sections, save_topic
from importer.own_sections import IS_LEFT_BEHIND
from importer.restore import restore_section, restore_topic
from importer.section_moves import move_section
from importer.written_topics import (
    document_of,
    new_topic,
    new_topics_in_turn,
    save_joined_document,
)
from search.log import normalised
from topics.marks import mark_count
from topics.models import Section, Topic
from topics.rights import Right


@signed_in_only
@require_http_methods(["GET", "POST"])
def edit_topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """All of a topic as one text: sections come, go, split, join, and change their order.

    For curators and groups with the right to write topics there.
    """
    topic = get_object_or_404(Topic.objects.live().seen(), pk=topic_id)
    if not may(request.user, Right.PUBLISH, topic):
        raise PermissionDenied
    user, text = cast(User, request.user), document_of(topic)
    if request.method == "GET":
        kept = topic_drafts.kept(user, topic)
        form = DocumentForm(initial=kept or {"markdown": text, "base": text})
        left = left_in(text) if topic.status == Topic.Status.DRAFT else []
        said = unfilled(left) if left else ""
        return _document(request, topic, form, unfilled=said, has_draft=bool(kept))
    if "_discard" in request.POST:
        return _discard(request, topic)
    form = DocumentForm(request.POST)
    if not form.is_valid():
        return _document(request, topic, form)
    data = form.cleaned_data
    topic_drafts.keep(user, topic, data)
    try:
        if "_publish" not in request.POST:
            joined, is_clean = join(data["base"], text, data["markdown"])
            if not is_clean:
                raise Overtaken(joined)
            return _document(request, topic, form, rows=source_difference(text, joined))
        refuse_alone([topic])
        with turn():
            save_joined_document(
                topic,
                base=data["base"],
                markdown=data["markdown"],
                user=user,
                why=data["why"],
            )
    except Overtaken as error:
        messages.warning(request, str(error))
        both = {"markdown": error.markdown, "base": document_of(topic), "why": data["why"]}
        return _document(request, topic, DocumentForm(initial=both), status=409)
    except EditRefused as error:
        form.add_error("markdown", str(error))
        return _document(request, topic, form)
    topic_drafts.forget(user, topic)
    is_draft = topic.status == Topic.Status.DRAFT
    messages.success(request, _("Saved as a draft.") if is_draft else _("Published."))
    return redirect(topic.get_absolute_url())


def _discard(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    """Forget what was typed, once it is sure; it is in the page until then."""
    if "_sure" not in request.POST:
        typed = {name: request.POST.get(name, "") for name in topic_drafts.NAMES}
        context = {"section": topic or _("New topic"), "typed": typed}
        return render(request, "curating/discard.html", context)
    topic_drafts.forget(cast(User, request.user), topic)
    return redirect(topic.get_absolute_url() if topic else "curating:dashboard")


def _document(
    request: HttpRequest, topic: Topic, form: forms.Form, *, status: int = 200, **values: Any
) -> HttpResponse:
    user = request.user
    context = {"topic": topic, "form": form, "is_curator": may_edit(user), **values}
    context["two"] = two_for(user, [topic])
    return render(request, "curating/edit_topic.html", context, status=status)


@signed_in_only
@require_http_methods(["GET", "POST"])
def add_topic(request: HttpRequest) -> HttpResponse:
    """A new topic; `title` and `under` may be given in the address.

    With `_begin`, what a kind begins with comes below what was typed. For curators, and below
    topics where a group gives the right to write them.
    """
    if not may_write(request.user, None):
        raise PermissionDenied
    user = cast(User, request.user)
    if request.method == "GET":
        return _opened(request, user)
    if "_discard" in request.POST:
        return _discard(request, None)
    if kind := request.POST.get("_begin", ""):
        return _begun(request, kind)
    if "_preview" in request.POST:  # she goes on writing
        return _begun(request)
    form, description = TopicForm(request.POST), DescriptionForm(request.POST)
    if form.is_valid() and description.is_valid():
        return _add(request, form, description)
    return _new(request, form, description)


def _add(request: HttpRequest, form: TopicForm, description: DescriptionForm) -> HttpResponse:
    """What is right is made a topic, or asked about; the form again where it is refused."""
    user, data, said = cast(User, request.user), form.cleaned_data, description.cleaned_data
    above, usual, is_curator = data["under"], Topic(), may_edit(request.user)
    if not (is_curator or (above and may(user, Right.PUBLISH, above))):
        raise PermissionDenied
    topic_drafts.keep(user, None, request.POST)
    if "_draft" in request.POST or request.POST.get("_anyway") == "draft":
        said["status"] = Topic.Status.DRAFT
    chosen = {name: said[name] for name in said if said[name] != getattr(usual, name)}
    try:
        refuse_alone([above] if above else [])
        with turn(), new_topics_in_turn():
            if "_anyway" not in request.POST and _is_doubtful(form, is_draft=_is_draft(said)):
                insists = "draft" if _is_draft(said) else "publish"
                return _new(request, form, description, insists=insists)
            topic = new_topic(
                data["title"],
                data["markdown"],
                parent=above,
                user=user,
                why=data["why"],
                description=chosen,
            )
    except EditRefused as error:
        form.add_error("markdown", str(error))
        return _new(request, form, description)
    topic_drafts.forget(user, None)
    is_draft = topic.status == Topic.Status.DRAFT
    messages.success(request, _("Saved as a draft.") if is_draft else _("Published."))
    if is_curator and (query := normalised(data["answers"])):
        searches.handle(query, HandledQuery.How.TOPIC, by=user)
        return redirect(query_url(query))
    return redirect(topic.get_absolute_url())


def _opened(request: HttpRequest, user: User) -> HttpResponse:
    """The form as the address fills it, or as she left it."""
    given = {name: request.GET.get(name, "")[:300] for name in ("title", "under", "answers")}
    kept = topic_drafts.kept(user, None)
    if kept and all(given[name] in ("", kept[name]) for name in ("title", "under")):
        return _new(request, TopicForm(initial=kept), DescriptionForm(), has_draft=True)
    return _new(request, TopicForm(initial=given), DescriptionForm(), other=kept.get("title", ""))


def _begun(request: HttpRequest, kind: str = "") -> HttpResponse:
    """The form with what was typed, and below it what a kind begins with."""
    typed = request.POST.dict()
    if kind:
        typed |= {"kind": kind, "markdown": begun(str(typed.get("markdown", "")), kind)}
    return _new(request, TopicForm(initial=typed), DescriptionForm(initial=typed))


def _is_draft(said: dict[str, Any]) -> bool:
    return bool(said["status"] == Topic.Status.DRAFT)


def _is_doubtful(form: TopicForm, *, is_draft: bool) -> bool:
    """Whether one is asked first: says so at the fields, for places left and for a namesake."""
    data = form.cleaned_data
    left = [] if is_draft else left_in(data["markdown"])
    beside = Topic.objects.live().seen().filter(parent=data["under"], title=data["title"]).first()
    if left:
        form.add_error("markdown", unfilled(left))
    if beside:  # mostly the same form sent twice
        said = _("A topic of this title is there already: %(address)s")
        form.add_error("title", said % {"address": beside.get_absolute_url()})
    return bool(left or beside)


def _new(
    request: HttpRequest, form: forms.Form, description: DescriptionForm, **values: Any
) -> HttpResponse:
    beginnings = [(kind, label) for kind, (label, _text) in SKELETONS.items()]
    context = {
        "form": form,
        "description": description,
        "beginnings": beginnings,
        "is_curator": may_edit(request.user),
        **values,
    }
    return render(request, "curating/add_topic.html", context)


@signed_in_only
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, topic_id: int) -> HttpResponse:
    """What a topic is: its summary, kind, level, tags and status. For those who write it."""
    topic = get_object_or_404(Topic.objects.live().seen(), pk=topic_id)
    if not may(request.user, Right.PUBLISH, topic):
        raise PermissionDenied
    before = {name: getattr(topic, name) for name in DescriptionForm.Meta.fields}
    form, left = DescriptionForm(request.POST or None, instance=topic), []
    if request.method == "POST" and form.is_valid():
        changed = [name for name in before if before[name] != getattr(topic, name)]
        is_published = "status" in changed and topic.status == Topic.Status.PUBLISHED
        left = left_in(document_of(topic)) if is_published else []
        try:
            if left and "_anyway" not in request.POST:
                raise EditRefused(unfilled(left))
            refuse_alone([topic])
            if changed:
                save_topic(topic, changed, user=cast(User, request.user))
        except EditRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("curating:describe", topic.pk)
    context = {"topic": topic, "form": form, "left": left}
    context["two"] = two_for(request.user, [topic])
    return render(request, "curating/describe.html", context)


@curators_only
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, section_id: int) -> HttpResponse:
    """Move a section with all below it to another topic, or remove it, knowing who points there."""
    section = get_object_or_404(
        Section.objects.live().seen().select_related("topic"), pk=section_id
    )
    form = MoveForm(request.POST or None)
    by = cast(User, request.user)
    if request.method == "POST":
        try:
            refuse_alone([section.topic])
            if "_remove" in request.POST:
                why = request.POST.get("why", "")[:500]
                change = remove_sections([section], user=by, why=why)
                messages.success(request, _("Removed. It can be restored."))
                return redirect("curating:change", change.pk) if change else redirect("/")
            if form.is_valid():
                data = form.cleaned_data
                refuse_alone([data["to"]])
                with turn():
                    move_section(section, data["to"], user=by, why=data["why"])
                messages.success(request, _("Moved. The earlier address leads there."))
                return redirect(data["to"].get_absolute_url())
        except EditRefused as error:
            form.add_error(None, str(error))
    context = {"section": section, "form": form, "impact": proposals.impact(section)}
    context["two"] = two_for(by, [section.topic])
    return render(request, "curating/move.html", context)


@curators_only
@require_GET
def removed(request: HttpRequest) -> HttpResponse:
    """What was removed, the latest first: topics, and sections of topics that are there."""
    topics = Topic.objects.seen().exclude(removed_at=None).order_by("-removed_at")
    sections = Section.objects.seen().filter(topic__removed_at=None, merged_into=None)
    sections = sections.exclude(removed_at=None).exclude(anchor__regex=IS_LEFT_BEHIND)
    sections = sections.exclude(anchor="").select_related("topic").annotate(marks=mark_count())
    page = Paginator(sections.order_by("-removed_at", "position"), PAGE)
    shown, here = list(topics[:PAGE]), page.get_page(request.GET.get("page"))
    bound = taking_two([row.path for row in shown] + [row.topic.path for row in here])
    context = {"topics": shown, "page": here, "bound": bound}
    return render(request, "curating/removed.html", context)


@curators_only
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring a `section` or a `topic` back."""
    by = cast(User, request.user)
    row: Section | Topic
    try:
        if "topic" in request.POST:
            row = get_object_or_404(Topic.objects.seen(), pk=_key(request, "topic"))
            refuse_alone([row])
            restore_topic(row, user=by)
        else:
            rows = Section.objects.seen().select_related("topic")
            row = get_object_or_404(rows, pk=_key(request, "section"))
            refuse_alone([row.topic])
            restore_section(row, user=by)
    except EditRefused as error:
        messages.error(request, str(error))
        return redirect("curating:removed")
    messages.success(request, _("It is back."))
    return redirect(row.get_absolute_url())


def _key(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else 0
