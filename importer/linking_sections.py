"""Which sections hold links that a change can have led elsewhere."""

from collections.abc import Collection, Iterable, Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from importer.file_discovery import INDEX_NAMES
from importer.link_targets import names_of
from topics.addresses import topic_url
from topics.models import Section, Topic, TopicAddress
from topics.raw_sql import execute, statement


def sections_linking_to(
    sections: Collection[int], topics: Collection[int], images: Collection[str] = ()
) -> set[int]:
    """The sections with a link that a change can have led elsewhere.

    `sections` changed, came or went, and so did `topics`, or they moved, with their own links;
    `images` are names of files that were stored. Two queries, however much changed.
    """
    own = Section.objects.filter(pk__in=sections).order_by().values("topic")
    found = Topic.objects.filter(Q(pk__in=topics) | Q(pk__in=own)).order_by()
    earlier = TopicAddress.objects.filter(topic=OuterRef("pk")).values("path")
    found = found.annotate(earlier=ArraySubquery(earlier))
    affected = list(found.only("tree_path", "front_matter", "path"))
    moved = [topic for topic in affected if topic.pk in topics]
    others = [topic for topic in affected if topic.pk not in topics]
    values = {
        "sections": list(sections),
        "topics": list(topics),
        "places": [*images, *_places_of(moved)],
        "names": [*images, *names_of(moved)],
        "lost_places": _places_of(others),
        "lost_names": list(names_of(others)),
        "addresses": [name for name in images if "://" in name],
        "root": topic_url("").removesuffix("/"),
        "held": list(_addresses_of(affected)),
    }
    return {pk for (pk,) in execute(statement("importer/linking_sections"), values)}


def _addresses_of(topics: Iterable[Topic]) -> Iterator[str]:
    """Where readers find the topics, and found them before, as links may write it."""
    root = topic_url("").removesuffix("/")
    for topic in topics:
        for path in (topic.path, *topic.earlier):  # type: ignore[attr-defined]
            yield topic_url(path).removesuffix("/")
            yield f"{root}{path}"


def _places_of(topics: Iterable[Topic]) -> list[str]:
    return [name for topic in topics for name in _variants_of(topic.tree_path)]


def _variants_of(tree_path: str) -> set[str]:
    """The `wanted` of every link that may mean the topic with this tree path."""
    names = {tree_path, tree_path.removesuffix(".md"), tree_path.rstrip("/")}
    folder, _, name = tree_path.rpartition("/")
    return names | {f"{folder}/"} if folder and name.lower() in INDEX_NAMES else names


def has_other_links(sections: Collection[int]) -> bool:
    """Whether there is a link in any other section than these. One query."""
    sql = (
        "SELECT EXISTS (SELECT FROM topics_link l LEFT JOIN unnest(%s::bigint[]) AS own (id)"
        " ON own.id = l.section_id WHERE own.id IS NULL)"
    )
    return execute(sql, [list(sections)]) == [(True,)]
