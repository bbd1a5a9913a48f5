"""Which sections open a page, so that no page is a wall."""

from collections.abc import Sequence
from typing import Protocol


class Sized(Protocol):
    """What is needed of a section: its parent's index, its words, whether it is an item."""

    parent: int | None
    words: int
    is_item: bool


def split_pages(
    sections: Sequence[Sized], max_words: int = 2_500, max_sections: int = 60
) -> list[bool]:
    """For each section whether it opens a page; the root always does.

    A page holds its section and all below it. Where that would be more than `max_words` or
    `max_sections`, the next level down opens pages instead, and so on. Items open pages only
    under a section that has no headings below it.
    """
    count = len(sections)
    children: list[list[int]] = [[] for _ in range(count)]
    words = [section.words for section in sections]
    sizes = [1] * count
    for index in range(count - 1, 0, -1):
        parent = sections[index].parent or 0
        children[parent].append(index)
        words[parent] += words[index]
        sizes[parent] += sizes[index]
    opens = [False] * count
    todo = [0] if count else []
    while todo:
        index = todo.pop()
        opens[index] = True
        if words[index] <= max_words and sizes[index] <= max_sections:
            continue
        headings = [child for child in children[index] if not sections[child].is_item]
        # A bare item alone on a page helps nobody: items open pages only with what is below them.
        todo += headings or [child for child in children[index] if sizes[child] > 1]
    return opens
