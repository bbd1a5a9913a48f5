"""What an import does last, once all files are in."""

from django.db.models import Sum

from importer.changes import Changes
from importer.edits import rerender
from importer.identity.moves import follow_moves
from importer.links import (
    names_of,
    resolve_links,
    resolve_steps,
    sections_linking_to,
)
from importer.tables import analyze
from search.index import index_sections
from search.related import relate
from topics.models import PathStep, Section, Topic, content_changed

MANY = 500  # changed sections after which tables are analysed


def finish(changes: Changes) -> None:
    """What needs the whole run: moves between topics, edits, links and the search index."""
    if refused := sum(note.level == "refused" for note in changes.notes):
        changes.counts["files refused"] = refused
    is_large = len(changes.touched) >= MANY
    if is_large:
        analyze()  # or all that follows is planned for the tables as they were before
    follow_moves(changes)
    _note_lost_edits(changes)
    for topic in Topic.objects.filter(pk__in=changes.edited_topics, removed_at=None):
        rerender(topic)
    moved = Topic.objects.filter(pk__in=changes.moved_topics)
    below = list(moved.values_list("tree_path", flat=True))
    roots = Section.objects.filter(topic__in=changes.moved_topics).values_list("pk", flat=True)
    wanted = {name for path in below for name in names_of(path)}
    linking = sections_linking_to(wanted | changes.images, [*changes.touched, *roots])
    ids = sorted(changes.touched.union(linking))
    resolve_links(ids)
    if changes.touched or changes.moved_topics:
        steps = PathStep.objects.filter(section__removed_at=None)
        resolve_steps(list(steps.values_list("section_id", flat=True)))
    touched = sorted(changes.touched)
    index_sections(touched)
    if is_large:
        analyze()  # the same for the index, and for the first readers
    relate(touched)
    _count_words(changes)
    if changes.touched or changes.moved_topics or changes.described_topics or linking:
        content_changed()


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


def _count_words(changes: Changes) -> None:
    topics = Section.objects.filter(pk__in=changes.touched).values("topic").distinct()
    sums = (
        Section.objects.filter(topic__in=topics, removed_at=None)
        .values("topic")
        .annotate(total=Sum("words"))
    )
    totals = {row["topic"]: row["total"] or 0 for row in sums}
    rows = list(Topic.objects.filter(pk__in=totals).only("pk", "words"))
    for topic in rows:
        topic.words = totals[topic.pk]
    Topic.objects.bulk_update(rows, ["words"], batch_size=1000)
