"""What belongs to one person: marks on sections, and how she is asked again."""

from learning.models.cards import (
    CARDS_LIMIT,
    FRONT_LIMIT,
    Card,
    Plan,
    Review,
)
from learning.models.deliveries import Delivery
from learning.models.kept import Kept, WaitingImport
from learning.models.marks import (
    BOOKMARKS_LIMIT,
    COLLECTED_NOTE_LIMIT,
    NOTE_LIMIT,
    NOTES_LIMIT,
    QUOTE_LIMIT,
    Bookmark,
    CollectedSection,
    Collection,
    Highlight,
    HighlightedText,
    Mark,
    MarkQuerySet,
    Reading,
    read_here_sql,
    source_of,
)

__all__ = [
    "BOOKMARKS_LIMIT",
    "CARDS_LIMIT",
    "COLLECTED_NOTE_LIMIT",
    "FRONT_LIMIT",
    "NOTES_LIMIT",
    "NOTE_LIMIT",
    "QUOTE_LIMIT",
    "Bookmark",
    "Card",
    "CollectedSection",
    "Collection",
    "Delivery",
    "Highlight",
    "HighlightedText",
    "Kept",
    "Mark",
    "MarkQuerySet",
    "Plan",
    "Reading",
    "Review",
    "WaitingImport",
    "read_here_sql",
    "source_of",
]
