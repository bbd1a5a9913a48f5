"""How much of an outline the rest of the knowledge base explains, and what nothing explains."""

import random
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from search.engine import search
from search.related import SHORTEST, explain
from search.words import title_key
from topics.kinds import EXPLAINING
from topics.models import Definition, Section, Topic

HITS = 30

_NO_WORD = re.compile(r"[^\w.+#/-]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that should be explained: `part` is the first level of the outline it is in."""

    number: str
    title: str
    part: str
    section: Section | None
    score: float

    @property
    def is_explained(self) -> bool:
        return self.section is not None


def items_of(topic: Topic, sources: Sequence[str] | None = None) -> list[Item]:
    """The items of an outline, the layers of a roadmap, or the rows of a cheat sheet.

    Each with the section of another topic, with at least 80 words of prose, that explains it best.
    `sources` narrows which sections may explain.
    """
    sections = Section.objects.filter(topic=topic, removed_at=None).exclude(anchor="")
    rows = list(sections.filter(is_item=True).order_by("position"))
    if rows:
        return _of_outline(rows, sources)
    if topic.kind == Topic.Kind.ROADMAP:
        layers = sections.exclude(number="").order_by("position")
        return [_looked_up(topic, row.number, row.title, row.title, sources) for row in layers]
    terms = Definition.objects.filter(section__topic=topic, section__removed_at=None)
    return [
        _looked_up(topic, "", row.term, row.section.title, sources)
        for row in terms.select_related("section").order_by("section__position", "position")
    ]


def sample(items: Sequence[Item], size: int, seed: int) -> list[Item]:
    """A random choice of the explained items, the same for the same seed."""
    explained = [item for item in items if item.is_explained]
    return random.Random(seed).sample(explained, min(size, len(explained)))


def _of_outline(rows: list[Section], sources: Sequence[str] | None) -> list[Item]:
    found = explain([row.pk for row in rows], sources=sources)
    explaining = Section.objects.select_related("topic")
    by_key = explaining.in_bulk({section for section, _ in found.values()})
    items = []
    for row in rows:
        section, score = found.get(row.pk, (0, 0.0))
        part = row.breadcrumbs[1] if len(row.breadcrumbs) > 1 else row.title
        items.append(Item(row.number, row.title, part, by_key.get(section), score))
    return items


def _looked_up(
    topic: Topic, number: str, title: str, part: str, sources: Sequence[str] | None
) -> Item:
    """What a search with all words finds, best where a section's own title names the item.

    A part that names it too says which one is meant: "Pipes" below "Pipes, guards and filters" is
    another thing than below "Streams". Else the title with the fewest other words is chosen.
    """
    bare = re.sub(r"\([^)]*\)", "", title)
    needed = set(title_key(bare).split())
    full = title if part == title else f"{title} {part}"
    in_part = list(_hits(full, topic, sources)) if needed <= set(title_key(part).split()) else []
    alone = list(_hits(bare, topic, sources))
    named = _titled(in_part, needed) or sorted(
        _titled(alone, needed), key=lambda pair: len(title_key(pair[0].title).split())
    )
    section, score = next(iter(named or in_part or alone), (None, 0.0))
    return Item(number, title, part, section, score)


def _titled(
    pairs: Sequence[tuple[Section, float]], needed: Set[str]
) -> list[tuple[Section, float]]:
    return [pair for pair in pairs if needed <= set(title_key(pair[0].title).split())]


def _hits(
    words: str, topic: Topic, sources: Sequence[str] | None
) -> Iterator[tuple[Section, float]]:
    """The sections that may explain, best first, with the search's score."""
    hits = search(_NO_WORD.sub(" ", words), limit=HITS, group=False).hits
    hits = [hit for hit in hits if hit.match == "all"]
    found = Section.objects.select_related("topic").in_bulk(h.section_id for h in hits)
    for hit in hits:
        section = found[hit.section_id]
        is_group = section.topic.origin.endswith("/")
        is_allowed = sources is None or section.topic.source in sources
        if (
            section.words >= SHORTEST
            and section.topic_id != topic.pk
            and section.topic.kind in EXPLAINING
            and is_allowed
            and not is_group
        ):
            yield section, hit.score
