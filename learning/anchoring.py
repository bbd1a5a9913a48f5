"""Where quoted words are after their text was edited. Pure: no Django, no database.

A quote is found again as W3C's Web Annotation model writes it down: by its words, what is
before and behind them, and its place. Since the text before and the text after an edit are both
known, the difference between the two says what became of each word, and words that only look alike
are told apart: what stood elsewhere before is never taken for a quote that is gone.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

CONTEXT = 32  # characters that are kept before and behind a quote
TELLING = 12  # characters from which on words are unlikely to be met twice by chance
SURE = 16  # characters of context that tell one of several occurrences
ALIKE = 0.5  # of the characters must stay for words to be the same, edited where they are
ALIKE_ELSEWHERE = 0.75  # and where they were moved besides
SIDE = 8  # characters to both sides that stay where only the quote itself was edited
SHORT = 40  # characters of which none need to stay there
COSTLY = 4_000_000  # pairs of words: from here on frequent words are left out of the comparison

_TOKEN = re.compile(r"\w+\s?|[^\w\s]\s?|\s")
_SPACE = re.compile(r"\s+")

Block = tuple[int, int, int]  # equal characters: where they are before, where after, how many


class State(StrEnum):
    """What became of a quote."""

    EXACT = "exact"  # the same words where they were
    MOVED = "moved"  # the same words elsewhere
    CHANGED = "changed"  # other words in their place
    ORPHANED = "orphaned"  # nothing stands for them


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a text: `exact` is `text[start:end]`."""

    start: int
    end: int
    exact: str
    prefix: str = ""
    suffix: str = ""

    @classmethod
    def of(cls, text: str, start: int, end: int) -> "Quote":
        """The words there, with their context."""
        before, behind = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        return cls(start, end, text[start:end], before, behind)


def plain(text: str) -> str:
    """The text with single spaces, as pages and quotes are compared."""
    return _SPACE.sub(" ", text).strip()


class Edit:
    """An edit of a text, which many quotes can be followed through."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.blocks = _equal(old, new)
        self._starts = [new_start for _, new_start, _ in self.blocks]

    def follow(self, quote: Quote) -> tuple[State, Quote] | None:
        """What became of a quote of the old text; None if it is not in the new one."""
        spans = list(_overlapping(self.blocks, quote.start, quote.end))
        place = _cluster(spans, quote.end - quote.start)
        if place and self.new[place[0] : place[1]] == quote.exact:
            return State.EXACT, Quote.of(self.new, *place)
        start = self._elsewhere(quote)
        if start is not None:
            return State.MOVED, Quote.of(self.new, start, start + len(quote.exact))
        left = sum(count for _, _, count in spans)
        between = self._between(quote, has_rest=left * 5 >= len(quote.exact))
        if between:
            return State.CHANGED, Quote.of(self.new, *self._own(quote, spans, place, between))
        if place:
            start, end = self._widened(quote, *place)
            if start < end and 2 * left >= ALIKE * (len(quote.exact) + end - start):
                return State.CHANGED, Quote.of(self.new, start, end)
        return self._moved_and_edited(quote)

    def _elsewhere(self, quote: Quote) -> int | None:
        """The same words in text that the edit brought."""
        found = [at for at in occurrences(self.new, quote.exact) if self._is_new(at, quote)]
        return choose(self.new, found, quote)

    def _is_new(self, start: int, quote: Quote) -> bool:
        """Whether most of the words there did not come from elsewhere in the old text."""
        end = start + len(quote.exact)
        foreign = 0
        for old_start, new_start, count in self.blocks:
            inner = min(end, new_start + count) - max(start, new_start)
            if inner <= 0:
                continue
            was = old_start + max(start, new_start) - new_start
            if not quote.start <= was < quote.end:
                foreign += inner
        return foreign * 2 < len(quote.exact)

    def _between(self, quote: Quote, *, has_rest: bool) -> tuple[int, int] | None:
        """What is between the words around the quote, where both sides are as they were.

        Where no word of it is left it may be other words for the same, if it is about as long.
        """
        is_all = quote.end - quote.start == len(self.old)
        if not has_rest and (is_all or len(quote.exact) > SHORT):
            return None
        behind = quote.end + (self.old[quote.end : quote.end + 1] == " ")
        start = 0 if quote.start == 0 else self._now(quote.start - 1, -SIDE)
        end = len(self.new) if behind >= len(self.old) else self._now(behind, SIDE)
        if start is None or end is None:
            return None
        start += bool(quote.start)
        start, end = self._trimmed(start, end)
        return (start, end) if start < end <= start + 2 * len(quote.exact) + SIDE else None

    def _own(
        self,
        quote: Quote,
        spans: Sequence[Block],
        place: tuple[int, int] | None,
        between: tuple[int, int],
    ) -> tuple[int, int]:
        """Without what was put beside the quote: it still begins and ends with its own words."""
        start, end = between
        if not place:
            return between
        if spans[0][:2] == (quote.start, place[0]):
            start = max(start, place[0])
        last = next(old + count for old, new, count in spans if new + count == place[1])
        tail = self.old[last : quote.end]
        if self.new.startswith(tail, place[1]):
            end = min(end, place[1] + len(tail))
        start, end = self._trimmed(start, end)
        return (start, end) if start < end else between

    def _now(self, at: int, side: int) -> int | None:
        """Where the character is after the edit, if so many to that side of it are as they were."""
        for old, new, count in self.blocks:
            first, last = min(at, at + side + 1), max(at, at + side - 1)
            if old <= at < old + count:
                is_whole = old <= max(0, first) and min(len(self.old) - 1, last) < old + count
                return new + at - old if is_whole else None
        return None

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        while start < end and self.new[start] == " ":
            start += 1
        while end > start and self.new[end - 1] == " ":
            end -= 1
        return start, end

    def _widened(self, quote: Quote, start: int, end: int) -> tuple[int, int]:
        """With what replaced the first and the last words of the quote, as far as it is as long."""
        spans = list(_overlapping(self.blocks, quote.start, quote.end))
        lost = spans[0][0] - quote.start
        if lost and start == spans[0][1]:
            floor = max((new + n for old, new, n in self.blocks if new + n <= start), default=0)
            start = self._word_start(max(floor, start - lost - lost // 2))
        lost = quote.end - spans[-1][0] - spans[-1][2]
        if lost and end == spans[-1][1] + spans[-1][2]:
            later = (new for _, new, _ in self.blocks if new >= end)
            end = self._word_end(min(min(later, default=len(self.new)), end + lost + lost // 2))
        return self._trimmed(start, end)

    def _word_start(self, at: int) -> int:
        while 0 < at < len(self.new) and self.new[at].isalnum() and self.new[at - 1].isalnum():
            at += 1
        return at

    def _word_end(self, at: int) -> int:
        while 0 < at < len(self.new) and self.new[at].isalnum() and self.new[at - 1].isalnum():
            at -= 1
        return at

    def _moved_and_edited(self, quote: Quote) -> tuple[State, Quote] | None:
        brought = _brought(self.blocks, len(self.new))
        return _best_alike(self.new, brought, quote)


def again(text: str, quote: Quote, *, is_alone: bool = True) -> Quote | None:
    """The very words of a quote in another text, where it is sure that these are meant."""
    start = choose(text, list(occurrences(text, quote.exact)), quote, is_alone=is_alone)
    return None if start is None else Quote.of(text, start, start + len(quote.exact))


def find(text: str, quote: Quote) -> tuple[State, Quote] | None:
    """A quote in a text that it was moved to, all of which is new to it."""
    found = again(text, quote)
    if found:
        return State.MOVED, found
    return _best_alike(text, [(0, len(text))], quote)


def choose(text: str, starts: Sequence[int], quote: Quote, *, is_alone: bool = True) -> int | None:
    """Which of the occurrences is meant: by its context, or the only one if its words tell.

    Without `is_alone` the only one needs context too, or to be the whole text as it was before.
    """
    is_whole = text == quote.exact and not quote.prefix + quote.suffix
    if len(starts) == 1 and len(quote.exact) >= TELLING and (is_alone or is_whole):
        return starts[0]
    ranked = sorted(((_context(text, at, quote), at) for at in starts), reverse=True)
    if not ranked or ranked[0][0] < min(SURE, len(quote.prefix) + len(quote.suffix)):
        return None
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        return None
    return ranked[0][1] if ranked[0][0] else None


def locate(text: str, quote: Quote) -> Quote | None:
    """A quote as a reader's browser sent it, in the text that the page was made of."""
    starts = list(occurrences(text, quote.exact))
    if not quote.exact or not starts:
        return None
    best = max(starts, key=lambda at: (_context(text, at, quote), -abs(at - quote.start)))
    return Quote.of(text, best, best + len(quote.exact))


def occurrences(text: str, words: str) -> Iterator[int]:
    """Where the words begin in the text."""
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _context(text: str, start: int, quote: Quote) -> int:
    """How many characters right before and right behind the place are those of the quote."""
    end = start + len(quote.exact)
    before = text[max(0, start - len(quote.prefix)) : start]
    behind = text[end : end + len(quote.suffix)]
    return _same(before[::-1], quote.prefix[::-1]) + _same(behind, quote.suffix)


def _same(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _equal(old: str, new: str) -> list[Block]:
    """The blocks of equal words, in order in both texts."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    first = 0
    while first < min(len(a), len(b)) and a[first] == b[first]:
        first += 1
    last = 0
    while last < min(len(a), len(b)) - first and a[-1 - last] == b[-1 - last]:
        last += 1
    inner_a, inner_b = a[first : len(a) - last], b[first : len(b) - last]
    is_costly = len(inner_a) * len(inner_b) > COSTLY
    matcher = SequenceMatcher(None, inner_a, inner_b, autojunk=is_costly)
    found = [(i + first, j + first, n) for i, j, n in matcher.get_matching_blocks() if n]
    found = [(0, 0, first), *found, (len(a) - last, len(b) - last, last)]
    at_a, at_b = _places(a), _places(b)
    return [(at_a[i], at_b[j], at_a[i + n] - at_a[i]) for i, j, n in found if n]


def _places(tokens: Sequence[str]) -> list[int]:
    places = [0]
    for token in tokens:
        places.append(places[-1] + len(token))
    return places


def _overlapping(blocks: Sequence[Block], start: int, end: int) -> Iterator[Block]:
    """The blocks, cut to what they have of the old text between two places."""
    first = max(0, bisect_right(blocks, start, key=lambda block: block[0]) - 1)
    for old, new, count in blocks[first:]:
        if old >= end:
            break
        inner = max(old, start)
        length = min(old + count, end) - inner
        if length > 0:
            yield inner, new + inner - old, length


def _cluster(spans: Sequence[Block], length: int) -> tuple[int, int] | None:
    """Where most of the words are together: words that stray far off do not count."""
    best, place = 0.0, None
    for first in range(len(spans)):
        kept = 0
        for last in range(first, len(spans)):
            kept += spans[last][2]
            start, end = spans[first][1], spans[last][1] + spans[last][2]
            score = kept - max(0, end - start - kept) / 2
            if score > best:
                best, place = score, (start, end)
            if end - start > 4 * length + CONTEXT:
                break
    return place


def _brought(blocks: Sequence[Block], length: int) -> list[tuple[int, int]]:
    """The stretches of the new text that the old one did not have."""
    gaps, at = [], 0
    for _, new, count in blocks:
        if new > at:
            gaps.append((at, new))
        at = new + count
    if at < length:
        gaps.append((at, length))
    return gaps


def _best_alike(
    text: str, stretches: Sequence[tuple[int, int]], quote: Quote
) -> tuple[State, Quote] | None:
    """The words in one of these stretches that are most like the quote, if they are much alike."""
    best, found = ALIKE_ELSEWHERE, None
    for start, end in stretches:
        if end - start < len(quote.exact) * ALIKE_ELSEWHERE or len(quote.exact) < 2 * TELLING:
            continue
        spans = _equal(quote.exact, text[start:end])
        place = _cluster(spans, len(quote.exact))
        if place is None:
            continue
        kept = sum(n for _, at, n in spans if place[0] <= at < place[1])
        ratio = 2 * kept / (len(quote.exact) + place[1] - place[0])
        if ratio > best:
            words = text[start + place[0] : start + place[1]]
            first = start + place[0] + len(words) - len(words.lstrip())
            best, found = ratio, Quote.of(text, first, first + len(words.strip()))
    return (State.CHANGED, found) if found else None
