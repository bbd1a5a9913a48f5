"""Words that are joined in one place and split in the other: timeout, time out; message queue."""

import itertools
from dataclasses import replace

from search.query import MOST_PAIRED, PART, Alternative, Query, QueryWord
from search.words import analyse, fold
from topics.raw_sql import execute, statement

MORE_USED = 4  # times that a joined word is used more than the two side by side
MOST_RARER = 100  # times that a half may be used more than the joined word
MOST_HELD = 20  # sections that are counted (sql/word_evidence.sql)
SHORTEST_HALF, SHORTEST_SPLIT = 3, 7  # letters
RARE = 10  # sections: a word in no more of them may be two words that belong together
MOST_SPLIT = 4  # words of a query that are tried


def joinable(query: Query) -> list[tuple[QueryWord, QueryWord, str]]:
    """Neighbours that could be one word, and that word."""
    if len(query.words) > MOST_PAIRED:
        return []
    return [
        (a, b, fold(a.surface + b.surface).lower())
        for a, b in itertools.pairwise(query.words)
        if all(w.surface.isalpha() and not w.exact and not w.optional for w in (a, b))
    ]


def join(query: Query, uses: dict[str, int]) -> bool:
    """Let neighbours stand for the word that they make; whether any do.

    It must be used far more than the two side by side: "time out" means timeout, but "event loop"
    does not mean the few names in code that are written eventLoop.
    """
    pairs = [
        (a, b, uses[both], token)
        for a, b, both in joinable(query)
        if _is_used_enough(uses, a, b, both) and (token := analyse(both))
    ]
    sides = [
        f"'{a.alternatives[0].lexemes[0]}' <-> '{b.alternatives[0].lexemes[0]}'"
        for a, b, *_ in pairs
    ]
    beside = _held(sides)
    has_joined = False
    for (a, b, used, token), side in zip(pairs, sides, strict=True):
        if used < beside[side] * MORE_USED or beside[side] >= MOST_HELD:
            continue
        has_joined = True
        for word in (a, b):
            parts = [replace(x, weight=x.weight * PART, counts=False) for x in word.alternatives]
            word.alternatives = [Alternative((token.exact,)), *parts]
            word.is_known = True
    return has_joined


def _is_used_enough(uses: dict[str, int], a: QueryWord, b: QueryWord, both: str) -> bool:
    """Whether the joined word is no rarity beside its halves: only then is more looked up."""
    least = min(uses.get(fold(word.surface).lower(), 0) for word in (a, b))
    return uses.get(both, 0) * MOST_RARER > least


def _held(phrases: list[str]) -> dict[str, int]:
    """In how many sections each tsquery holds, up to MOST_HELD."""
    if not phrases:
        return {}
    values = {"lexemes": phrases, "together": phrases}
    rows = execute(statement("search/word_evidence"), values)
    return {phrase: together for phrase, _, together in rows}


def halves(query: Query, uses: dict[str, int]) -> dict[str, list[tuple[str, str]]]:
    """Each unknown or rare word with the pairs of words that it may be."""
    asked = [w for w in query.words if _may_be_two(w, uses)][:MOST_SPLIT]
    return {w.surface: _halves(fold(w.surface).lower()) for w in asked}


def split(
    halves: dict[str, list[tuple[str, str]]], lexemes: dict[str, str], uses: dict[str, int]
) -> dict[str, str]:
    """Words that are two, by the pairs of words that the index holds side by side.

    `lexemes` are those of the halves that it knows. At most one database query.
    """
    known = {
        f"{a} {b}": f"'{lexemes[a]}' <-> '{lexemes[b]}'"
        for pairs in halves.values()
        for a, b in pairs
        if a in lexemes and b in lexemes
    }
    beside = _held(list(known.values()))
    held = {pair: beside[phrase] for pair, phrase in known.items()}
    found = {}
    for surface, pairs in halves.items():
        best = max((" ".join(pair) for pair in pairs), key=lambda pair: held.get(pair, 0))
        if held.get(best, 0) > uses.get(fold(surface).lower(), 0):
            found[surface] = best
    return found


def _may_be_two(word: QueryWord, uses: dict[str, int]) -> bool:
    surface = fold(word.surface).lower()
    return (
        len(surface) >= SHORTEST_SPLIT
        and surface.isalpha()
        and not word.exact
        and not word.optional
        and uses.get(surface, 0) <= RARE
        and (not word.is_known or surface in uses)
    )


def _halves(word: str) -> list[tuple[str, str]]:
    places = range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
    return [(word[:i], word[i:]) for i in places]
