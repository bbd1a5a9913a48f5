"""Gaps of Anki's cloze notes: `{{c1::words::hint}}`, one in another, and in several cards at once.

https://docs.ankiweb.net/editing.html#cloze-deletion
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

MOST_DEEP = 20  # gaps in one another
_SIGN = re.compile(r"\{\{c(\d+(?:,\d+)*)::|\}\}")


@dataclass(slots=True)
class Gap:
    """Words that are asked by the cards of these numbers."""

    numbers: tuple[str, ...] = ()
    opened: str = ""  # how it began, where it has no end
    hint: str = ""
    parts: "list[str | Gap]" = field(default_factory=list)

    def add(self, text: str) -> None:
        """Add words; those behind a double colon are the hint."""
        said, _sign, hint = text.partition("::") if self.numbers else (text, "", "")
        self.parts.append(said)
        self.hint = hint or self.hint


def gaps_of(text: str) -> Gap:
    """A text with its gaps, as the parts of one around all of it."""
    open_: list[Gap] = [Gap()]
    at = 0
    for sign in _SIGN.finditer(text):
        open_[-1].add(text[at : sign.start()])
        at = sign.end()
        if sign[1] and len(open_) <= MOST_DEEP:
            open_.append(Gap(tuple(sign[1].split(",")), sign[0]))
        elif not sign[1] and len(open_) > 1:
            gap = open_.pop()
            open_[-1].parts.append(gap)
        else:
            open_[-1].parts.append(sign[0])
    open_[-1].add(text[at:])
    while len(open_) > 1:  # without an end it is none
        gap = open_.pop()
        open_[-1].parts += [gap.opened, *gap.parts]
    return open_[0]


def numbers_of(gap: Gap) -> list[str]:
    """The numbers of all gaps in one, in the order of the text."""
    inside = (part for part in gap.parts if isinstance(part, Gap))
    found = chain(gap.numbers, *(numbers_of(part) for part in inside))
    return list(dict.fromkeys(found))


def with_gap(gap: Gap, number: str = "") -> str:
    """A text as the card of this number asks it; without a number, all of its words."""
    if number and number in gap.numbers:
        return f"[{gap.hint or '…'}]"
    return "".join(with_gap(part, number) if isinstance(part, Gap) else part for part in gap.parts)


def words_in(gap: Gap, number: str) -> Iterator[str]:
    """The words of the gaps of this number."""
    if number in gap.numbers:
        yield with_gap(gap)
        return
    for part in gap.parts:
        if isinstance(part, Gap):
            yield from words_in(part, number)
