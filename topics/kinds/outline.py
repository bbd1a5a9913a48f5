"""Outlines: numbered items, as a tree two levels below a page, or what a filter leaves of all.

The whole outline is read at once (thousands of short rows), since counts and filter need it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from topics.addresses import place_url, section_url
from topics.kinds.article import Article
from topics.models import Section, Topic
from topics.page import Node, Options, OutlineItem, Run, Shape
from topics.page import Outline as OutlineShown
from topics.page_query import Row, Rows
from topics.summaries import Place

MOST_MATCHES = 200


class Outline(Article):
    """Its bare items lead to the sections that explain them."""

    values = (Topic.Kind.OUTLINE,)
    explains = False
    has_contents = False
    aside = "topics/kinds/outline_aside.html"
    body = "topics/kinds/outline.html"

    def shape(self, rows: Rows, options: Options) -> Shape:
        elsewhere = {
            row.id: Place(match.label, match.heading.url)
            for row in rows.sections
            if (match := rows.matches.get(row.match_id or 0))
        }
        return Shape(
            answers=self.answers(rows),
            elsewhere=elsewhere,
            outline=_outline(rows.page, options.filter),
        )

    def runs(self, nodes: Iterable[Node]) -> tuple[Run, ...]:
        """The headings, with their items below them; without any heading the topmost items."""
        nodes = list(nodes)
        headings = tuple(node for node in nodes if not node.is_item)
        inner = {child.section.id for node in nodes if node.is_item for child in node.children}
        return (Run(headings or tuple(node for node in nodes if node.section.id not in inner)),)


@dataclass(frozen=True, slots=True)
class _Entry:
    id: int
    parent_id: int | None
    page_id: int | None
    anchor: str
    number: str
    title: str
    words: int

    @property
    def opens_page(self) -> bool:
        return self.page_id == self.id


def _outline(page: Row, query: str) -> OutlineShown:
    """The branches below a page (its own items apart), or the whole outline filtered."""
    rows = Section.objects.filter(topic=page.topic_id, removed_at=None).order_by("position")
    names = ("pk", "parent_id", "page_id", "anchor", "number", "title", "words")
    entries = [_Entry(*row) for row in rows.values_list(*names)]
    items = _items(page.topic_path, entries)
    if query:
        top = items[entries[0].id]
        found = [entry.id for entry in entries[1:] if _matches(entry, query)]
        shown = _only(top.children, set(found[:MOST_MATCHES]))
        return OutlineShown(shown, top.below, query, len(found), len(found) > MOST_MATCHES)
    pages = {entry.id for entry in entries if entry.opens_page}
    root = items[page.id]
    while len(root.children) == 1 and root.children[0].id in pages:
        root = root.children[0]
    branches = tuple(c for c in root.children if c.id in pages and (c.below or c.has_text))
    return OutlineShown(branches, root.below)


def _items(path: str, entries: list[_Entry]) -> dict[int, OutlineItem]:
    """The entries (in order of place) as items by key, each with those below it."""
    pages = {e.id: section_url(path, e.anchor) for e in entries if e.opens_page}
    items: dict[int, OutlineItem] = {}
    below: dict[int | None, list[OutlineItem]] = {}
    for entry in reversed(entries):
        url = pages.get(entry.id) or place_url(pages.get(entry.page_id or 0, ""), entry.anchor)
        children = tuple(reversed(below.pop(entry.id, [])))
        count = sum(child.below + 1 for child in children)
        item = OutlineItem(
            entry.id, entry.number, entry.title, url, bool(entry.words), count, children
        )
        items[entry.id] = item
        below.setdefault(entry.parent_id, []).append(item)
    return items


def _matches(entry: _Entry, query: str) -> bool:
    """Whether a title holds every word. Numbers match the item and those below it."""
    title = entry.title.casefold()
    number = f"{entry.number}."
    return all(
        number.startswith(f"{word.rstrip('.')}.") or word in title.split()
        if word.replace(".", "").isdecimal()
        else word in title
        for word in query.casefold().split()
    )


def _only(items: Iterable[OutlineItem], matches: set[int]) -> tuple[OutlineItem, ...]:
    """The items that match, or hold a match, with just those inside them."""
    kept = []
    for item in items:
        children = _only(item.children, matches)
        if item.id in matches or children:
            kept.append(replace(item, children=children, is_match=item.id in matches))
    return tuple(kept)
