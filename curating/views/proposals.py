"""Proposals: their authors' pages, reports of problems, and the queue of curators."""

from contextlib import suppress
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.last_read import as_last_read
from curating import mails, proposals
from curating.access import may, may_edit, signed_in_only
from curating.care import two_for
from curating.differences import source_difference
from curating.forms import AnswerForm, EditForm, ReportForm, SettleForm
from curating.history import PAGE
from curating.models import Comment, Proposal
from curating.previews import turn
from curating.typed import hands_back, typed_in
from curating.views.history import compared
from importer.edit_previews import rendered
from importer.edits import EditRefused, Overtaken
from importer.revisions import Text, latest_change, text_after
from topics.models import Section
from topics.rate_limits import client_address, seconds_to_wait, too_many_requests
from topics.rights import Right, somewhere, within
from topics.visibility import seen

REPORTS = 5  # a minute and client
COMMENTS = 10  # a minute and person


@signed_in_only
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """What somebody has proposed and reported, and what became of it."""
    user = cast(User, request.user)
    if request.method == "POST":
        mails.set_wish(user, is_wanted="mail" in request.POST)
        messages.success(request, _("Saved."))
        return redirect("curating:own")
    page = Paginator(proposals.own(user), PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    as_last_read(row.section for row in page)
    context = {"page": page, "has_mail": settings.KB_HAS_MAIL and bool(user.email)}
    context["wants_mail"] = mails.wants_mail(user)
    return render(request, "curating/own.html", context)


@signed_in_only
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal for its author or a curator; its author may answer, revise and withdraw it."""
    row = _visible(request, pk)
    is_author = row.author_id == request.user.pk
    if request.method == "POST":
        if not is_author and not may(request.user, Right.REVIEW, row.section.topic):
            raise Http404
        return _act(request, row, is_author=is_author)
    return _page(request, row)


def _act(request: HttpRequest, row: Proposal, *, is_author: bool) -> HttpResponse:
    if "_withdraw" in request.POST and is_author:
        with suppress(proposals.Answered):  # the page says how
            proposals.withdraw(row)
        return redirect("curating:own")
    if "_revise" in request.POST and is_author and row.is_edit:
        return _revise(request, row)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, answer=form)
    if wait := seconds_to_wait("comment", str(request.user.pk), COMMENTS):
        return too_many_requests(request, wait)
    by = cast(User, request.user)
    Comment.objects.create(proposal=row, by=by, text=form.cleaned_data["text"])
    return redirect("curating:proposal", row.pk)


def may_read_now(request: HttpRequest, section: Section) -> bool:
    """Whether somebody may read what a section says now, though it may be a draft."""
    return section.is_published or may(request.user, Right.REVIEW, section.topic)


def _revise(request: HttpRequest, row: Proposal) -> HttpResponse:
    form = EditForm(request.POST)
    if not row.is_open:
        raise proposals.Answered
    if not form.is_valid():
        return _page(request, row, form=form)
    if not may_read_now(request, row.section):  # nor what it says now, by proposing on top of it
        form.add_error("markdown", _("This topic is not published at the moment."))
        return _page(request, row, form=form)
    data = form.cleaned_data
    base = text_after(row.section, data["base"] or 0)
    try:
        with turn():
            rendered(row.section, data["markdown"], data["title"])
    except EditRefused as error:
        form.add_error("markdown", str(error))
        return _page(request, row, form=form)
    proposals.revise(
        row, base=base, title=data["title"], markdown=data["markdown"], why=data["why"]
    )
    messages.success(request, _("Sent again."))
    return redirect("curating:proposal", row.pk)


def _page(request: HttpRequest, row: Proposal, **forms: Any) -> HttpResponse:
    section = row.section
    context: dict[str, Any] = {
        "proposal": row,
        "section": section,
        "comments": row.comments.select_related("by"),
        "is_curator": may(request.user, Right.REVIEW, section.topic),
        "is_author": row.author_id == request.user.pk,
        "answer": AnswerForm(),
        **forms,
    }
    if context["is_curator"]:
        is_own = context["is_author"] and row.is_edit and row.is_open
        context["two"] = two_for(request.user, [section.topic]) if is_own else None
        context["impact"] = proposals.impact(section)
    may_see = may_read_now(request, section)
    sides = ((row.base_title, row.base_markdown), (row.title, row.markdown))
    is_shown = row.is_edit and may_see and not section.gone_at
    if is_shown and row.is_open:
        title, text, is_clean = proposals.joined(row)
        context |= {"is_clean": is_clean, "latest": latest_change()}
        context["settling"] = {"title": title, "markdown": text}
        now = (section.title, section.markdown)
        sides = (now, (title, text if is_clean else row.markdown))
        if not is_clean:
            both = {**context["settling"], "base": context["latest"]}
            context.setdefault("settle", SettleForm(initial=both))
    if is_shown:
        try:
            with turn():
                context |= compared(section, *sides[0], *sides[1])
        except EditRefused as error:
            messages.warning(request, str(error))
    elif row.is_edit:
        seen, typed = ("\n\n".join(side) for side in sides)
        context["rows"] = source_difference(seen, typed)
    if not may_see:
        as_last_read([section])
    is_revised = context["is_author"] and row.is_edit and row.is_open and may_see
    if "form" not in context and is_revised:
        context["form"] = EditForm(initial=_revision(row, context))
    return render(request, "curating/proposal.html", context)


def _revision(row: Proposal, context: dict[str, Any]) -> dict[str, Any]:
    """The author's text on top of what the section says now."""
    now = context.get("settling") or {"title": row.title, "markdown": row.markdown}
    return {**now, "why": row.why, "base": context.get("latest", 0)}


def _visible(request: HttpRequest, pk: int) -> Proposal:
    rows = Proposal.objects.filter(seen(proposals.OF_SECTION))
    rows = rows.select_related("section__topic", "author", "decided_by", "change")
    if not may_edit(request.user):
        own = Q(author=cast(User, request.user))
        rows = rows.filter(own | within(request.user, Right.REVIEW, proposals.OF_SECTION))
    return get_object_or_404(rows, pk=pk)


@never_cache
@require_http_methods(["GET", "POST"])
@hands_back
def report(request: HttpRequest, section_id: int) -> HttpResponse:
    """Say that something is wrong in a section, with or without an account."""
    if not settings.KB_REPORTS:
        raise Http404
    section = Section.objects.published().select_related("topic").filter(pk=section_id).first()
    if section is None:
        raise Http404
    form = ReportForm(request.POST or None)
    if request.method == "POST":
        client = client_address(request)
        if wait := seconds_to_wait("report", client, REPORTS):
            return too_many_requests(request, wait)
        if form.is_valid():
            author = request.user if isinstance(request.user, User) else None
            try:
                proposals.report(section, author=author, **form.cleaned_data)
            except proposals.TooMany:
                form.add_error(None, _("Many reports wait already. Please try again later."))
            else:
                messages.success(request, _("Thank you. A curator will read it."))
                return redirect(section.get_absolute_url())
    return render(request, "curating/report.html", {"section": section, "form": form})


# The queue


@signed_in_only
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, 50 a page; `kind` is `edits` or `reports`.

    For curators, and for groups with the right to review it; 403 for everybody else.
    """
    rows = proposals.queue()
    if not may_edit(request.user):
        if not somewhere(request.user, Right.REVIEW):
            raise PermissionDenied
        rows = rows.filter(within(request.user, Right.REVIEW, proposals.OF_SECTION))
    kind = request.GET.get("kind", "")
    if kind == "edits":
        rows = rows.filter(kind=Proposal.Kind.EDIT)
    elif kind == "reports":
        rows = rows.exclude(kind=Proposal.Kind.EDIT)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    values = {"page": page, "kind": kind, "is_curator": may_edit(request.user)}
    return render(request, "curating/queue.html", values)


@signed_in_only
@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, decline with a reason, or ask for changes."""
    if not (may_edit(request.user) or somewhere(request.user, Right.REVIEW)):
        raise PermissionDenied
    row = _visible(request, pk)
    if not may(request.user, Right.REVIEW, row.section.topic):
        raise PermissionDenied
    by = cast(User, request.user)
    try:
        if "_accept" in request.POST:
            return _accept(request, row, by)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return _page(request, row, answer=form)
        act = proposals.ask_for_changes if "_changes" in request.POST else proposals.decline
        act(row, by=by, reason=form.cleaned_data["text"])
    except Overtaken as error:
        messages.warning(request, str(error))
        both = {"title": row.title, "markdown": error.markdown, "base": latest_change()}
        return _page(request, row, settle=SettleForm(initial=both))
    except EditRefused as error:
        if typed_in(request):
            raise  # it is handed back with what was typed
        messages.error(request, str(error))
        return redirect("curating:proposal", row.pk)
    messages.success(request, _("Answered."))
    return redirect("curating:queue")


def _accept(request: HttpRequest, row: Proposal, by: User) -> HttpResponse:
    """As it is, or with the curator's own text, on top of what she saw."""
    text, seen, title, form = None, None, "", None
    if "markdown" in request.POST:
        form = SettleForm(request.POST)
        if not form.is_valid():
            return _page(request, row, settle=form)
        text, title = form.cleaned_data["markdown"], form.cleaned_data["title"]
        seen = text_after(row.section, form.cleaned_data["base"] or 0)
        seen = Text(row.section.title, seen.markdown)
    try:
        with turn():
            proposals.accept(row, by=by, text=text, title=title, seen=seen)
    except EditRefused as error:
        row = _visible(request, row.pk)  # somebody else may have answered
        if isinstance(error, Overtaken) or form is None or not row.is_open or row.section.gone_at:
            raise
        form.add_error("markdown", str(error))
        return _page(request, row, settle=form)
    messages.success(request, _("Accepted and published.") if row.is_edit else _("Answered."))
    return redirect("curating:queue")
