"""A word that is still being typed: what it may become. The page and the palette share it."""

import math
import string
from collections.abc import Iterable, Sequence

from search.query import Alternative, Query, QueryWord
from search.right_words import is_right
from search.words import fold
from topics.raw_sql import execute
from topics.visibility import trees

PREFIX = 0.9  # what a longer word is worth beside the word itself
RARER = 0.5  # of it, what a word loses that titles hardly ever go on with
EXPANDED = 8  # words that the last one may become, and as many from titles with the words before it
LISTED = 400  # postings read of each word before it
SHORTEST = 3  # letters from which a results page takes a word for unfinished

Longer = tuple[str, int, int, int | None]


def finish(query: Query, *, in_titles: bool = False, is_known: bool = False) -> bool:
    """Let the last word stand for the words that begin so; whether there are any, itself too.

    Where most titles go on with one word after those before it, that word is meant. With
    `in_titles` no others count, and with `is_known` that word alone: what was typed is a word, too.
    """
    last = query.unfinished
    if last is None:
        return False
    prefix = fold(last.surface).lower()
    others = [w.alternatives[0].lexemes[0] for w in query.words if w is not last]
    own = last.alternatives[0].lexemes
    rows = longer(prefix, others, own[0], in_titles=in_titles, is_known=is_known)
    if meant := _meant(rows, own[0], is_right=is_right(prefix)):
        _put_last(query, last, meant)
        return True
    if is_known:
        return False
    forms = weighed(rows, PREFIX)
    if not forms or (in_titles and len(forms) == 1 and forms[0].lexemes == own):
        return False
    if len(prefix) > 1 or len(forms) == 1:  # one letter is the beginning of a word
        forms += [a for a in last.alternatives if a.lexemes not in {f.lexemes for f in forms}]
    last.alternatives = sorted(forms, key=lambda a: a.lexemes != own)
    return True


def finish_stop(query: Query) -> bool:
    """Let a stop word at the end be what titles go on with: "dead let" is a dead letter."""
    prefix, query.beginning = query.beginning, ""
    others = [w.alternatives[0].lexemes[0] for w in query.words]
    meant = _meant(longer(prefix, others, "", in_titles=True), "") if prefix else ""
    if meant:
        query.words.append(QueryWord(prefix, []))
        if query.keys:
            query.keys[0] = f"{query.keys[0]} {prefix}"
        _put_last(query, query.words[-1], meant)
    return bool(meant)


def _meant(rows: Sequence[Longer], own: str, *, is_right: bool = False) -> str:
    """The lexeme that most titles go on with.

    None, if what was typed is a word that one of them holds, or a word of English.
    """
    titles = {lexeme: count for lexeme, _, _, count in rows if count}
    most = max(titles, key=lambda lexeme: titles[lexeme], default="")
    is_own = any(count is None for *_, count in rows) and (is_right or own in titles)
    return "" if is_own or titles.get(most, 0) * 2 <= sum(titles.values()) else most


def _put_last(query: Query, last: QueryWord, lexeme: str) -> None:
    """Read the query as if its last word had been typed to the end."""
    query.is_meant = True
    last.alternatives = [Alternative((lexeme,))]
    if query.sequence:
        query.sequence[-1] = lexeme
    if query.keys:
        query.keys[0] = " ".join([*query.keys[0].split()[:-1], lexeme])


def longer(
    prefix: str, others: list[str], own: str, *, in_titles: bool = False, is_known: bool = False
) -> list[Longer]:
    """The words that begin so, and the lexeme `own`; first those of titles that hold `others`.

    Each with its df, the number of all sections, and in how many of these titles it is, None
    for `own`. With `in_titles` there are no others; with `is_known`, which is for these alone, none
    at all where such a title holds `own`.
    """
    values = {
        "prefix": prefix,
        "ending": prefix[:-1] + chr(ord(prefix[-1]) + 1),
        "starts": _starts(prefix),
        "own": own,
        "others": others,
        "trees": list(trees()),
        "listed": LISTED,
        "most": EXPANDED,
        "in_titles": in_titles or is_known,
        "is_known": is_known,
    }
    return list(execute(_LONGER, values))


def weighed(rows: Iterable[Longer], most: float) -> list[Alternative]:
    """Lexemes that stand for one word as its alternatives.

    Each comes with its df, the number of all sections, and in how many titles it goes on from the
    other words. A rare one must not count more than the word that they are together: each weighs as
    if it stood in as many sections as all of them, and more the more titles go on so.
    """
    unique: dict[str, tuple[int, int, int | None]] = {}
    for lexeme, df, sections, titles in rows:
        unique.setdefault(lexeme, (df, sections, titles))
    together = sum(df for df, _, _ in unique.values())
    most_titles = max((titles or 0 for _, _, titles in unique.values()), default=0)
    found = []
    for lexeme, (df, sections, titles) in unique.items():
        weight = most * min(1, _idf(together, sections) / _idf(df, sections))
        if titles is not None and most_titles:
            weight *= 1 - RARER * (1 - titles / most_titles)
        found.append(Alternative((lexeme,), weight))
    return found


def _idf(df: int, sections: int) -> float:
    df = min(df, sections)
    return math.log(1 + (sections - df + 0.5) / (df + 0.5))


_LONGER = (
    "SELECT * FROM kb_words_beginning(%(prefix)s, %(ending)s, %(starts)s, %(own)s,"
    " %(others)s::text[], %(trees)s, %(listed)s, %(most)s, %(in_titles)s, %(is_known)s)"
)


def _starts(prefix: str) -> list[str]:
    """The first two letters that words with this prefix may have; the index is by these."""
    if len(prefix) > 1:
        return [prefix[:2]]
    return [prefix + letter for letter in string.ascii_lowercase + string.digits]
