"""The account page."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


class LearnerRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User


@never_cache
@login_required
@require_GET
def account(request: LearnerRequest) -> HttpResponse:
    """Links to everything about the learner's account."""
    return render(request, "account/account.html")


def needs_mail(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, or a page that says that this site sends no e-mail."""

    @wraps(view)
    @never_cache
    def wrapper(request: HttpRequest) -> HttpResponse:
        if not settings.KB_HAS_MAIL:
            return render(request, "account/no_mail.html")
        return view(request)

    return wrapper
