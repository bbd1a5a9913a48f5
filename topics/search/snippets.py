"""Snippets: the best passages of a section, cut from its own text, as safe HTML."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from html import escape

from topics.search.words import analyse, is_keyword, keyword, tokens

WORDS = 30  # of a fragment
MOST_READ = 60_000  # characters of a section that are looked through
ELLIPSIS = "…"

__all__ = ["analyse", "mark", "snippet"]


@dataclass(frozen=True, slots=True)
class Place:
    """A token of the text, with the number of the query's word that it matches, or 0."""

    start: int
    end: int
    word: int


def mark(text: str, lexemes: dict[str, int], *, in_code: bool = False) -> str:
    """`text` as safe HTML with `<mark>` around what matches."""
    return _marked(text, 0, len(text), _places(text, lexemes, in_code))


def snippet(text: str, code: str, lexemes: dict[str, int]) -> str:
    """The best one or two fragments, from code where the text holds nothing of the query.

    `lexemes` maps what is looked for to the number of its word in the query.
    """
    in_text = _places(text[:MOST_READ], lexemes, False)
    if any(place.word for place in in_text) or not code:
        return _fragments(text, in_text)
    in_code = _places(code[:MOST_READ], lexemes, True)
    if any(place.word for place in in_code):
        return _fragments(code, in_code)
    return _fragments(text, in_text) or _fragments(code, in_code)


def found_words(text: str, lexemes: dict[str, int], *, in_code: bool = False) -> set[str]:
    """Those of `lexemes` that stand in `text`."""
    found: set[str] = set()
    for start, end, token in tokens(text[:MOST_READ]):
        for slot in token.slots:
            found.update(lexeme for lexeme in slot if lexeme in lexemes)
        if token.is_stop and (in_code or is_keyword(text[start:end], token)):
            found.add(keyword(token))
    return found & lexemes.keys()


def _places(text: str, lexemes: dict[str, int], in_code: bool) -> list[Place]:
    places = []
    for start, end, token in tokens(text):
        word = 0
        if token.is_stop:
            if in_code or is_keyword(text[start:end], token):
                word = lexemes.get(keyword(token), 0)
        else:
            word = next((lexemes[x] for slot in token.slots for x in slot if x in lexemes), 0)
        places.append(Place(start, end, word))
    return places


def _fragments(text: str, places: list[Place]) -> str:
    """Up to two windows of the text that hold most of the query's words, in the text's order."""
    if not places:
        return ""
    first = _best_window(places, set())
    windows = [first]
    held = {place.word for place in places[slice(*first)]} - {0}
    missing = {place.word for place in places} - held - {0}
    if missing:
        second = _best_window(places, held)
        if second[1] <= first[0] or second[0] >= first[1]:
            windows = sorted([(first[0], first[0] + WORDS * 2 // 3), second])
    pieces = []
    for begin, end in windows:
        end = min(end, len(places))
        piece = _marked(text, places[begin].start, places[end - 1].end, places[begin:end])
        before = f"{ELLIPSIS} " if begin else ""
        pieces.append(before + piece + (f" {ELLIPSIS}" if end < len(places) else ""))
    return " ".join(pieces).replace(f"{ELLIPSIS} {ELLIPSIS}", ELLIPSIS)


def _best_window(places: list[Place], held: Set[int]) -> tuple[int, int]:
    """First and last + 1 of the WORDS places with most distinct words not yet `held`."""
    if len(places) <= WORDS:
        return 0, len(places)
    hits = [i for i, place in enumerate(places) if place.word]
    best, best_score = 0, (-1, -1)
    for i, hit in enumerate(hits):
        inside = [places[j].word for j in _until(hits, i, hit + WORDS - 4)]
        score = (len(set(inside) - held), len(inside))
        if score > best_score:
            best, best_score = hit, score
    begin = max(0, min(best - 4, len(places) - WORDS))
    return begin, begin + WORDS


def _until(hits: list[int], first: int, end: int) -> Iterable[int]:
    for i in range(first, len(hits)):
        if hits[i] >= end:
            return
        yield hits[i]


def _marked(text: str, start: int, end: int, places: Iterable[Place]) -> str:
    parts, at = [], start
    for place in places:
        if place.word:
            parts.append(escape(text[at : place.start]))
            parts.append(f"<mark>{escape(text[place.start : place.end])}</mark>")
            at = place.end
    parts.append(escape(text[at:end]))
    return " ".join("".join(parts).split())
