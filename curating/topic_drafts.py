"""Whole topics that somebody is writing, and new ones: kept until published or discarded."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from curating.forms import LONGEST_TOPIC
from curating.models import TopicDraft
from topics.models import Topic
from topics.visibility import seen

NAMES = ("title", "under", "markdown", "base", "why", "answers")
MOST = 50  # of one person


def kept(user: User, topic: Topic | None) -> dict[str, str]:
    """What she was writing, by the names of the form's fields; empty where she was not."""
    draft = TopicDraft.objects.filter(user=user, topic=topic).first()
    return {name: getattr(draft, name) for name in NAMES} if draft else {}


def keep(user: User, topic: Topic | None, typed: Mapping[str, Any]) -> None:
    """Keep what was sent of the form's fields, each as long as it may be."""
    values: dict[str, Any] = {"updated_at": timezone.now()}
    for name in NAMES:
        text = str(typed.get(name, "")).replace("\r\n", "\n").replace("\0", "")
        longest = getattr(TopicDraft._meta.get_field(name), "max_length", None)
        values[name] = text[: longest or LONGEST_TOPIC]
    TopicDraft.objects.update_or_create(user=user, topic=topic, defaults=values)
    own = TopicDraft.objects.filter(user=user).order_by("-updated_at").values_list("pk", flat=True)
    TopicDraft.objects.filter(pk__in=list(own[MOST:])).delete()


def forget(user: User, topic: Topic | None) -> None:
    """Delete what she was writing: it was published or discarded."""
    TopicDraft.objects.filter(user=user, topic=topic).delete()


def own_rows(user: User) -> list[dict[str, Any]]:
    """All that a person is writing so, for what she takes along."""
    drafts = TopicDraft.objects.filter(Q(topic=None) | seen("topic__"), user=user)
    return [
        {
            "topic": str(draft.topic or ""),
            "address": draft.topic.get_absolute_url() if draft.topic else "",
            "title": str(draft),
            "markdown": draft.markdown,
            "why": draft.why,
            "written": draft.updated_at.isoformat(),
        }
        for draft in drafts.select_related("topic").order_by("pk")
    ]
