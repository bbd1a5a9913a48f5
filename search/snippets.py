"""Snippets: the best passages of a section, cut from its own text, as safe HTML."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Set
from html import escape

from search.words import TOKEN, analyse, is_keyword, keyword

WORDS = 30  # of a fragment
LEAD = 4  # words before the first match
MOST_READ = 20_000  # characters of a section that are looked through
ELLIPSIS = "…"
TABLE_CELLS = " | "  # between the cells of a table's row in `Section.text`

Place = tuple[int, int, int]  # start, end and the number of the query's word, 0 for none


class Passage:
    """A text with the tokens that match a query.

    `lexemes` maps what is looked for to the number of its word in the query; `found` are those of
    them that occur here.
    """

    def __init__(self, text: str, lexemes: Mapping[str, int], *, in_code: bool = False) -> None:
        self.text = text[:MOST_READ]
        self.found: set[str] = set()
        numbers: dict[str, int] = {}
        for surface in set(TOKEN.findall(self.text)):
            matching = [x for x in _lexemes_of(surface, in_code) if x in lexemes]
            if matching:
                self.found.update(matching)
                numbers[surface] = lexemes[matching[0]]
        self.places: list[Place] = [
            (match.start(), match.end(), numbers.get(match.group(), 0))
            for match in TOKEN.finditer(self.text)
        ]

    def marked(self) -> str:
        """All of it as safe HTML, with `<mark>` around what matches."""
        return _marked(self.text, 0, len(self.text), self.places)


def snippet(text: Passage, code: Passage) -> str:
    """The best one or two fragments, from code where the text holds nothing of the query."""
    if code.found and not text.found:
        return _fragments(code)
    return _fragments(text) or _fragments(code)


def _lexemes_of(surface: str, in_code: bool) -> Iterable[str]:
    token = analyse(surface)
    if token is None:
        return ()
    if token.is_stop:
        return (keyword(token),) if in_code or is_keyword(surface, token) else ()
    return [lexeme for slot in token.slots for lexeme in slot]


def _fragments(passage: Passage) -> str:
    """Up to two windows of the text that hold most of the query's words, in the text's order."""
    places = passage.places
    if not places:
        return ""
    first = _best_window(passage, set())
    windows = [first]
    held = {place[2] for place in places[slice(*first)]} - {0}
    if {place[2] for place in places} - held - {0}:
        second = _best_window(passage, held)
        if second[1] <= first[0] or second[0] >= first[1]:
            windows = sorted([(first[0], first[0] + WORDS * 2 // 3), second])
    pieces = []
    for begin, last in windows:
        end = min(last, len(places))
        shown = _marked(passage.text, places[begin][0], places[end - 1][1], places[begin:end])
        before = f"{ELLIPSIS} " if begin else ""
        pieces.append(before + shown + (f" {ELLIPSIS}" if end < len(places) else ""))
    return " ".join(pieces).replace(f"{ELLIPSIS} {ELLIPSIS}", ELLIPSIS)


def _best_window(passage: Passage, held: Set[int]) -> tuple[int, int]:
    """First and last + 1 of the WORDS places with most distinct words not yet `held`.

    Of equals, sentences are preferred to the rows of a table, then what holds most hits.
    """
    places = passage.places
    if len(places) <= WORDS:
        return 0, len(places)
    hits = [i for i, place in enumerate(places) if place[2]]
    best, best_score = 0, (-1, False, -1)
    for i, hit in enumerate(hits):
        after = hit + WORDS - LEAD
        inside = [places[j][2] for j in hits[i : bisect_left(hits, after, i)]]
        end = places[min(after, len(places)) - 1][1]
        is_prose = TABLE_CELLS not in passage.text[places[max(0, hit - LEAD)][0] : end]
        score = (len(set(inside) - held), is_prose, len(inside))
        if score > best_score:
            best, best_score = hit, score
    begin = max(0, min(best - LEAD, len(places) - WORDS))
    return begin, begin + WORDS


def _marked(text: str, start: int, end: int, places: Iterable[Place]) -> str:
    parts, at = [], start
    for begin, stop, word in places:
        if word:
            parts.append(escape(text[at:begin]))
            parts.append(f"<mark>{escape(text[begin:stop])}</mark>")
            at = stop
    parts.append(escape(text[at:end]))
    return " ".join("".join(parts).split())
