"""The one step by which content becomes visible. Every writer of topics and sections ends in it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from importer.bulk_rows import analyze, check_references
from importer.link_resolution import Resolution, has_other_links
from importer.linking_sections import sections_linking_to
from importer.models import Change
from importer.other_pages import Shown, altered_topics
from importer.path_steps import lead_steps
from registry import Registry
from search.index import crossing_sections, forget_private_words, index_sections, indexed_ids
from search.related import may_name, naming, relate
from topics.deferred_writes import Behind, writing_behind
from topics.models import Section, content_changed
from topics.raw_sql import execute, statement

# Whether each section is there, alone and with its topic.
STANDING = (
    "SELECT s.id, s.removed_at IS NULL AND t.removed_at IS NULL FROM topics_section s"
    " JOIN topics_topic t ON t.id = s.topic_id WHERE s.id = ANY(%s)"
)
MANY = 500  # sections from which on tables are analysed and their neighbours left alone


@dataclass(frozen=True)
class Published:
    """What one call of `publish` was about.

    `changed` are the sections that are part of the library (those of drafts too), `removed` those
    that are no longer. `before` maps each of them that existed before to its Markdown as it was
    then; what it is now is in the section's row. `topics` are those that moved, came or went, or
    have another title, kind or status. `change` has the revisions of all of them, None if nothing
    is but rendered again.
    """

    changed: frozenset[int]
    removed: frozenset[int]
    before: Mapping[int, str]
    topics: frozenset[int] = frozenset()
    change: Change | None = None


Step = Callable[[Published], None]

# What upper rooms want done whenever content changes. A step is called once for each `publish`,
# inside its transaction, when links, index and related sections are written and before the content
# version is raised. An exception undoes the whole change. Register in `AppConfig.ready`:
#     STEPS.register("learning.cards", update_cards)
STEPS: Registry[Step] = Registry("importer.publish.STEPS")


def publish(
    sections: Iterable[int],
    topics: Iterable[int] = (),
    *,
    images: Collection[str] = (),
    before: Mapping[int, str] | None = None,
    shown: Shown | None = None,
    change: Change | None = None,
) -> None:
    """Make changed content visible: call it last in the transaction that changed the rows.

    `sections` are the keys of all sections that were created, changed, removed or restored;
    `topics` those of topics whose place, title, kind or status changed, or that came or went
    (hand in their sections too if the status or kind changed); `images` the tree paths of stored
    images. `before` is what `texts_of` gave before the rows were written, `change` what the
    recorder of the change gave. With `shown`, which is what `shown_of` gave before, kept pages that
    the change cannot alter stay kept.

    Sections of topics that came into a private tree, or out of one, change with them, and those of
    topics that are in another language now. What follows
    from the change is written: links of these sections and links elsewhere that lead
    to them, goals of path steps, the search index, "see also" and matches (also of sections that
    named what is gone), the topics' word counts. Then the registered steps run, and the content
    version is raised. A handful of queries; more only where something else is affected.
    """
    ids, moved = set(sections), set(topics)
    if not (ids or moved or images):
        return
    crossing, in_other_words = crossing_sections(moved)
    ids |= crossing | in_other_words
    resolved = ids | _linking_to(ids, moved, images)
    with writing_behind(is_worth_it=len(ids) >= MANY) as behind:
        links = Resolution(sorted(resolved), behind)
        values = {"sections": list(ids), "topics": list(moved)}
        behind.later(partial(execute, statement("importer/count_words"), values))
        _index(ids, moved, crossing, behind, links)
        rewritten = links.end()
    del links  # it knows all topics, and what follows needs memory too
    lead_steps(ids, moved, resolved)
    _run_steps(ids, moved, before or {}, change)
    is_local = shown is not None and not (moved or images)
    content_changed(altered_topics(ids | rewritten, shown) if is_local and shown else None)


def texts_of(section_ids: Iterable[int]) -> dict[int, str]:
    """The Markdown of these sections as it is now, for `publish(before=...)`.

    Empty, and no query, if no step is registered that could read it.
    """
    if not has_steps():
        return {}
    rows = Section.objects.filter(pk__in=section_ids).order_by()
    return dict(rows.values_list("pk", "markdown"))


def has_steps() -> bool:
    """Whether a step is registered, so that old texts are worth keeping."""
    return any(True for _ in STEPS)


def _linking_to(ids: set[int], moved: set[int], images: Collection[str]) -> set[int]:
    """The sections elsewhere whose links can lead to another place now."""
    if len(ids) >= MANY and not has_other_links(ids):  # a library's first import
        return set()
    return sections_linking_to(ids, moved, images)


def _index(
    ids: set[int], moved: set[int], crossing: set[int], behind: Behind, links: Resolution
) -> None:
    """Write the index, then what is derived from it, as far as the change can reach.

    `crossing` sections became private, or public: for others they went, or came. The index knows
    how much of a section is links, so those of a batch are resolved before it.
    """
    before = indexed_ids(ids)
    if len(ids) >= MANY:
        behind.later(analyze)  # the plans of what follows, and of the first readers, rely on it
        behind.later(check_references)
    index_sections(sorted(ids), before=links.up_to)
    if crossing:
        forget_private_words()
    after = indexed_ids(ids)
    behind.end()
    relate(sorted(ids | naming(before - after | crossing, moved)))
    appeared = after if moved else after - before
    if 0 < len(appeared) < MANY:
        relate(sorted(may_name(appeared) - ids))


def _run_steps(
    ids: set[int], topics: set[int], before: Mapping[int, str], change: Change | None
) -> None:
    if not has_steps():
        return
    rows = execute(STANDING, [list(ids)])
    live = frozenset(pk for pk, is_live in rows if is_live)
    removed = frozenset(pk for pk, is_live in rows if not is_live)
    kept = {pk: before[pk] for pk in live | removed if pk in before}
    for step in STEPS:
        step(Published(live, removed, kept, frozenset(topics), change))
