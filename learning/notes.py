"""What a learner can ask of her own things in a search: `is:bookmarked`, `in:notes words`."""

from collections.abc import Iterable, Sequence

from learning import note_search
from learning.marks import shown_sections
from learning.models import Bookmark, CollectedSection, Highlight, MarkQuerySet
from topics.section_parts import Reader

MOST_WORDS = 40  # of a search


def bookmarked(reader: Reader) -> set[int]:
    """The sections with a bookmark of the reader's. Two queries."""
    return shown_sections(Bookmark.objects.of(reader))


def highlighted(reader: Reader) -> set[int]:
    """The sections with words that she highlighted and that are still there. Two queries."""
    return shown_sections(Highlight.objects.of(reader).exclude(state="orphaned"))


def noted(reader: Reader) -> set[int]:
    """The sections with a note of hers: on a bookmark, a highlight, in a collection. Six
    queries."""
    return _sections(rows.exclude(note="") for rows in _notes(reader))


def holding(reader: Reader, words: Sequence[str]) -> set[int]:
    """The sections where one of her notes, with the words that it is on, has all of these words.

    Without words, those with a note. Nine queries.
    """
    if not words:
        return noted(reader)
    return _sections(note_search.holding(reader, words[:MOST_WORDS]))


def _notes(reader: Reader) -> list[MarkQuerySet]:
    return [model.objects.of(reader) for model in (Bookmark, Highlight, CollectedSection)]


def _sections(found: Iterable[MarkQuerySet]) -> set[int]:
    return set().union(*map(shown_sections, found))
