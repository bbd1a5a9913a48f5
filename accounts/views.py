"""The account page."""

from collections.abc import Callable
from functools import wraps
from tempfile import TemporaryFile
from time import perf_counter

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import archive, login_attempts, own_data, second_factor
from accounts.forms import BroughtForm, DeleteAccountForm, PasswordForm
from topics.rate_limits import is_out_of_time, spend_time, too_many_requests

MS_A_MINUTE = 20_000  # that one learner's downloads and uploads may take


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
@require_http_methods(["GET", "POST"])
def data(request: LearnerRequest) -> HttpResponse:
    """What is kept of the learner, to take along; a POST gives her account what a file holds.

    400 for a file that cannot be read; then nothing of it was taken.
    """
    learner = str(request.user.pk)
    if request.method == "POST" and (wait := _wait(learner)):
        return too_many_requests(request, wait)
    form = BroughtForm(request.POST or None, request.FILES or None)
    taken: dict[str, own_data.Taken] = {}
    if form.is_valid():
        started = perf_counter()
        try:
            taken = archive.take_in(request.user, form.cleaned_data["file"])
        except own_data.Refused as error:
            form.add_error("file", [str(error), _("Nothing of it was taken.")])
        _spend(learner, started)
    rows = [(own_data.PARTS[name].title, row) for name, row in taken.items() if any(row)]
    context = {"form": form, "rows": rows, "is_taken": bool(taken)}
    status = 400 if form.errors else 200
    return render(request, "account/data.html", context, status=status)


@never_cache
@login_required
@require_GET
def export(request: LearnerRequest, form: str) -> HttpResponseBase:
    """All that belongs to the learner, as a file: `zip`, `json` for programs, `md` for people."""
    learner = str(request.user.pk)
    if wait := _wait(learner):
        return too_many_requests(request, wait)
    started = perf_counter()
    response: HttpResponse | FileResponse
    match form:
        case "zip":
            file = TemporaryFile()  # noqa: SIM115 - closed by the response
            archive.write(request.user, request.build_absolute_uri("/"), file)
            file.seek(0)
            response = FileResponse(file, content_type="application/zip")
        case "json":
            text = own_data.as_json(request.user)
            response = HttpResponse(text, content_type="application/json")
        case _:
            text = own_data.as_markdown(request.user)
            response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    for listener in own_data.LISTENERS:
        listener(request.user)
    name = "my-data.zip" if form == "zip" else f"my-bookmarks.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    _spend(learner, started)
    return response


def _wait(learner: str) -> int:
    """Seconds until the learner may take or bring more: it costs time that others wait for."""
    return is_out_of_time("own-data-time", learner, MS_A_MINUTE)


def _spend(learner: str, started: float) -> None:
    spend_time("own-data-time", learner, perf_counter() - started, MS_A_MINUTE)


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
        response = redirect("topics:home")
        login_attempts.forget_device(response)
        return response
    return render(request, "account/delete.html", {"form": form})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def log_out_elsewhere(request: LearnerRequest) -> HttpResponse:
    """End all other sessions of the learner. It takes the password.

    Sessions hold while the stored password is the same: this one stores it with another salt.
    """
    form = PasswordForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        user = request.user
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        update_session_auth_hash(request, user)
        messages.success(request, _("You are logged out everywhere but here."))
        return redirect("accounts:account")
    return render(request, "account/log_out_elsewhere.html", {"form": form})


def needs_mail(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, or a page that says that this site sends no e-mail."""

    @wraps(view)
    @never_cache
    def wrapper(request: HttpRequest) -> HttpResponse:
        if not settings.KB_HAS_MAIL:
            return render(request, "account/no_mail.html")
        return view(request)

    return wrapper
