"""Who may see and do what on the pages of curators."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from topics.section_parts import Asked, Found, Reader

EDIT = "topics.change_section"
View = Callable[..., HttpResponseBase]


def may_edit(user: Any) -> bool:
    """Whether somebody may change content, as the group of curators may."""
    return bool(user.is_active and user.is_staff and user.has_perm(EDIT))


def curators_only(view: View) -> View:
    """The log-in page without an account, 403 for an account that may not change content."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may_edit(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(answer)


def may_publish(user: Any) -> bool:
    """Whether somebody's edits need no review: a curator's, or a trusted author's."""
    return may_edit(user) or bool(user.is_active and user.has_perm("curating.publish_at_once"))


def editable(user: Reader, asked: Asked) -> Found:
    """Those of the sections asked for that a reader may edit: see `topics.section_parts`."""
    if not may_edit(user):
        return {}
    return {kind: dict.fromkeys(keys, True) for kind, keys in asked.items()}
