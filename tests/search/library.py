"""Small topics for search tests, written straight to the tables and indexed."""

from dataclasses import dataclass, field

from search.engine import Results, search
from search.index import index_sections
from topics.models import Section, Topic


@dataclass
class Part:
    """A section to be; those with `below` stand under it."""

    title: str
    text: str = ""
    code: str = ""
    number: str = ""
    is_item: bool = False
    below: list["Part"] = field(default_factory=list)


def add_topic(
    title: str,
    *parts: Part,
    path: str = "",
    kind: str = "article",
    tags: tuple[str, ...] = (),
    status: str = "published",
    index: bool = True,
) -> Topic:
    path = path or title.lower().replace(" ", "-").replace("/", "-")
    topic = Topic.objects.create(
        source="tests", origin=f"{path}.md", slug=path.split("/")[-1], path=path, title=title,
        kind=kind, tags=list(tags), status=status,
    )  # fmt: skip
    root = add_section(topic, Part(title), None, [])
    root.page = root
    root.save(update_fields=["page"])
    _add_below(topic, root, list(parts), [title])
    if index:
        index_sections(list(topic.sections.values_list("pk", flat=True)))
    return topic


def _add_below(topic: Topic, parent: Section, parts: list[Part], above: list[str]) -> None:
    for part in parts:
        section = add_section(topic, part, parent, above)
        _add_below(topic, section, part.below, [*above, part.title])


def add_section(topic: Topic, part: Part, parent: Section | None, above: list[str]) -> Section:
    position = topic.sections.count()
    return Section.objects.create(
        topic=topic, parent=parent, page=parent and parent.page, position=position,
        anchor=f"s{position}" if parent else "", number=part.number, title=part.title,
        is_item=part.is_item, breadcrumbs=above, text=part.text, code=part.code,
        words=len(part.text.split()),
    )  # fmt: skip


def titles(results: Results) -> list[str]:
    return [hit.title for hit in results.hits]


def found(query: str, **options: object) -> list[str]:
    """Titles of what a search finds, in order and not grouped."""
    return titles(search(query, group=False, **options))  # type: ignore[arg-type]
