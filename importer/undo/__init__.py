"""Undoing a change: of one section, of one topic, or the whole, an import's too.

What changed since is kept: texts are joined by three-way merge, and where both changed the same
place, the section stays as it is and is reported. What an import changed is undone as an edit of
the file's text, so that the next import of the same file does not do it again.
"""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from importer.edits import lock_topics, without_imports
from importer.models import Change
from importer.recorder import Recorder
from importer.undo.outcome import Undone
from importer.undo.sections import undo_sections
from importer.undo.topics import remove_topics, undo_topics
from importer.undo.work import Work
from topics.models import Section


@transaction.atomic
def undo(
    change: Change,
    *,
    user: User | None,
    why: str = "",
    section: int | None = None,
    topic: int | None = None,
    dry_run: bool = False,
) -> Undone:
    """Undo a change, or what it did to one section or one topic.

    A dry run says the same and leaves all as it is. Raises EditRefused while an import runs.
    """
    with without_imports():
        recorder = Recorder(Change.Kind.ROLLBACK, timezone.now(), user, why=why, undoes=change)
        if not dry_run:
            lock_topics(_touched(change))
        work = Work(change, recorder)
        undo_topics(work, topic, section)
        undo_sections(work, topic, section)
        remove_topics(work)
        if dry_run:
            transaction.set_rollback(True)
        else:
            work.finish()
    return work.done


def _touched(change: Change) -> set[int]:
    """The topics that undoing a change may write."""
    revisions = change.revisions.all()
    made = Section.objects.filter(created_at=change.at)
    return {
        key
        for rows, name in ((revisions, "topic"), (revisions, "section__topic"), (made, "topic"))
        for key in rows.values_list(name, flat=True)
        if key
    }
