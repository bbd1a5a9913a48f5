"""Who reads: for each request what its user may see, known with the user herself."""

from collections.abc import Callable
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from topics.page_cache import is_for_everybody
from topics.rights import read_user, trees_of
from topics.visibility import read_by


class ReaderBackend(AuthenticationBackend):
    """allauth's log-in; a user is read with the private trees that she may see, in one query."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """The user. A wrong password is refused for good: sessions of before name allauth's own
        backend, which stays in the settings for them and need not hash it again."""
        user = super().authenticate(request, **credentials)
        if user is None and credentials.get("password"):
            raise PermissionDenied
        return user

    def get_user(self, user_id: int) -> User | None:
        """The user with this key, if she may log in."""
        user = read_user(user_id)
        return user if user and self.user_can_authenticate(user) else None


def read_as_user(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: while a request lasts, what is asked for is what its user may see."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user  # pages are made with another in its place (`topics.drafts`)

        def private() -> tuple[int, ...]:
            return () if is_for_everybody(request) else trees_of(user)

        with read_by(private):
            return get_response(request)

    return middleware
