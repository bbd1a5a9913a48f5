"""Which old section is which new one: identity across edits, renames, moves, splits and merges.

Pure functions over small values; the database is elsewhere. Stages run from certain to likely,
and a section that one stage has matched is out of the later ones. Bare items are matched by
their words only, never by likeness: an outline may hold "Error handling" thirty times.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Value = TypeVar("Value")

LIKE_ENOUGH = 0.5
MERGED_ENOUGH = 0.6
SHORTEST_LIKENESS = 8  # words; shorter texts are alike by accident
SHORTEST_TEXT = 20  # characters of a text that says alone which section it is
SHORTEST_UNSPACED = 16  # signs of a script that writes no blanks between words

# Words; of Chinese, Japanese, Thai, Lao, Khmer and Burmese each sign, as a clause is one "word".
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}\U00020000-\U0003ffff]|[^\\W{_UNSPACED}\U00020000-\U0003ffff]+")
_SIGN = re.compile(f"[{_UNSPACED}\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What matching looks at. `parents` are the titles above, outermost first."""

    key: int
    title: str
    number: str
    text: str
    parents: tuple[str, ...]
    is_item: bool
    parent: int | None = None
    shingles: frozenset[str] = field(default_factory=frozenset)


def shingles(text: str) -> frozenset[str]:
    """The runs of three words of a text, or of three signs where a script writes no blanks; a text
    too short for likeness has none."""
    words = _WORD.findall(text.lower())
    if len(words) < SHORTEST_LIKENESS:
        return frozenset()
    if len(words) < SHORTEST_UNSPACED and len(_SIGN.findall(text)) * 2 > len(words):
        return frozenset()
    return frozenset(" ".join(words[i : i + 3]) for i in range(len(words) - 2))


def match(
    old: Sequence[Candidate], new: Sequence[Candidate], *, is_document: bool = False
) -> dict[int, int]:
    """Pairs of new key and old key. Each key is used at most once.

    `is_document` says that both are all sections of one document, so that a title or a text which
    only one of them has, before and after, says enough.
    """
    left_old = {c.key: c for c in old}
    left_new = {c.key: c for c in new}
    pairs = paired(left_old, left_new, STAGES)
    pairs |= best_pairs(alike(left_old, left_new), left_old, left_new)
    if is_document:
        titles = _unique_titles(old) & _unique_titles(new)
        texts = _unique_texts(old) & _unique_texts(new)
        pairs |= paired(left_old, left_new, [lambda c: _unique(c, titles)])
        pairs |= paired(left_old, left_new, [lambda c: c.text if c.text in texts else None])
    pairs |= best_pairs(_by_children(left_old, left_new, old, new, pairs), left_old, left_new)
    return pairs


def _unique_titles(candidates: Iterable[Candidate]) -> set[str]:
    counts = Counter(_plain_title(candidate) for candidate in candidates)
    return {title for title, count in counts.items() if count == 1}


def _unique_texts(candidates: Iterable[Candidate]) -> set[str]:
    counts = Counter(c.text for c in candidates if len(c.text) >= SHORTEST_TEXT and not c.is_item)
    return {text for text, count in counts.items() if count == 1}


def _unique(candidate: Candidate, titles: set[str]) -> Hashable | None:
    title = _plain_title(candidate)
    return None if candidate.is_item or title not in titles else title


def _plain_title(candidate: Candidate) -> str:
    """A title without case and signs, which are mended when nothing else is."""
    return " ".join(re.findall(r"\w+", candidate.title.casefold())) or candidate.title


def paired(
    left_old: dict[int, Value],
    left_new: dict[int, Value],
    stages: Sequence[Callable[[Value], Hashable | None]],
) -> dict[int, int]:
    """Pairs of new key and old key for which a stage returns the same value.

    Pairs are removed from both arguments before the next stage. None never matches.
    """
    pairs: dict[int, int] = {}
    for stage in stages:
        olds: dict[Hashable, list[int]] = defaultdict(list)
        for key, value in left_old.items():
            if (same := stage(value)) is not None:
                olds[same].append(key)
        if not olds:
            continue
        for key, value in list(left_new.items()):
            same = stage(value)
            if same is not None and olds.get(same):
                pairs[key] = olds[same].pop(0)
                del left_new[key], left_old[pairs[key]]
    return pairs


def best_pairs(
    scored: Iterable[tuple[float, int, int]],
    left_old: dict[int, Value],
    left_new: dict[int, Value],
) -> dict[int, int]:
    """Pairs of new key and old key from (score, new key, old key), the highest scores first.

    Pairs are removed from `left_old` and `left_new`.
    """
    pairs: dict[int, int] = {}
    for _, new_key, old_key in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if new_key in left_new and old_key in left_old:
            pairs[new_key] = old_key
            del left_new[new_key], left_old[old_key]
    return pairs


def swallowed(old: Candidate, new: Sequence[Candidate]) -> int | None:
    """The key of the new section that now holds most of an old one's text, if any does."""
    if not old.shingles:
        return None
    best = max(new, key=lambda c: len(old.shingles & c.shingles), default=None)
    if best is None or len(old.shingles & best.shingles) < MERGED_ENOUGH * len(old.shingles):
        return None
    return best.key


# From certain to likely: what an old and a new section have in common that are the same.
STAGES: list[Callable[[Candidate], Hashable | None]] = [
    lambda c: (c.is_item, c.number, c.title, c.text, c.parents),
    lambda c: (c.title, c.text) if c.text and not c.is_item else None,
    lambda c: (c.number, c.title) if c.is_item else None,
    lambda c: (c.is_item, c.title, c.parents),
    lambda c: c.text if c.shingles and not c.is_item else None,
    lambda c: c.title if not c.text and not c.is_item else None,
]


def alike(
    left_old: Mapping[int, Candidate], left_new: Mapping[int, Candidate]
) -> list[tuple[float, int, int]]:
    """The likeness of each pair whose texts are alike, with its new and its old key."""
    holders: dict[str, list[int]] = defaultdict(list)
    for candidate in left_old.values():
        if not candidate.is_item:
            for shingle in candidate.shingles:
                holders[shingle].append(candidate.key)
    scored: list[tuple[float, int, int]] = []
    for candidate in left_new.values():
        if candidate.is_item or not candidate.shingles:
            continue
        shared: Counter[int] = Counter()
        for shingle in candidate.shingles:
            shared.update(holders.get(shingle, ()))
        for old_key, count in shared.items():
            other = left_old[old_key]
            smaller = min(len(other.shingles), len(candidate.shingles))
            likeness = 2 * count / (len(other.shingles) + len(candidate.shingles))
            if likeness >= LIKE_ENOUGH or count >= MERGED_ENOUGH * smaller:
                same_title = other.title == candidate.title
                scored.append((count + same_title, candidate.key, old_key))
    return scored


def _by_children(
    left_old: Mapping[int, Candidate],
    left_new: Mapping[int, Candidate],
    old: Sequence[Candidate],
    new: Sequence[Candidate],
    pairs: Mapping[int, int],
) -> list[tuple[float, int, int]]:
    """A heading without text is matched with the one that most of its children were under."""
    old_parents: dict[int | None, int | None] = {c.key: c.parent for c in old}
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for child in new:
        parent, old_parent = child.parent, old_parents.get(pairs.get(child.key))
        if parent is None or old_parent is None:
            continue
        if parent in left_new and old_parent in left_old:
            votes[parent][old_parent] += 1
    winners = ((new_key, counter.most_common(1)[0]) for new_key, counter in votes.items())
    return [(count, new_key, old_key) for new_key, (old_key, count) in winners]
