"""Who looks after topics: reviews that are due, moments of publishing, and edits that take two."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curating.access import EDIT, may, may_edit
from curating.models import TopicCare
from curating.skeletons import left_in
from importer.edits import EditRefused, save_topic
from importer.written_topics import document_of
from topics.models import Topic
from topics.rights import Right, has, held_at, trees_of, with_trees
from topics.section_parts import Asked, Found, Reader
from topics.visibility import PUBLIC

NAMED = 5  # people whom a page names
MOST_HELD = 200  # people who are looked at
TAKES_TWO = gettext_lazy("Edits of this topic take somebody else's yes: send it for review.")


def overdue(user: Reader, asked: Asked) -> Found:
    """Those of the topics asked for whose review is overdue, for curators: their care."""
    if not may_edit(user):
        return {}
    today = timezone.now().date()
    keys = {key for kind in asked.values() for key in kind}
    rows = TopicCare.objects.filter(topic__in=keys, review_by__lt=today).select_related("owner")
    found = {row.topic_id: row for row in rows}
    return {kind: {k: found[k] for k in keys_of if k in found} for kind, keys_of in asked.items()}


def taking_two(paths: Iterable[str]) -> set[str]:
    """Of the paths of topics those whose changes take the yes of somebody else. One query."""
    bound = TopicCare.objects.filter(four_eyes=True, topic__removed_at=None)
    roots = tuple(f"{path}/" for path in bound.values_list("topic__path", flat=True))
    return {path for path in paths if roots and f"{path}/".startswith(roots)}


@dataclass(frozen=True)
class Two:
    """A topic whose changes take two people: who else can say yes, and who can lift that."""

    topic: Topic
    reviewers: list[str]
    managers: list[str]
    is_manager: bool  # whether the one who asks can lift it


def two_for(user: Any, topics: Iterable[Topic]) -> Two | None:
    """What a page says instead of a button that `refuse_alone` would refuse; None where it would
    not. One query, a few more where it says something."""
    known = list(topics)
    bound = taking_two(topic.path for topic in known)
    topic = next((topic for topic in known if topic.path in bound), None)
    if topic is None:
        return None
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    bosses = list(others.filter(is_superuser=True).values_list("username", flat=True)[:NAMED])
    held = [one for one in held_at(topic, MOST_HELD) if one.user.pk != user.pk]
    by = {
        right: [one.user.get_username() for one in held if has(one.right, right)]
        for right in (Right.REVIEW, Right.MANAGE)
    }
    colleagues = [one.get_username() for one in curators_of(topic) if one.pk != user.pk]
    return Two(
        topic,
        sorted({*bosses, *colleagues, *by[Right.REVIEW]})[:NAMED],
        sorted({*bosses, *by[Right.MANAGE]})[:NAMED],
        may(user, Right.MANAGE, topic),
    )


def refuse_alone(topics: Iterable[Topic], message: str = "") -> None:
    """Raises EditRefused where a change of one of these topics takes the yes of somebody else."""
    if taking_two(topic.path for topic in topics):
        raise EditRefused(message or str(TAKES_TWO))


def change_states(now: datetime | None = None) -> int:
    """Publish and withdraw the topics whose moment has come; gives their number.

    Each in a transaction of its own with the moment that is used up. A topic with unfilled places
    of what it began with keeps its moment and waits. Raises EditRefused while an import runs: then
    the rest waits.
    """
    now = now or timezone.now()
    count = 0
    for name, status in (("publish_at", "published"), ("withdraw_at", "draft")):
        due = TopicCare.objects.filter(**{f"{name}__lte": now}, topic__removed_at=None)
        for key in list(due.order_by(name).values_list("pk", flat=True)):
            with transaction.atomic():
                row = TopicCare.objects.select_for_update().select_related("topic").get(pk=key)
                moment = getattr(row, name)
                if moment is None or moment > now:
                    continue
                is_later = name == "publish_at" and row.withdraw_at and row.withdraw_at <= now
                changes = row.topic.status != status and not is_later
                if changes and name == "publish_at" and left_in(document_of(row.topic)):
                    continue
                setattr(row, name, None)
                row.save(update_fields=[name])
                if changes:
                    row.topic.status = status
                    save_topic(row.topic, ["status"], user=row.owner, why=_("As scheduled"))
                    count += 1
    return count


def curators() -> "QuerySet[User]":
    """Those who may own a topic, by name."""
    found = User.objects.with_perm(EDIT, backend=settings.AUTHENTICATION_BACKENDS[0])
    return found.filter(is_staff=True).order_by("username")


def curators_of(topic: Topic) -> list[User]:
    """The curators who see a topic, by name; superusers apart. One query."""
    rows = with_trees(curators().filter(is_superuser=False, is_active=True))[:MOST_HELD]
    return [user for user in rows if topic.tree == PUBLIC or topic.tree in trees_of(user)]
