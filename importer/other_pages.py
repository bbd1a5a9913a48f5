"""What pages of other topics show of a topic: those that a change cannot alter stay kept."""

from dataclasses import dataclass

from topics.models import Definition, Link, Section, Topic


@dataclass(frozen=True)
class Shown:
    """What pages of other topics may show of one topic: its sections by name, what its text
    defines, and, with the sections that they lead to, its links."""

    topic: int
    names: frozenset[tuple[object, ...]]
    definitions: frozenset[tuple[object, ...]]
    links: frozenset[tuple[int, int]]


def shown_of(topic: int) -> Shown:
    """What others show of a topic as it is now. Three queries."""
    names = Section.objects.filter(topic=topic).values_list(
        "pk", "anchor", "number", "title", "title_html", "page", "removed_at", "merged_into"
    )
    definitions = Definition.objects.filter(section__topic=topic)
    links = Link.objects.filter(section__topic=topic, target__isnull=False)
    return Shown(
        topic,
        frozenset(names),
        frozenset(definitions.values_list("section", "term", "text")),
        frozenset(links.values_list("section", "target")),
    )


def altered_topics(sections: set[int], before: Shown) -> set[int] | None:
    """The topics whose pages a change of these sections can have altered; None for all."""
    now = shown_of(before.topic)
    if (now.names, now.definitions) != (before.names, before.definitions):
        return None
    reached = {target for _, target in now.links ^ before.links}  # each page lists what links to it
    topics = Topic.objects.filter(sections__in=sections | reached).distinct()
    paths = dict(topics.values_list("pk", "path"))
    parts = [path.split("/") for path in paths.values()]
    above = {"/".join(part[:end]) for part in parts for end in range(1, len(part))}
    # Those above say how long the topics below are.
    return {*paths, *Topic.objects.filter(path__in=above).values_list("pk", flat=True)}
