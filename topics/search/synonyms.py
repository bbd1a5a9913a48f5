"""Synonyms: how the curator's table widens the words of a query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from topics.search.query import Alternative, Query, QueryWord
from topics.search.words import tokens

SYNONYM = 0.6  # what a synonym's match is worth
LONGEST_NAME = 6  # words in a name that a query is searched for


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the synonym table: any of `words` finds all of them, and the expansions."""

    words: Sequence[str]
    expansions: Sequence[str]


def lexemes_of(name: str) -> tuple[str, ...]:
    """A name's lexemes, in order: (depend, inject) for "dependency injection"."""
    return tuple(t.exact for _, _, token in tokens(name) for t in token.within or (token,))


def keys_of(names: Iterable[str]) -> list[str]:
    """How a query's words name these: their lexemes, joined by blanks."""
    return [" ".join(found) for name in names if (found := lexemes_of(name))]


def keys_in(query: Query) -> dict[str, list[QueryWord]]:
    """Every name that neighbouring words of the query could be, with the words that it takes.

    Stop words belong to a name ("log in") but stand for no word of the query.
    """
    by_lexeme = {w.alternatives[0].lexemes[0]: w for w in query.words if not w.exact}
    found: dict[str, list[QueryWord]] = {}
    for first in range(len(query.sequence)):
        for last in range(first + 1, min(first + LONGEST_NAME, len(query.sequence)) + 1):
            run = query.sequence[first:last]
            words = [by_lexeme[lexeme] for lexeme in run if lexeme in by_lexeme]
            if words:
                found.setdefault(" ".join(run), words)
    return found


def widen(query: Query, groups: Iterable[Group]) -> None:
    """Adds each group's other names to the words of the query that name it.

    A name of several words stands for each of its words: with "dependency injection" asked for,
    a section that says only "DI" holds both.
    """
    places = keys_in(query)
    for group in groups:
        for name in group.words:
            words = places.get(" ".join(lexemes_of(name)), [])
            others = group.expansions or [other for other in group.words if other != name]
            for other in others:
                _add(words, lexemes_of(other), f"{name} = {other}")


def _add(words: Iterable[QueryWord], lexemes: tuple[str, ...], why: str) -> None:
    for word in words:
        if lexemes and all(a.lexemes != lexemes for a in word.alternatives):
            word.alternatives.append(Alternative(lexemes, SYNONYM, why=why))


def starting_set() -> list[Group]:
    """The groups that a new knowledge base begins with."""
    path = Path(__file__).parent / "data" / "synonyms.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_group(line) for line in lines if line.strip() and not line.startswith("#")]


def _group(line: str) -> Group:
    """`a = b` is a group of equals, `a > b, c` goes one way."""
    words, _, expansions = line.partition(" > ")
    return Group(
        [word.strip() for word in words.split(" = ")],
        [word.strip() for word in expansions.split(",") if word.strip()],
    )
