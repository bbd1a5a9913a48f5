"""What a learner can ask of her own things in a search: `is:bookmarked`, `in:notes words`.

Each filter says what it means that she has nothing of its kind.
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from learning import cards, note_search, progress
from learning.marks import shown_sections
from learning.models import Bookmark, Highlight
from search.filters import Filter, OfWords, Select
from topics.section_parts import Reader

MOST_WORDS = 40  # of a search


def bookmarked(reader: Reader) -> Select:
    """The sections with a bookmark of the reader's."""
    return shown_sections(reader, (Bookmark, "true", ()))


def highlighted(reader: Reader) -> Select:
    """The sections with words that she highlighted and that are still there."""
    return shown_sections(reader, (Highlight, "state <> 'orphaned'", ()))


def noted(reader: Reader) -> Select:
    """The sections with a note of hers: on a bookmark, a highlight, in a collection."""
    return holding(reader, ())


def holding(reader: Reader, words: Sequence[str]) -> Select:
    """The sections where one of her notes, with the words that it is on, has all of these words.

    Without words, those with a note.
    """
    return note_search.holding(reader, words[:MOST_WORDS])


NO_NOTES = _(
    "You have no notes. A bookmark, highlighted words and a section in a collection take one each."
)
OWN: dict[str, Filter | OfWords] = {
    "is:read": Filter(
        progress.read,
        nothing=_(
            "You have not marked anything as read. The button at the end of a section does, and so"
            " does the key m."
        ),
        place="learning:home",
    ),
    "is:unread": Filter(
        progress.read,
        leaves_out=True,
        nothing=_("You have read every section."),
        place="learning:home",
    ),
    "is:due": Filter(
        cards.due,
        nothing=_(
            "Nothing is due. A card comes back on its day; new ones are made from what you read."
        ),
        place="learning:cards",
    ),
    "is:bookmarked": Filter(
        bookmarked,
        nothing=_("You have no bookmarks. The button beside a heading keeps a section for later."),
        place="learning:list",
    ),
    "has:note": Filter(noted, nothing=NO_NOTES, place="learning:notes"),
    "has:highlight": Filter(
        highlighted,
        nothing=_("You have no highlights. Select words of a text, and they keep their color."),
        place="learning:notes",
    ),
    "in:notes": OfWords(holding, nothing=NO_NOTES, place="learning:notes"),
}
