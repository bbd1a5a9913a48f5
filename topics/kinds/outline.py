"""An outline's tree: two levels below a page, or what a filter leaves of all of it.

The whole outline is read at once (thousands of short rows), since counts and filter need it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from topics.models import Section, Topic
from topics.navigation import section_url

MOST_MATCHES = 200


@dataclass(slots=True)
class Item:
    """An entry of an outline. `below` counts all entries under it."""

    pk: int
    number: str
    title: str
    url: str
    has_text: bool
    children: list["Item"] = field(default_factory=list)
    below: int = 0
    is_match: bool = False


@dataclass
class Outline:
    """Of `total` entries, `items` are the topmost shown.

    With a `query` these lead to the matches, of which there are `matches`.
    """

    items: list[Item]
    total: int
    query: str = ""
    matches: int = 0

    @property
    def is_cut(self) -> bool:
        return self.matches > MOST_MATCHES


def outline_of(topic: Topic, page: Section, query: str = "") -> Outline:
    """The branches below a page (its own items apart), or the whole outline filtered."""
    items, pages = _items(topic)
    root = items[page.pk]
    if query:
        top = next(iter(items.values()))
        count = _mark(top, query)
        return Outline(_matching(top), top.below, query, count)
    while len(root.children) == 1 and root.children[0].pk in pages:
        root = root.children[0]
    shown = [child for child in root.children if child.pk in pages]
    return Outline([child for child in shown if child.below or child.has_text], root.below)


def _items(topic: Topic) -> tuple[dict[int, Item], set[int]]:
    """All entries by key, in order, with their children; and the keys of those that open a page."""
    rows = Section.objects.filter(topic=topic, removed_at=None).order_by("position")
    names = ("pk", "parent_id", "page_id", "anchor", "number", "title", "words")
    items: dict[int, Item] = {}
    pages: dict[int, str] = {}
    line: dict[int, int | None] = {}
    for pk, parent, page, anchor, number, title, words in rows.values_list(*names):
        if page == pk:
            url = pages[pk] = section_url(topic, Section(anchor=anchor))
        else:
            url = f"{pages.get(page, '')}#{anchor}"
        items[pk] = item = Item(pk, number, title, url, bool(words))
        line[pk] = parent
        if parent in items:
            items[parent].children.append(item)
    for pk in reversed(items):
        parent = line[pk]
        if parent in items:
            items[parent].below += items[pk].below + 1
    return items, set(pages)


def _mark(top: Item, query: str) -> int:
    """Mark the entries that hold every word; how many there are."""
    wanted = query.casefold().split()
    count = 0
    for item in _all(top):
        is_match = all(_holds(item, word) for word in wanted)
        if is_match and item is not top:
            count += 1
            item.is_match = count <= MOST_MATCHES
    return count


def _holds(item: Item, word: str) -> bool:
    """A number means what stands at it or below, or the title's own number; a word any part."""
    title = item.title.casefold()
    if not word.replace(".", "").isdecimal():
        return word in title
    return f"{item.number}.".startswith(f"{word.rstrip('.')}.") or word in title.split()


def _all(item: Item) -> Iterator[Item]:
    yield item
    for child in item.children:
        yield from _all(child)


def _matching(item: Item) -> list[Item]:
    """The children that match, or hold a match, with just those inside them."""
    kept = []
    for child in item.children:
        child.children = _matching(child)
        if child.is_match or child.children:
            kept.append(child)
    return kept
