"""Slips: what an unknown word was meant to be, by a noisy channel.

After Kernighan, Church and Gale, "A Spelling Correction Program Based on a Noisy Channel Model",
1990: of all words that may have been meant, the one is taken for which the product of "this slip is
made" and "this word is asked for" is largest. Here both are logarithms, and are added: the costs of
the slips that lead from the word to what was typed, and how much the word is used in the library,
is in titles, and is together with the other words of the query.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from search.query import Query, QueryWord
from search.right_words import is_right, is_said_elsewhere
from search.words import fold
from topics.raw_sql import execute, statement

SHORTEST = 3  # letters of a word that is corrected at all
LONGEST = 24  # letters of a word that the index keeps for corrections
MOST_NEAREST = 6
MOST_UNKNOWN = 6  # words of a query that are looked at
MOST_WEIGHED = 8  # candidates of a word whose evidence is read

MOST_SLIPS = 2
COMMON_START = 6  # letters from which words with the same first two are candidates, too

# What slips cost: the less, the commoner they are.
SWAPPED, DOUBLED, MISSED, ADDED, CHANGED = 1.0, 0.9, 1.4, 1.9, 2.3
SWAPPED_AROUND = 1.7  # two letters around a third
NEAR_KEY, LIKE_SOUND = 1.4, 1.6  # a changed letter that is a neighbour, or sounds alike
ADDED_NEAR_KEY = 1.4
FIRST = 0.7  # more where it is the first letter

# A known word is rather a slip where it costs so little, and what was meant is used so much.
MOST_LIKELY_COST, MANY_USES = SWAPPED + FIRST / 2, 5

# How much what is known of a word speaks for it, each times the logarithm of a count.
COST, USES, TITLES, TOGETHER = 4.0, 0.4, 0.5, 0.6

# By how many letters were typed: what slips may cost in all.
MOST_COST = {3: 1.4, 4: 1.9, 5: 2.2, 6: 2.6, 7: 3.2, 8: 3.2, 9: 3.2}
MOST_OF_LONG = 4.0

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SOUNDS = ("aeiouy", "ckq", "sz", "fv", "dt", "mn", "gj", "bp")
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "αβγδεζηθικλμνξοπρσςτυφχψω",
)


def _neighbours() -> frozenset[tuple[str, str]]:
    """Letters that touch on a keyboard; each row is half a key further to the right."""
    places = {key: (r, c + r / 2) for r, row in enumerate(_ROWS) for c, key in enumerate(row)}
    return frozenset(
        (a, b) for a, (ra, ca) in places.items() for b, (rb, cb) in places.items()
        if a != b and abs(ra - rb) <= 1 and abs(ca - cb) <= 1
    )  # fmt: skip


_NEAR = _neighbours()
_ALIKE = frozenset((a, b) for letters in _SOUNDS for a in letters for b in letters if a != b)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word of the index that a typed one may mean; `score` is the logarithm of how likely."""

    word: str
    lexeme: str
    uses: int
    cost: float
    score: float = 0.0
    together: int = 0  # sections, up to twenty, in which it is beside the other words


Candidates = dict[str, list[Candidate]]  # by what was typed


@dataclass(slots=True)
class Reading:
    """How the words of a query are read that no section holds.

    `changed` are corrections by what was typed, `offered` near words that are only asked about,
    `widened` those of them that are looked for as well, `absent` words that no text here holds,
    although they are right or others of the query are held, `nearest` words of the index that look
    like what was typed, the likeliest first.
    """

    changed: dict[str, str] = field(default_factory=dict)
    offered: dict[str, str] = field(default_factory=dict)
    widened: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    nearest: list[str] = field(default_factory=list)


def slips(query: Query, uses: dict[str, int]) -> dict[str, QueryWord]:
    """The words of `query` that may be slips, by what is looked up for them.

    They are those that no section holds, and those that are nowhere as they are typed.
    """
    found = {}
    for word in query.words:
        typed = fold(word.surface).lower()
        if _may_be_a_slip(word) and (not word.is_known or typed not in uses):
            found[typed] = word
    return dict(list(found.items())[:MOST_UNKNOWN])


def read(query: Query, unknown: dict[str, QueryWord], near: Candidates) -> Reading:
    """What the `unknown` words are taken for; at most one database query."""
    reading = Reading()
    every: list[Candidate] = []
    for typed, ranked in _with_evidence(query, near).items():
        if typed not in unknown:
            continue
        word = unknown[typed]
        close = [c for c in ranked if is_close(typed, c)]
        best = {word.surface: close[0].word} if close else {}
        if word.is_known:
            if close and _is_likelier(word, close[0], is_alone=len(query.words) == 1):
                reading.offered |= best
                reading.widened |= best
            continue
        every += close
        has_no_other = not best and any(w.is_known for w in query.words)
        is_meant = is_right(word.surface) or is_said_elsewhere(word.surface)
        if is_meant or _is_in_a_name(query, word.surface) or has_no_other:
            reading.absent.append(word.surface)
            reading.offered |= best
        else:
            reading.changed |= best
    words = [c.word for c in sorted(every, key=_likely)]
    reading.nearest = list(dict.fromkeys(words))[:MOST_NEAREST]
    return reading


def _is_likelier(word: QueryWord, candidate: Candidate, *, is_alone: bool) -> bool:
    """Whether a word that the index knows in another form only is rather a slip of `candidate`."""
    return (
        len(word.surface) > SHORTEST
        and candidate.cost <= MOST_LIKELY_COST
        and all(candidate.lexeme not in a.lexemes for a in word.alternatives)
        and (candidate.uses if is_alone else candidate.together) >= MANY_USES
    )


def look_up(typed: Sequence[str], words: Iterable[str] = ()) -> tuple[Candidates, dict[str, str]]:
    """For each typed word what it may mean, the likeliest first; and the lexemes of `words`.

    One database query.
    """
    pairs = [(word, edited) for word in typed for edited in edits(word)]
    pairs += [("", word) for word in words]
    found: dict[str, dict[str, Candidate]] = {word: {} for word in typed}
    lexemes: dict[str, str] = {}
    rows = execute(
        statement("search/near_words"),
        {
            "typed": [word for word, _ in pairs],
            "edited": [edited for _, edited in pairs],
            "unknown": list(typed),
            "long": [word for word in typed if len(word) >= COMMON_START],
        },
    )
    for word, candidate, lexeme, uses in rows:
        if not word:
            lexemes[candidate] = lexeme
            continue
        if not share_most(word, candidate):
            continue
        price = cost(word, candidate)
        score = USES * math.log1p(uses) - COST * price
        found[word][candidate] = Candidate(candidate, lexeme, uses, price, score)
    ranked = {
        word: sorted(near.values(), key=_likely)[:MOST_WEIGHED] for word, near in found.items()
    }
    return ranked, lexemes


def _likely(candidate: Candidate) -> tuple[float, str]:
    return -candidate.score, candidate.word


def _with_evidence(query: Query, ranked: Candidates) -> Candidates:
    """The same, each also by its titles and by the other words that are beside it."""
    others = [w.alternatives[0].as_tsquery() for w in query.words if w.is_known][:MOST_UNKNOWN]
    beside = f" & ({' | '.join(others)})" if others else ""
    lexemes = {c.lexeme for near in ranked.values() for c in near}
    if not lexemes:
        return ranked
    asked = {lexeme: f"'{lexeme}'{beside}" for lexeme in sorted(lexemes)}
    rows = execute(
        statement("search/word_evidence"),
        {"lexemes": list(asked), "together": list(asked.values())},
    )
    held = {lexeme: (titled, together if others else 0) for lexeme, titled, together in rows}
    weighed = {
        word: [_weighed(candidate, *held[candidate.lexeme]) for candidate in near]
        for word, near in ranked.items()
    }
    return {word: sorted(near, key=_likely) for word, near in weighed.items()}


def _weighed(candidate: Candidate, titled: int, together: int) -> Candidate:
    more = TITLES * math.log1p(titled) + TOGETHER * math.log1p(together)
    return replace(candidate, score=candidate.score + more, together=together)


def share_most(a: str, b: str) -> bool:
    """Whether two slips at most could lead from one to the other, by their letters alone."""
    return len(set(a) - set(b)) <= MOST_SLIPS and len(set(b) - set(a)) <= MOST_SLIPS


def is_close(typed: str, candidate: Candidate) -> bool:
    """Whether so many slips in so short a word are to be believed."""
    if len(typed) == SHORTEST and len(candidate.word) != SHORTEST:
        return candidate.cost < SWAPPED
    return candidate.cost <= most_cost(typed)


def most_cost(typed: str) -> float:
    """What a correction of a word may cost at most; short words have to be nearer."""
    return MOST_COST.get(len(typed), MOST_OF_LONG)


def nearest_words(typed: Sequence[str]) -> list[str]:
    """Words of the index that look like those typed, the likeliest first; one database query."""
    words = [w for word in typed if SHORTEST <= len(w := fold(word).lower()) <= LONGEST]
    found, _ = look_up(words[:MOST_UNKNOWN]) if words else ({}, {})
    near = [c for typed_word, ranked in found.items() for c in ranked if is_close(typed_word, c)]
    return list(dict.fromkeys(c.word for c in sorted(near, key=_likely)))[:MOST_NEAREST]


def edits(word: str) -> set[str]:
    """Every string that one slip makes of `word`."""
    letters = next((a for a in _ALPHABETS if word[0] in a), _ALPHABETS[0])
    if word.isascii() and not word.isalpha():
        letters += "0123456789"
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    swapped = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    around = {a + b[2] + b[1] + b[0] + b[3:] for a, b in halves if len(b) > 2}
    added = {a + b[1:] for a, b in halves if b}
    changed = {a + c + b[1:] for a, b in halves if b for c in letters}
    missed = {a + c + b for a, b in halves for c in letters}
    return (swapped | around | added | changed | missed) - {word, ""}


def cost(typed: str, word: str) -> float:
    """The cheapest slips by which `word` becomes `typed`.

    "Optimal string alignment" distance with a price for each kind of slip; see Boytsov, "Indexing
    Methods for Approximate Dictionary Searching", 2011.
    """
    rows = [[0.0] * (len(word) + 1) for _ in range(len(typed) + 1)]
    for i in range(len(typed) + 1):
        for j in range(len(word) + 1):
            if i or j:
                rows[i][j] = min(_steps(rows, typed, word, i, j))
    return rows[-1][-1]


def _steps(rows: list[list[float]], typed: str, word: str, i: int, j: int) -> Iterable[float]:
    """The cost up to the `i`-th typed letter and the `j`-th of the word, by each last step."""
    first = FIRST if max(i, j) == 1 else 0.0
    if i:
        yield rows[i - 1][j] + _added(typed, i - 1) + first
    if j:
        is_double = j > 1 and word[j - 1] == word[j - 2]
        yield rows[i][j - 1] + (DOUBLED if is_double else MISSED) + first
    if i and j:
        yield rows[i - 1][j - 1] + (
            0.0 if typed[i - 1] == word[j - 1] else _changed(typed[i - 1], word[j - 1]) + first
        )
    if i > 1 and j > 1 and typed[i - 1] == word[j - 2] and typed[i - 2] == word[j - 1]:
        yield rows[i - 2][j - 2] + SWAPPED + (FIRST / 2 if i == j == 2 else 0.0)
    if i > 2 and j > 2 and typed[i - 3 : i] == word[j - 3 : j][::-1]:
        yield rows[i - 3][j - 3] + SWAPPED_AROUND + (FIRST / 2 if i == j == 3 else 0.0)


def _added(typed: str, at: int) -> float:
    near = typed[max(0, at - 1) : at] + typed[at + 1 : at + 2]
    if typed[at] in near:
        return DOUBLED
    return ADDED_NEAR_KEY if any((typed[at], other) in _NEAR for other in near) else ADDED


def _changed(a: str, b: str) -> float:
    if (a, b) in _NEAR:
        return NEAR_KEY
    return LIKE_SOUND if (a, b) in _ALIKE else CHANGED


def _may_be_a_slip(word: QueryWord) -> bool:
    return (
        not word.exact
        and not word.optional
        and SHORTEST <= len(word.surface) <= LONGEST
        and word.surface.isalnum()
        and sum(c.isalpha() for c in word.surface) >= SHORTEST
    )


def _is_in_a_name(query: Query, surface: str) -> bool:
    """Whether the word is a part of a name that the query joins: "mikro" of mikro-orm."""
    return any(
        surface in item and item != surface and is_right(item) for item in query.text.split()
    )
