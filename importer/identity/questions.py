"""Which old question or definition is which new one, so that what hangs on its key stays.

Pure functions over small values, as in `identity.sections`.
"""

import itertools
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from importer.identity.sections import best_pairs, paired
from search.english import STOP_WORDS

LIKE_ENOUGH = 0.75  # of the words of two names, where neither holds all of the other
SHORTEST_TEXT = 4  # words; a shorter definition may fit two terms


@dataclass(frozen=True, slots=True)
class Part:
    """What is compared. `name` is the term or the question, `text` the defining words.

    `is_heading` says that the name is the title of its section, which asks.
    """

    key: int
    section: int
    name: str
    text: str = ""
    is_heading: bool = False


def match_parts(old: Sequence[Part], new: Sequence[Part]) -> dict[int, int]:
    """Pairs of new key and old key; each key is used at most once.

    In one section the same name is the same part, else a name that is clearly alike, the title of
    the section, or the same definition. Between sections it is the same name and text, else the
    same name.
    """
    left_old = {part.key: part for part in old}
    left_new = {part.key: part for part in new}
    pairs = paired(left_old, left_new, IN_A_SECTION)
    pairs |= best_pairs(_alike(left_old, left_new), left_old, left_new)
    pairs |= paired(left_old, left_new, BETWEEN_SECTIONS)
    return pairs


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _words(name: str) -> frozenset[str]:
    """The words that say what a name is about, plurals without their s."""
    return frozenset(word.rstrip("s") for word in _plain(name).split() if word not in STOP_WORDS)


def _name(part: Part) -> str:
    return _plain(part.name) or part.name


def _defines(part: Part) -> bool:
    return len(_plain(part.text).split()) >= SHORTEST_TEXT


# What an old and a new part have in common that are the same, from certain to likely.
IN_A_SECTION: list[Callable[[Part], Hashable | None]] = [
    lambda part: (part.section, _name(part), _plain(part.text)),
    lambda part: (part.section, _name(part)),
    lambda part: part.section if part.is_heading else None,
    lambda part: (part.section, _plain(part.text)) if _defines(part) else None,
]
BETWEEN_SECTIONS: list[Callable[[Part], Hashable | None]] = [
    lambda part: (_name(part), _plain(part.text)),
    _name,
]


def _alike(old: Mapping[int, Part], new: Mapping[int, Part]) -> Iterator[tuple[float, int, int]]:
    """The likeness of each pair in one section whose names are alike, with its keys."""
    for n, o in itertools.product(new.values(), old.values()):
        if n.section == o.section and (likeness := _likeness(o.name, n.name)):
            yield likeness, n.key, o.key


def _likeness(one: str, other: str) -> float:
    """Dice's coefficient of two names' words; 0 where it is too small to count."""
    words, others = _words(one), _words(other)
    shared = len(words & others)
    if not shared:
        return 0.0
    likeness = 2 * shared / (len(words) + len(others))
    return likeness if likeness >= LIKE_ENOUGH or shared == min(len(words), len(others)) else 0.0
