"""Sections and topics that were removed come back, with what was removed with them."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from importer.edits import EditRefused, lock_topics, sections_of, with_all_below, without_imports
from importer.models import Change
from importer.own_sections import is_laid_aside, is_own, make_own
from importer.publish import publish, texts_of
from importer.recorder import Recorder
from importer.structure import arrange, insert
from importer.topic_tree import REMOVED
from topics.models import Section, SectionQuerySet, Topic, TopicQuerySet


@transaction.atomic
def restore_section(section: Section, *, user: User | None, why: str = "") -> Change | None:
    """Bring a section back, with those below it that went with it; later imports leave it there.

    Raises EditRefused for one that is there or whose topic is not, and while an import runs.
    """
    with without_imports():
        lock_topics([section.topic_id])
        row = Section.objects.select_related("topic").get(pk=section.pk)
        if row.removed_at is None:
            raise EditRefused(_("This section has not been removed."))
        if row.topic.removed_at or not row.anchor:
            raise EditRefused(_("Its topic has been removed: restore that first."))
        among: SectionQuerySet = Section.objects.filter(
            topic=row.topic_id, removed_at=row.removed_at
        )
        ids = with_all_below([row], among)
        recorder = Recorder(Change.Kind.RESTORE, timezone.now(), by=user, why=why)
        recorder.sections(ids)
        before = texts_of(ids)
        live = sections_of(row.topic)
        for back in among.filter(pk__in=ids).order_by("position"):
            _bring_back(back, recorder)
            insert(live, back)
        touched = arrange(row.topic, live, ids)
        change = recorder.close()
        publish(touched, before=before, change=change)
        return change


def _bring_back(row: Section, recorder: Recorder) -> None:
    as_in_file = (row.file_title, row.file_markdown) == (row.title, row.markdown)
    if is_laid_aside(row) and as_in_file and row.conflict_markdown is None:
        row.file_title = row.file_markdown = row.edited_at = row.edited_by = None
    elif not (is_laid_aside(row) or is_own(row)):
        make_own(row, recorder.at, recorder.by)  # the file dropped it
    row.removed_at = row.merged_into = None
    row.changed_at = recorder.at


@transaction.atomic
def restore_topic(topic: Topic, *, user: User | None, why: str = "") -> Change | None:
    """Bring a topic back, with the sections and the topics below that went with it.

    Raises EditRefused for one that is there or whose upper topic is not, and while an import runs.
    """
    with without_imports():
        lock_topics([topic.pk])
        row = Topic.objects.select_related("parent").get(pk=topic.pk)
        if row.removed_at is None:
            raise EditRefused(_("This topic has not been removed."))
        if row.parent and row.parent.removed_at:
            raise EditRefused(_("The topic above it has been removed: restore that first."))
        among: TopicQuerySet = Topic.objects.filter(removed_at=row.removed_at)
        ids = with_all_below([row], among)
        sections = Section.objects.filter(topic__in=ids, removed_at=row.removed_at)
        keys = list(sections.values_list("pk", flat=True))
        recorder = Recorder(Change.Kind.RESTORE, timezone.now(), by=user, why=why)
        recorder.sections(keys)
        recorder.topics(ids)
        before = texts_of(keys)
        sections.update(removed_at=None)
        rows = list(Topic.objects.filter(pk__in=ids))
        for back in rows:
            back.removed_at, back.chosen = None, [n for n in back.chosen if n != REMOVED]
        Topic.objects.bulk_update(rows, ["removed_at", "chosen"], batch_size=500)
        change = recorder.close()
        publish(keys, ids, before=before, change=change)
        return change
