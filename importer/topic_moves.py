"""Topics that curators move, rename, or reorder; imports leave them so."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import Refused, title_slug
from importer.edits import EditRefused, with_all_below, without_imports
from importer.models import Change
from importer.publish import publish
from importer.recorder import Recorder
from importer.topic_tree import PARENT, POSITION, Places, place
from topics.models import Topic


@transaction.atomic
def move_topic(
    topic: Topic, parent: Topic | None, *, slug: str = "", user: User | None, why: str = ""
) -> Change | None:
    """Put a topic, with all below it, below another or at the top; earlier addresses lead there.

    `slug` is the last step of its address, by default as it is. Raises EditRefused where the topic
    would be below itself or its address too long, and while an import runs.
    """
    with without_imports():
        row = Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
        ids = with_all_below([row], Topic.objects.live())
        if row.removed_at or (parent and (parent.removed_at or parent.pk in ids)):
            raise EditRefused(_("This topic cannot be moved there."))
        recorder = Recorder(Change.Kind.MOVE, timezone.now(), by=user, why=why)
        recorder.topics(ids)
        wanted = title_slug(slug) if slug else row.slug
        row.chosen = sorted({*row.chosen, PARENT})
        before = row.path
        try:
            moved = place(row, parent, [wanted or row.slug], Places())
        except Refused as error:
            raise EditRefused(str(error)) from error
        if row.path == before:
            transaction.set_rollback(True)
            return None
        change = recorder.close()
        publish([], moved, change=change)
        return change


@transaction.atomic
def order_topics(
    parent: Topic | None, keys: Sequence[int], *, user: User | None, why: str = ""
) -> Change | None:
    """Put the topics below one, or at the top, in this order; those not named follow as they were.

    Raises EditRefused while an import runs.
    """
    with without_imports():
        rows = Topic.objects.live().filter(parent=parent).select_for_update(no_key=True)
        places = {key: place for place, key in enumerate(keys)}
        topics = sorted(
            rows, key=lambda row: (places.get(row.pk, len(places)), row.position, row.path)
        )
        recorder = Recorder(Change.Kind.MOVE, timezone.now(), by=user, why=why)
        recorder.topics([row.pk for row in topics])
        for number, row in enumerate(topics):
            row.position, row.chosen = number, sorted({*row.chosen, POSITION})
        Topic.objects.bulk_update(topics, ["position", "chosen"], batch_size=500)
        change = recorder.close()
        publish([], [row.pk for row in topics], change=change)
        return change
