"""What was typed into a form that is refused as a whole is handed back, so that nothing is lost.

A right may be taken, a topic made private, or a session end while a page is open in a tab.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from curating.models import LONGEST_REASON, LONGEST_TEXT, Draft
from importer.edits import EditRefused

View = Callable[..., HttpResponseBase]
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
# What pages put into their forms themselves.
NOT_TYPED = {TOKEN, "base", "order", "next", "links", "chosen", "key", "section", "topic", "kind"}
LONGEST = 2_000_000  # characters of all that is handed back; no form holds as much
NAMES = {
    "title": _("Title"),
    "markdown": _("Text, in Markdown"),
    "why": _("Why"),
    "text": _("Your answer"),
    "summary": _("Summary"),
    "tags": _("Tags"),
    "under": _("Below which topic"),
    "to": _("To which topic"),
    "slug": _("Last step of its address"),
    "review_by": _("To be read again by"),
    "publish_at": _("Publish at (UTC)"),
    "withdraw_at": _("Withdraw at (UTC)"),
}
AT_ONCE = _("The same was saved at this very moment, perhaps by a second press of the button.")
ADMIN_FORMS = "_add", "_change"  # how names of addresses of Django admin's forms end
AGAIN = {401, 409, 429}  # what may be sent again as it is
EXPIRED = 419  # the token of a form is of before one logged in


def typed_in(request: HttpRequest) -> list[tuple[str, str, str]]:
    """What somebody typed or chose: name, label and value of each field that has one.

    Passwords are not said again.
    """
    found = [
        (name, _label(name), value.replace("\r\n", "\n"))
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and not (name.startswith("_") or name in NOT_TYPED or _is_secret(name))
    ]
    return found if sum(len(value) for *_names, value in found) <= LONGEST else []


def _label(name: str) -> str:
    return str(NAMES.get(name) or (name and capfirst(gettext(name.replace("_", " ")))))


def _is_secret(name: str) -> bool:
    return "password" in name.lower()


def is_handed_back(request: HttpRequest) -> bool:
    """Whether the address asked for has a form whose text is handed back: one of `curating`, or
    one on which Django admin adds or changes a row."""
    if request.method != "POST":
        return False
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return False
    is_admins = "admin" in match.app_names and str(match.url_name).endswith(ADMIN_FORMS)
    return "curating" in match.app_names or is_admins


def typed_before(request: HttpRequest) -> list[tuple[str, str, str]]:
    """What was typed into a form of ours that a fault answers; nothing that another site sent."""
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return []
    try:
        return typed_in(request) if is_handed_back(request) else []
    except Exception:  # the fault may be in what was sent
        return []


def handed_back(
    request: HttpRequest,
    status: int,
    reason: str = "",
    draft: Draft | None = None,
    *,
    is_final: bool = False,
) -> HttpResponse:
    """The page that says why nothing was saved, with what was typed.

    `status` is one of HTTP, or EXPIRED; 401, 409, 419 and 429 offer to send it again, if that may
    help.
    """
    typed = typed_in(request)
    names = {TOKEN, *(name for name, *_rest in typed)}
    hidden = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in names and not _is_secret(name)
        for value in values
    ]
    context = {
        "typed": typed,
        "hidden": hidden,
        "status": status,
        "reason": reason,
        "draft": draft,
        "is_again": not is_final and (status in AGAIN or status == EXPIRED),
    }
    code = 403 if status in (401, EXPIRED) else status
    response = render(request, "curating/handed_back.html", context, status=code)
    response["Cache-Control"] = "no-store"
    return response


def hands_back(view: View) -> View:
    """Where a view refuses a form as a whole, what was typed is handed back.

    It says the same of what is not there and of what is not to be seen.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        is_sent = request.method == "POST" and bool(typed_in(request))
        try:
            response = view(request, *args, **kwargs)
        except (PermissionDenied, Http404) as error:
            draft = draft_of(request, kwargs.get("section_id"))
            if not (is_sent or draft):
                raise
            if draft and is_sent:
                keep(request, draft)
            status = 403 if isinstance(error, PermissionDenied) else 404
            return handed_back(request, status, draft=draft)
        except EditRefused as error:
            return handed_back(request, 409, str(error), is_final=error.is_final)
        except IntegrityError as error:
            if request.method != "POST" or not isinstance(error.__cause__, UniqueViolation):
                raise
            return handed_back(request, 409, str(AT_ONCE))
        if is_sent and response.status_code == 429:
            again = handed_back(request, 429)
            again["Retry-After"] = response["Retry-After"]
            return again
        return response

    return answer


def draft_of(request: HttpRequest, section: object) -> Draft | None:
    """The draft of the section whose editor is asked for, if the reader has one."""
    match = request.resolver_match
    if match is None or match.url_name not in ("edit", "draft") or not isinstance(section, int):
        return None
    rows: QuerySet[Draft] = Draft.objects.all()
    user = request.user
    return rows.filter(user=user, section=section).first() if isinstance(user, User) else None


def keep(request: HttpRequest, draft: Draft) -> None:
    """Keep what was typed in the draft that there is."""
    typed = {name: value for name, _label, value in typed_in(request)}
    draft.title = typed.get("title", draft.title)[:500]
    text = typed.get("markdown", "").replace("\r\n", "\n").replace("\0", "")
    draft.markdown = text[:LONGEST_TEXT]
    draft.why = typed.get("why", "")[:LONGEST_REASON]
    draft.updated_at = timezone.now()
    draft.save()
