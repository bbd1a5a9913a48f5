"""The account page."""

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
