"""Quizzes made from what a text defines and lists. The same seed makes the same quiz. No model.

A definition asks for its term, an ordered list for what comes next, another list for what belongs
to its section. Wrong answers are other terms and items of the same sections.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from xml.etree.ElementTree import Element

from documents import Refused
from documents.plain_text import tree_of
from learning.card_sources import place_of
from topics.models import Definition, Section

OPTIONS = 4
MOST_ITEMS = 10
FEWEST_IN_LIST = 3
MOST_WORDS = 15  # of an item of a list
MOST_READ = 400  # sections
HIDDEN = "…"

TERM, NEXT, BELONGS = "term", "next", "belongs"


@dataclass(frozen=True, slots=True)
class Item:
    """A question: of its `options` the one at `right` is right. `place` is where that is said."""

    kind: str
    prompt: str
    options: tuple[str, ...]
    right: int
    place: str


@dataclass(frozen=True, slots=True)
class List:
    """A list of short items in a section."""

    section: Section
    items: tuple[str, ...]
    is_ordered: bool


def quiz(section_ids: Collection[int], seed: int) -> list[Item]:
    """Up to ten questions on published sections, in an order that the seed decides. Two queries."""
    rows = (
        Section.objects.published()
        .filter(pk__in=section_ids)
        .select_related("topic", "page")
        .only("title", "anchor", "html", "topic__path", "page__anchor")
        .order_by("topic__path", "position")[:MOST_READ]
    )
    sections = {row.pk: row for row in rows}
    terms = list(Definition.objects.filter(section__in=sections).order_by("pk"))
    defining = {row.section_id for row in terms}
    lists = [
        found
        for pk, row in sections.items()
        for found in lists_in(row)
        if found.is_ordered or pk not in defining
    ]
    chance = Random(seed)  # noqa: S311 - it is no secret
    made = [*_terms(terms, sections, chance), *_next(lists, chance), *_belonging(lists, chance)]
    return chance.sample(made, min(MOST_ITEMS, len(made)))


def _terms(
    rows: Sequence[Definition], sections: dict[int, Section], chance: Random
) -> Iterator[Item]:
    names = sorted({row.term for row in rows})
    for row in rows:
        others = [name for name in names if name.lower() != row.term.lower()]
        if len(others) < OPTIONS - 1:
            continue
        prompt = re.sub(rf"\b{re.escape(row.term)}\b", HIDDEN, row.text, flags=re.IGNORECASE)
        place = place_of(sections[row.section_id], row.text)
        yield _item(TERM, prompt, row.term, others, place, chance)


def _next(lists: Sequence[List], chance: Random) -> Iterator[Item]:
    for found in lists:
        if not found.is_ordered:
            continue
        at = chance.randrange(len(found.items) - 1)
        first, right = found.items[at], found.items[at + 1]
        others = [item for item in found.items if item not in (first, right)]
        yield _item(NEXT, first, right, others, place_of(found.section, right), chance)


def _belonging(lists: Sequence[List], chance: Random) -> Iterator[Item]:
    for found in lists:
        others = [
            item
            for other in lists
            if other.section.pk != found.section.pk
            for item in other.items
            if item not in found.items
        ]
        if found.is_ordered or len(others) < OPTIONS - 1 or not found.section.title:
            continue
        right = chance.choice(found.items)
        place = place_of(found.section, right)
        yield _item(BELONGS, found.section.title, right, others, place, chance)


def _item(
    kind: str, prompt: str, right: str, others: Sequence[str], place: str, chance: Random
) -> Item:
    distinct = list(dict.fromkeys(others))
    options = [right, *chance.sample(distinct, min(OPTIONS - 1, len(distinct)))]
    chance.shuffle(options)
    return Item(kind, prompt, tuple(options), options.index(right), place)


def lists_in(section: Section) -> Iterator[List]:
    """The lists of a section whose items are short and say each something else."""
    if "<ol" not in section.html and "<ul" not in section.html:
        return
    try:
        root = tree_of(section.html)
    except Refused:
        return
    for element in root.iter():
        if element.tag in ("ol", "ul"):
            items = tuple(_said(item) for item in element if item.tag == "li")
            are_short = all(0 < len(item.split()) <= MOST_WORDS for item in items)
            if len(set(items)) == len(items) >= FEWEST_IN_LIST and are_short:
                yield List(section, items, element.tag == "ol")


def _said(item: Element) -> str:
    return " ".join("".join(item.itertext()).split())
