"""The account page."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import own_data, second_factor
from accounts.forms import DeleteAccountForm


class LearnerRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User


@never_cache
@login_required
@require_GET
def account(request: LearnerRequest) -> HttpResponse:
    """Links to everything about the learner's account."""
    has_second_factor = bool(second_factor.own_rows(request.user))
    return render(request, "account/account.html", {"has_second_factor": has_second_factor})


@never_cache
@login_required
@require_GET
def export(request: LearnerRequest, form: str) -> HttpResponse:
    """All that belongs to the learner, as a file: `json` for programs, `md` for people."""
    if form == "json":
        text, kind = own_data.as_json(request.user), "application/json"
    else:
        text, kind = own_data.as_markdown(request.user), "text/markdown; charset=utf-8"
    for listener in own_data.LISTENERS:
        listener(request.user)
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="my-bookmarks.{form}"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: LearnerRequest) -> HttpResponse:
    """Delete one's own account with all that belongs to it. It takes the password."""
    form = DeleteAccountForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        user = request.user
        logout(request)
        user.delete()
        messages.success(request, _("Your account is deleted, with everything in it."))
        return redirect("topics:home")
    return render(request, "account/delete.html", {"form": form})


def needs_mail(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, or a page that says that this site sends no e-mail."""

    @wraps(view)
    @never_cache
    def wrapper(request: HttpRequest) -> HttpResponse:
        if not settings.KB_HAS_MAIL:
            return render(request, "account/no_mail.html")
        return view(request)

    return wrapper
