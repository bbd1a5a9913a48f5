"""Which old question or definition is which new one, so that what hangs on its key stays.

Pure functions over small values, as in `identity.sections`.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from importer.identity.sections import paired
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
    pairs |= _alike(left_old, left_new)
    pairs |= paired(left_old, left_new, BETWEEN_SECTIONS)
    return pairs


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _words(name: str) -> frozenset[str]:
    """The words that say what a name is about, plurals without their s."""
    return frozenset(word.rstrip("s") for word in _plain(name).split() if word not in STOP_WORDS)


def _same_name_and_text(part: Part) -> Hashable | None:
    return (_plain(part.name) or part.name, _plain(part.text))


def _same_name(part: Part) -> Hashable | None:
    return _plain(part.name) or part.name


def _same_heading(part: Part) -> Hashable | None:
    return True if part.is_heading else None


def _same_text(part: Part) -> Hashable | None:
    text = _plain(part.text)
    return text if text.count(" ") >= SHORTEST_TEXT - 1 else None


Key = Callable[[Part], Hashable | None]


def _in_section(key: Key) -> Key:
    def stage(part: Part) -> Hashable | None:
        found = key(part)
        return None if found is None else (part.section, found)

    return stage


IN_A_SECTION = [
    _in_section(key) for key in (_same_name_and_text, _same_name, _same_heading, _same_text)
]
BETWEEN_SECTIONS: list[Key] = [_same_name_and_text, _same_name]


def _alike(left_old: dict[int, Part], left_new: dict[int, Part]) -> dict[int, int]:
    """Pairs of parts of one section whose names are alike, the likest first; takes them out."""
    scored = sorted(
        (-likeness, n.key, o.key)
        for n in left_new.values()
        for o in left_old.values()
        if n.section == o.section and (likeness := _likeness(o.name, n.name))
    )
    pairs: dict[int, int] = {}
    for _, new_key, old_key in scored:
        if new_key in left_new and old_key in left_old:
            pairs[new_key] = old_key
            del left_new[new_key], left_old[old_key]
    return pairs


def _likeness(one: str, other: str) -> float:
    """Dice's coefficient of two names' words; 0 where it is too small to count."""
    words, others = _words(one), _words(other)
    shared = len(words & others)
    if not shared:
        return 0.0
    likeness = 2 * shared / (len(words) + len(others))
    return likeness if likeness >= LIKE_ENOUGH or shared == min(len(words), len(others)) else 0.0
