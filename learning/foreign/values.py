"""What readers of files give."""

from dataclasses import dataclass, field
from datetime import datetime

MOST = 2_000  # cards and notes of one file
LONGEST_FIELD = 131_072  # characters of one field of a table
LONGEST_LISTED = 120  # characters of what a list of things left out quotes


class Unreadable(Exception):
    """A file cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card: both sides as HTML of the file, and what it was filed under."""

    front: str
    back: str
    deck: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Words that somebody marked in a book, with a note, or a note alone."""

    quote: str
    note: str = ""
    book: str = ""
    place: str = ""
    made: datetime | None = None


@dataclass(slots=True)
class Read:
    """What a file holds, and what of it is left out, each with the reason."""

    cards: list[Card] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    program: str = ""  # that made the file, if it says so

    def leave_out(self, words: str, why: str) -> None:
        """Say that something cannot be taken."""
        self.left_out.append((" ".join(words.split())[:LONGEST_LISTED], why))
