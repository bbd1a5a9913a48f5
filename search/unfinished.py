"""A word that is still being typed: what it may become. The page and the palette share it."""

import math
import string
from collections.abc import Iterable

from search.query import Alternative, Query
from search.words import fold
from topics.raw_sql import execute, statement

PREFIX = 0.9  # what a longer word is worth beside the word itself
EXPANDED = 8  # words that the last one may become, and as many from titles with the words before it
LISTED = 400  # postings read of each word before it
SHORTEST = 3  # letters from which a results page takes a word for unfinished


def finish(query: Query) -> bool:
    """Let the last word stand for the words that begin so; whether there are any, itself too."""
    last = query.unfinished
    if last is None:
        return False
    prefix = fold(last.surface).lower()
    others = [w.alternatives[0].lexemes[0] for w in query.words if w is not last]
    own = last.alternatives[0].lexemes
    forms = beginning(prefix, others, own[0])
    if not forms:
        return False
    if len(prefix) > 1 or len(forms) == 1:  # one letter is the beginning of a word
        forms += [a for a in last.alternatives if a.lexemes not in {f.lexemes for f in forms}]
    last.alternatives = sorted(forms, key=lambda a: a.lexemes != own)
    return True


def beginning(prefix: str, others: list[str], own: str) -> list[Alternative]:
    """The words that begin so, and the lexeme `own`; first those of titles that hold `others`."""
    rows = execute(
        statement("search/words_beginning"),
        {
            "prefix": prefix,
            "starts": _starts(prefix),
            "others": others,
            "listed": LISTED,
            "most": EXPANDED,
            "own": own,
        },
    )
    return weighed(rows, PREFIX)


def weighed(rows: Iterable[tuple[str, int, int]], most: float) -> list[Alternative]:
    """Lexemes that stand for one word (each with its df, and all sections) as its alternatives.

    A rare one must not count more than the word that they are together: each weighs as if it stood
    in as many sections as all of them.
    """
    unique = {lexeme: (df, sections) for lexeme, df, sections in rows}
    together = sum(df for df, _ in unique.values())
    return [
        Alternative((lexeme,), most * min(1, _idf(together, sections) / _idf(df, sections)))
        for lexeme, (df, sections) in unique.items()
    ]


def _idf(df: int, sections: int) -> float:
    df = min(df, sections)
    return math.log(1 + (sections - df + 0.5) / (df + 0.5))


def _starts(prefix: str) -> list[str]:
    """The first two letters that words with this prefix may have; the index is by these."""
    if len(prefix) > 1:
        return [prefix[:2]]
    return [prefix + letter for letter in string.ascii_lowercase + string.digits]
