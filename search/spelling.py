"""Words that the index does not know, corrected from the words it does know."""

from collections.abc import Sequence
from dataclasses import replace

from search.query import QueryWord, forms
from search.words import analyse, fold
from topics.raw_sql import execute

SHORTEST = 4  # letters of a word that is corrected at all
TWO_EDITS = 8  # letters from which two errors are forgiven
MOST_NEAREST = 6


def correct(words: Sequence[QueryWord]) -> dict[str, str]:
    """Replace unknown words by the nearest known ones; return the correction of each.

    Words that are quoted, keywords or short stay as they are.
    """
    unknown = {
        fold(word.surface).lower(): word
        for word in words
        if not word.is_known
        and not word.exact
        and len(word.surface) >= SHORTEST
        and any(c.isalpha() for c in word.surface)
    }
    if not unknown:
        return {}
    changed = {}
    for typed, candidates in _candidates(list(unknown)).items():
        best = nearest(typed, candidates)
        token = analyse(best) if best else None
        if best and token:
            why = f"similar spelling: {best}"
            unknown[typed].alternatives = [replace(form, why=why) for form in forms(token)]
            unknown[typed].is_known = True
            changed[unknown[typed].surface] = best
    return changed


def nearest_words(typed: Sequence[str]) -> list[str]:
    """Words of the index that look like those typed, the most alike first."""
    words = [fold(word).lower() for word in typed if len(word) >= SHORTEST][:MOST_NEAREST]
    if not words:
        return []
    found = _candidates(words)
    ranked = sorted(
        (distance(typed_word, candidate, most=4), -uses, candidate)
        for typed_word, candidates in found.items()
        for candidate, uses in candidates
        if candidate != typed_word
    )
    return list(dict.fromkeys(word for _, _, word in ranked))[:MOST_NEAREST]


def nearest(typed: str, candidates: Sequence[tuple[str, int]]) -> str | None:
    """The candidate (word, uses) with the fewest edits, of those the first letter, then use."""
    most = 2 if len(typed) >= TWO_EDITS else 1
    scored = [
        (edits, word[0] != typed[0], -uses, word)
        for word, uses in candidates
        if (edits := distance(typed, word, most)) <= most
    ]
    return min(scored)[3] if scored else None


def distance(a: str, b: str, most: int = 2) -> int:
    """Insertions, deletions, changes and swaps of neighbours from `a` to `b`; `most` + 1 for more.

    This is the "optimal string alignment" distance; see Boytsov, "Indexing Methods for Approximate
    Dictionary Searching", 2011.
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    above: list[int] = []  # the row before, and the one before that
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        two_above, above, row = above, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, two_above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _candidates(typed: list[str]) -> dict[str, list[tuple[str, int]]]:
    """For each typed word the known ones that share most trigrams with it."""
    found: dict[str, list[tuple[str, int]]] = {word: [] for word in typed}
    rows = execute(
        "SELECT t.typed, c.word, c.uses FROM unnest(%s::text[]) AS t(typed)"
        " CROSS JOIN LATERAL kb_similar_words(t.typed) AS c",
        [typed],
    )
    for word, candidate, uses in rows:
        found[word].append((candidate, uses))
    return found
