"""A section as the index keeps it: the lexemes of its fields as literals of tsvectors. Pure.

`to_tsvector` cannot put several lexemes at one position, so the literals are made here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from search.languages import stems_at
from search.words import (
    DOTTED,
    LONGEST,
    LONGEST_COMPOUND,
    analyse,
    is_keyword,
    keyword,
    number_lexeme,
    token_pattern,
)

MOST_POSITIONS = 255  # of one lexeme: PostgreSQL keeps no more
LAST_POSITION = 16_383
# What one lexeme takes at most: a token's 256 characters of four bytes, and its positions.
MOST_OF_ONE = LONGEST * 16 + 2 * MOST_POSITIONS + 4
Slots = Callable[[str], tuple[tuple[str, ...], ...]]  # the lexemes at each position of a token
GAP = 8  # positions between two fields, so that no phrase runs from one into the next


# What the fields may take of the 1,048,575 bytes of a tsvector, which holds all four.
MOST_BYTES = {"title": 50_000, "above": 50_000, "text": 650_000, "code": 250_000}


def lexemes(
    *passages: str,
    keywords: bool = False,
    start: int = 0,
    most_bytes: int = MOST_BYTES["text"],
    language: str = "",
) -> str:
    """`passages` as the literal of a tsvector, positions from `start` + 1, a gap between them.

    With `keywords` every stop word is a keyword too, as in code and titles; with a `language` its
    stems are there too. Where all lexemes and
    positions take more than `most_bytes`, further lines hold the literals of the words that come
    up later.
    """
    places: dict[str, list[int]] = {}
    known: Slots = _slots_with_keywords if keywords else _slots_without
    if language:
        known = _slots_in(language, known)
    position = start
    for passage in passages:
        text = passage.replace("\0", " ")
        for surface in token_pattern(text).findall(text):
            is_short = len(surface) <= LONGEST_COMPOUND
            for slot in known(surface) if is_short else _slots(surface, keywords):
                position += 1
                for lexeme in slot:
                    if lexeme in places:
                        places[lexeme].append(position)
                    else:
                        places[lexeme] = [position]
        position += GAP
    if position <= LAST_POSITION and len(places) * MOST_OF_ONE <= most_bytes:
        return " ".join([_entry(lexeme, found) for lexeme, found in places.items()])
    return "\n".join(_literals(places, most_bytes))


def _entry(lexeme: str, positions: list[int]) -> str:
    """A lexeme and its positions, as in the literal of a tsvector."""
    if len(positions) == 1:
        return f"'{lexeme}':{positions[0]}"
    return f"'{lexeme}':{','.join(map(str, positions[:MOST_POSITIONS]))}"


def _literals(places: dict[str, list[int]], most_bytes: int) -> Iterator[str]:
    """As many literals as it takes, each within `most_bytes`."""
    entries: list[str] = []
    left = most_bytes
    for lexeme, positions in places.items():
        found = positions[:MOST_POSITIONS]
        if found[-1] > LAST_POSITION:
            found = [min(place, LAST_POSITION) for place in found]
        left -= (size := len(lexeme.encode()) + 2 * len(found) + 4)
        if left < 0:
            yield " ".join(entries)
            entries, left = [], most_bytes - size
        entries.append(_entry(lexeme, found))
    yield " ".join(entries)


def _slots(surface: str, keywords: bool) -> tuple[tuple[str, ...], ...]:
    """The lexemes at each position of a token, a stop word's own among them if it counts."""
    token = analyse(surface)
    if token is None:
        return ()
    if token.is_stop and (keywords or is_keyword(surface, token)):
        return (*token.slots[:-1], (*token.slots[-1], keyword(token)))
    return token.slots


def _slots_in(language: str, plain: Slots) -> Slots:
    """The same with the stems of a language."""

    def slots_of(surface: str) -> tuple[tuple[str, ...], ...]:
        slots = plain(surface)
        stems = stems_at(language, surface, len(slots))
        return tuple(
            (*slot, *more) if more else slot for slot, more in zip(slots, stems, strict=True)
        )

    return slots_of


# One argument is the quickest to look up: an import asks for every word of every section.
@lru_cache(maxsize=20_000)
def _slots_without(surface: str) -> tuple[tuple[str, ...], ...]:
    return _slots(surface, keywords=False)


@lru_cache(maxsize=20_000)
def _slots_with_keywords(surface: str) -> tuple[tuple[str, ...], ...]:
    return _slots(surface, keywords=True)


FIELDS = ("title", "above", "text", "code", "rest")


def columns(
    *,
    title: str,
    number: str = "",
    above: Iterable[str] = (),
    text: str = "",
    code: str = "",
    language: str = "",
) -> tuple[str, ...]:
    """The normalised FIELDS of an indexed section, each as the literal of a tsvector.

    A dotted number takes the title's first position; it is not a word of the title itself. `rest`
    holds a literal on each line for what no longer fits into one tsvector. All but code has the
    stems of the `language` too.
    """
    in_title = lexemes(title, keywords=True, most_bytes=MOST_BYTES["title"], language=language)
    if DOTTED.fullmatch(number):
        in_title = f"'{number_lexeme(number)}':1 {in_title}".strip()
    literals = [
        in_title,
        _above(tuple(above), language),
        lexemes(text, start=GAP, most_bytes=MOST_BYTES["text"], language=language),
        lexemes(code, keywords=True, start=GAP, most_bytes=MOST_BYTES["code"]),
    ]
    lines = [literal.split("\n") for literal in literals]
    fields = [first for first, *_ in lines]
    rest = [line for _, *more in lines for line in more]
    return (*fields, "\n".join(_without(rest, fields)))


@lru_cache(maxsize=256)  # sections side by side have the same above them
def _above(titles: tuple[str, ...], language: str) -> str:
    return lexemes(*titles, start=GAP, most_bytes=MOST_BYTES["above"], language=language)


def _without(rest: Sequence[str], kept: Iterable[str]) -> Iterator[str]:
    """The literals of `rest` without the lexemes of `kept` and of earlier lines."""
    if not rest:
        return
    seen = {entry.rpartition(":")[0] for literal in kept for entry in literal.split()}
    for literal in rest:
        fresh = [e for e in literal.split() if e.rpartition(":")[0] not in seen]
        seen.update(entry.rpartition(":")[0] for entry in fresh)
        yield " ".join(fresh)
