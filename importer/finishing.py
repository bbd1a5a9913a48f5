"""What an import does last, once all files are in."""

from importer.changes import Changes
from importer.edits import rerender
from importer.identity.moves import follow_moves
from importer.publish import MANY, publish
from importer.tables import analyze
from topics.models import Section, Topic


def finish(changes: Changes) -> None:
    """What needs the whole run: moves between topics, edits, links and the search index."""
    if refused := sum(note.level == "refused" for note in changes.notes):
        changes.counts["files refused"] = refused
    if len(changes.touched) >= MANY:
        analyze()  # or all that follows is planned for the tables as they were before
    follow_moves(changes)
    _note_lost_edits(changes)
    for topic in Topic.objects.filter(pk__in=changes.edited_topics, removed_at=None):
        changes.touched.update(rerender(topic, changes.touched))
    publish(changes.touched, changes.topics, images=changes.images, before=changes.before)


def _note_lost_edits(changes: Changes) -> None:
    """What an admin changed and the file dropped is not shown any more, so somebody must know."""
    lost = Section.objects.filter(
        pk__in=changes.removed, removed_at__isnull=False, edited_at__isnull=False
    )
    for row in lost.select_related("topic").order_by("topic", "position"):
        changes.counts["conflicts"] += 1
        message = (
            f"“{row}” is gone from the file, but an admin had changed it: "
            "its text stays among the removed"
        )
        changes.note("conflict", row.topic, None, message)
