"""Who may see and do what on the pages of curators."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from importer.edits import EditRefused
from topics.models import Grant, Topic
from topics.rights import Right, holds
from topics.section_parts import Asked, Found, Reader
from topics.visibility import PUBLIC, seen

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


def signed_in_only(view: View) -> View:
    """The log-in page without an account; the view says what others may."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return never_cache(answer)


def may(user: Any, right: str, topic: Topic) -> bool:
    """Whether somebody may do this with a topic that she sees: as a curator, or by a group's right.

    Whom others may see and what they may do is a superuser's, and a group's with that right.
    """
    if not (user.is_active and topic.is_seen):
        return False
    if user.is_superuser or (right != Right.MANAGE and may_edit(user)):
        return True
    return holds(user, right, topic)


def may_publish(user: Any, topic: Topic) -> bool:
    """Whether somebody's edits of a topic that she sees need no review: a curator's, those of a
    trusted author or of a group that may edit it."""
    is_trusted = user.is_active and user.has_perm("curating.publish_at_once")
    return bool(is_trusted and topic.is_seen) or may(user, Right.EDIT, topic)


def may_propose(user: Any, topic: Topic) -> bool:
    """Whether somebody may send an edit for review: everybody, in private topics by a right."""
    return topic.is_seen and (topic.tree == PUBLIC or may(user, Right.PROPOSE, topic))


def reviews_somewhere(user: Any) -> bool:
    """Whether a group gives somebody the right to review edits of some topic. One query."""
    rights = [Right.REVIEW, Right.PUBLISH, Right.MANAGE]
    return Grant.objects.filter(group__user=user, right__in=rights).exists()


def writes_somewhere(user: Any) -> bool:
    """Whether a group gives somebody the right to write topics below some topic. One query."""
    rights = [Right.PUBLISH, Right.MANAGE]
    return Grant.objects.filter(group__user=user, right__in=rights).exists()


def refuse_unseen(topics: Iterable[Topic]) -> None:
    """Raises EditRefused where something below one of these topics is private and not for the
    curator: she does not move or remove what she does not see."""
    for topic in topics:
        below = Topic.objects.live().filter(~seen(), path__startswith=f"{topic.path}/")
        if below.exists():
            raise EditRefused(_("You may not do that with all that is below it."))


def editable(user: Reader, asked: Asked) -> Found:
    """Those of the sections asked for that a reader may edit: see `topics.section_parts`."""
    if not may_edit(user):
        return {}
    return {kind: dict.fromkeys(keys, True) for kind, keys in asked.items()}
