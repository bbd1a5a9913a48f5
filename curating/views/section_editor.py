"""Editing a section from its page: curators publish, learners send it for review."""

from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from curating import proposals, typed
from curating.access import may, may_edit, may_propose, may_publish, signed_in_only
from curating.care import refuse_alone, two_for
from curating.forms import EditForm
from curating.models import LONGEST_REASON, LONGEST_TEXT, Draft
from curating.previews import turn
from curating.views.history import compared
from importer.edit_previews import rendered
from importer.edits import EditRefused, Overtaken, save_joined
from importer.revisions import latest_change, text_after
from topics.models import Section, Topic
from topics.rate_limits import seconds_to_wait, too_many_requests
from topics.rights import Right

PREVIEWS = 30  # a minute and person
AT_WORK = timedelta(minutes=15)  # since a draft was kept, its author counts as being at work


@signed_in_only
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, section_id: int) -> HttpResponse:
    """The form, a preview, and what the buttons do: publish, send for review, discard."""
    user = cast(User, request.user)
    section = section_for(request, section_id)
    if request.method == "GET":
        return _form(request, section, EditForm(initial=_opened(user, section)))
    if "_discard" in request.POST and "_sure" not in request.POST:
        return _ask(request, section)
    if "_discard" in request.POST:
        proposals.forget_draft(user, section)
        return redirect(section.get_absolute_url())
    form = EditForm(request.POST)
    if not form.is_valid():
        return _form(request, section, form)
    _keep(user, section, form.cleaned_data)
    if wait := seconds_to_wait("preview", str(user.pk), PREVIEWS):
        return too_many_requests(request, wait)
    try:
        if "_publish" in request.POST and may_publish(user, section.topic):
            return _publish(request, section, form)
        if "_send" in request.POST and may_propose(user, section.topic):
            return _send(request, section, form)
        return _preview(request, section, form)
    except Overtaken as error:
        return _again(request, section, form, error.markdown, str(error))
    except EditRefused as error:
        form.add_error("markdown", str(error))
        return _form(request, section, form)


def _ask(request: HttpRequest, section: Section) -> HttpResponse:
    """Whether the draft is really to go; what was typed is in the page until then."""
    names = ("title", "markdown", "why", "base")
    context = {"section": section, "typed": {name: request.POST.get(name, "") for name in names}}
    return render(request, "curating/discard.html", context)


def _publish(request: HttpRequest, section: Section, form: EditForm) -> HttpResponse:
    user, data = cast(User, request.user), form.cleaned_data
    base = text_after(section, data["base"] or 0)
    refuse_alone([section.topic])
    with turn():
        save_joined(
            section,
            base=base,
            markdown=data["markdown"],
            title=data["title"],
            user=user,
            why=data["why"],
        )
    proposals.forget_draft(user, section)
    is_draft = section.topic.status == Topic.Status.DRAFT
    messages.success(request, _("Saved as a draft.") if is_draft else _("Published."))
    return redirect(section.get_absolute_url())


def _send(request: HttpRequest, section: Section, form: EditForm) -> HttpResponse:
    user, data = cast(User, request.user), form.cleaned_data
    base = text_after(section, data["base"] or 0)
    if (base.title, base.markdown.strip()) == (data["title"], data["markdown"].strip()):
        form.add_error("markdown", _("You have not changed anything yet."))
        return _form(request, section, form)
    with turn():
        rendered(section, data["markdown"], data["title"])  # or it is not sent
    try:
        proposal = proposals.send(
            section,
            author=user,
            base=base,
            title=data["title"],
            markdown=data["markdown"],
            why=data["why"],
        )
    except proposals.TooMany:
        form.add_error(None, _("Many of your proposals wait already: wait for some answers."))
        return _form(request, section, form)
    proposals.forget_draft(user, section)
    messages.success(request, _("Sent. You will find the answer here."))
    return redirect("curating:proposal", proposal.pk)


def _preview(request: HttpRequest, section: Section, form: EditForm) -> HttpResponse:
    data = form.cleaned_data
    with turn():
        shown = compared(
            section,
            section.title,
            section.markdown,
            data["title"],
            data["markdown"],
            is_new=True,
        )
    return _form(request, section, form, **shown, is_preview=True)


def _again(
    request: HttpRequest, section: Section, form: EditForm, text: str, message: str
) -> HttpResponse:
    """The form with both sides of a conflict, as opened now."""
    values = {**form.cleaned_data, "markdown": text, "base": latest_change()}
    again = EditForm(initial=values)
    messages.warning(request, message)
    return _form(request, section, again, status=409)


def _form(
    request: HttpRequest, section: Section, form: EditForm, *, status: int = 200, **values: Any
) -> HttpResponse:
    user = cast(User, request.user)
    others = Draft.objects.filter(section=section, updated_at__gte=timezone.now() - AT_WORK)
    others = others.exclude(user=user).select_related("user").order_by("-updated_at")
    names = [draft.user.get_username() for draft in others[:5]] if may_edit(user) else []
    two = two_for(user, [section.topic]) if may_publish(user, section.topic) else None
    context = {
        "section": section,
        "form": form,
        "two": two,
        "may_publish": may_publish(user, section.topic) and not two,
        "is_curator": may_edit(user),
        "may_write": may(user, Right.PUBLISH, section.topic),
        "may_send": (settings.KB_PROPOSALS or two) and may_propose(user, section.topic),
        "has_draft": Draft.objects.filter(user=user, section=section).exists(),
        "others": names,
        "is_shared": others.exists(),
        **values,
    }
    return render(request, "curating/edit.html", context, status=status)


def _opened(user: User, section: Section) -> dict[str, Any]:
    """What the form holds when it is opened: the draft, or the section as it is."""
    draft = Draft.objects.filter(user=user, section=section).first()
    if draft:
        return {
            "title": draft.title,
            "markdown": draft.markdown,
            "why": draft.why,
            "base": draft.base,
        }
    return {"title": section.title, "markdown": section.markdown, "base": latest_change()}


def _keep(user: User, section: Section, data: dict[str, Any]) -> None:
    """Keep what was typed, until it is published, sent or discarded."""
    values = {name: data[name] for name in ("title", "markdown", "why")}
    proposals.keep_draft(user, section, {**values, "base": data["base"] or 0})


@never_cache
@require_POST
def keep_draft(request: HttpRequest, section_id: int) -> HttpResponse:
    """Keep what is being typed, for scripts; 401 without an account, 204 when it is kept."""
    if not request.user.is_authenticated:
        return JsonResponse({"error": {"code": "log_in", "message": _("Log in.")}}, status=401)
    user = request.user
    try:
        section = section_for(request, section_id)
    except Http404:
        if draft := typed.draft_of(request, section_id):  # she could until a moment ago
            typed.keep(request, draft)
        raise
    if wait := seconds_to_wait("draft", str(user.pk), 60):
        return too_many_requests(request, wait)
    text = request.POST.get("markdown", "").replace("\r\n", "\n")
    base = request.POST.get("base", "")
    _keep(
        user,
        section,
        {
            "title": request.POST.get("title", "")[:500] or section.title,
            "markdown": text[:LONGEST_TEXT].replace("\0", ""),
            "why": request.POST.get("why", "")[:LONGEST_REASON],
            "base": int(base) if base.isdecimal() and len(base) < 19 else 0,
        },
    )
    return HttpResponse(status=204)


def section_for(request: HttpRequest, section_id: int) -> Section:
    """A section that this reader may edit or propose for. Raises Http404."""
    section = Section.objects.select_related("topic").filter(pk=section_id).first()
    if section is None or section.gone_at:
        raise Http404
    if not section.is_published and not (section.topic.is_seen and may_edit(request.user)):
        raise Http404
    if settings.KB_PROPOSALS and may_propose(request.user, section.topic):
        return section
    if not may_publish(request.user, section.topic):
        raise Http404
    return section
