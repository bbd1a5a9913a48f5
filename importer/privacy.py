"""Topics that are made private, with all below them, and public again."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from importer.edits import with_all_below, without_imports
from importer.models import Change
from importer.publish import MANY, publish
from importer.recorder import Recorder
from search.index import vacuum
from topics.models import Asset, Section, Topic


@transaction.atomic
def set_private(topic: Topic, *, is_private: bool, user: User | None, why: str = "") -> bool:
    """Show a topic and all below it to those alone who have a right there, or to everybody.

    Whether that is another state than before. Below a private topic it counts once that one is
    public. Undoing a change leaves it as it is. Raises EditRefused while an import runs.
    """
    with without_imports():
        row = Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
        if row.is_private == is_private:
            return False
        ids = with_all_below([row], Topic.objects.all())
        recorder = Recorder(Change.Kind.DESCRIPTION, timezone.now(), by=user, why=why)
        recorder.topics([row.pk])
        row.is_private = is_private
        row.save(update_fields=["is_private"])
        live = Section.objects.live().filter(topic__in=ids)
        sections = list(live.values_list("pk", flat=True))
        change = recorder.close()
        files = Asset.objects.none()  # those that came in its folder are private with it
        if row.tree_path.endswith("/"):
            files = Asset.objects.filter(path__startswith=row.tree_path)
        publish(
            sections,
            ids,
            images=[file.path for file in files.only("path")],
            change=change,
        )
        if len(sections) >= MANY:
            transaction.on_commit(vacuum)
        topic.refresh_from_db(fields=["is_private", "tree"])
        return True
