"""Who looks after topics: reviews that are due, moments of publishing, and edits that take two."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from curating.access import EDIT, may_edit
from curating.models import TopicCare
from importer.edits import EditRefused, save_topic
from topics.models import Topic
from topics.section_parts import Asked, Found, Reader


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


def refuse_alone(topics: Iterable[Topic], message: str = "") -> None:
    """Raises EditRefused where a change of one of these topics takes the yes of somebody else."""
    if taking_two(topic.path for topic in topics):
        usual = _("Edits of this topic take somebody else's yes: send it for review.")
        raise EditRefused(message or usual)


def change_states(now: datetime | None = None) -> int:
    """Publish and withdraw the topics whose moment has come; gives their number.

    Each in a transaction of its own with the moment that is used up. Raises EditRefused while an
    import runs: then the rest waits.
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
                setattr(row, name, None)
                row.save(update_fields=[name])
                is_later = name == "publish_at" and row.withdraw_at and row.withdraw_at <= now
                if row.topic.status != status and not is_later:
                    row.topic.status = status
                    save_topic(row.topic, ["status"], user=row.owner, why=_("As scheduled"))
                    count += 1
    return count


def curators() -> "QuerySet[User]":
    """Those who may own a topic, by name."""
    found = User.objects.with_perm(EDIT, backend=settings.AUTHENTICATION_BACKENDS[0])
    return found.filter(is_staff=True).order_by("username")
