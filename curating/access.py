"""Who may see and do what on the pages of curators."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from curating.typed import handed_back, hands_back, typed_in
from importer.edits import EditRefused
from topics.models import Grant, Topic
from topics.rights import Right, grants_at, held_in, holds, line_of, somewhere
from topics.section_parts import Asked, Found, Reader
from topics.visibility import PUBLIC, seen

EDIT = "topics.change_section"
# What a reader may do with a section.
EDIT_IT, PROPOSE_IT, NOTHING = "edit", "propose", "nothing"
View = Callable[..., HttpResponseBase]


def may_edit(user: Any) -> bool:
    """Whether somebody may change content, as the group of curators may."""
    return bool(user.is_active and user.is_staff and user.has_perm(EDIT))


def curators_only(view: View) -> View:
    """The log-in page without an account, 403 for an account that may not change content."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_edit(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return signed_in_only(answer)


def signed_in_only(view: View) -> View:
    """The log-in page without an account; the view says what others may.

    What was typed into a form is handed back where the session has ended, or the view refuses it.
    """
    handing = hands_back(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return handing(request, *args, **kwargs)
        if request.method == "POST" and typed_in(request):
            return handed_back(request, 401)
        return redirect_to_login(request.get_full_path())

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


def may_write(user: Any, topic: Topic | None) -> bool:
    """Whether somebody may write the topic as a whole, or, without one, new ones somewhere."""
    if topic:
        return may(user, Right.PUBLISH, topic)
    return may_edit(user) or somewhere(user, Right.PUBLISH)


def may_publish(user: Any, topic: Topic) -> bool:
    """Whether somebody's edits of a topic that she sees need no review: a curator's, those of a
    trusted author or of a group that may edit it."""
    is_trusted = user.is_active and user.has_perm("curating.publish_at_once")
    return bool(is_trusted and topic.is_seen) or may(user, Right.EDIT, topic)


def may_propose(user: Any, topic: Topic) -> bool:
    """Whether somebody may send an edit for review: everybody, in private topics by a right."""
    return topic.is_seen and (topic.tree == PUBLIC or may(user, Right.PROPOSE, topic))


def refuse_unseen(topics: Iterable[Topic]) -> None:
    """Raises EditRefused where something below one of these topics is private and not for the
    curator: she does not move or remove what she does not see."""
    for topic in topics:
        below = Topic.objects.live().filter(~seen(), path__startswith=f"{topic.path}/")
        if below.exists():
            raise EditRefused(_("You may not do that with all that is below it."))


def unreachable(within: Q, kept: QuerySet[Grant]) -> list[Topic]:
    """The private topics among these that superusers alone would see if only these rights held,
    and that others see now. Two queries for each private topic; there are few.
    """
    private = Topic.objects.live().filter(within, is_private=True).order_by("path")
    lost = [row for row in private if not kept.filter(topic__in=line_of(row)).exists()]
    return [row for row in lost if grants_at(row).exists()]


def refuse_lost(topic: Topic, kept: QuerySet[Grant]) -> None:
    """Raises EditRefused where that becomes of a topic, or of one below it."""
    here = Q(path=topic.path) | Q(path__startswith=f"{topic.path}/")
    if lost := unreachable(here, kept):
        said = _(
            "Nobody but superusers would see “%(topic)s” any more, for it is private: give another"
            " group a right there first, or make it public."
        )
        raise EditRefused(said % {"topic": lost[0]})


def editable(user: Reader, asked: Asked) -> Found:
    """What a reader may do with the sections asked for, if it is another thing than everybody with
    an account may: `EDIT_IT`, `PROPOSE_IT` or `NOTHING`. See `topics.section_parts`.

    No query for curators and for those to whom no group gives a right; two for others.
    """
    if may_edit(user):
        return editable_in_admin(user, asked)
    if not somewhere(user):
        return {}
    held = held_in(user, {key for keys in asked.values() for key in keys})
    return {
        kind: {key: _what(*held[key]) for key in keys if key in held}
        for kind, keys in asked.items()
    }


def editable_in_admin(user: Reader, asked: Asked) -> Found:
    """Admin edits all sections asked for, or none: for `topics.section_parts`. No query."""
    if not may_edit(user):
        return {}
    return {kind: dict.fromkeys(keys, EDIT_IT) for kind, keys in asked.items()}


def _what(is_private: bool, rights: set[str]) -> str:
    if Right.EDIT in rights:
        return EDIT_IT
    return NOTHING if is_private and Right.PROPOSE not in rights else PROPOSE_IT
