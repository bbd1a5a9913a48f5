"""Synonyms: how the curator's table widens the words of a query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from topics.search.query import Alternative, QueryWord
from topics.search.words import tokens

SYNONYM = 0.6  # what a synonym's match is worth
LONGEST_NAME = 4  # words in a name that a query is searched for


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


def keys_in(words: Sequence[QueryWord]) -> dict[str, tuple[int, int]]:
    """Every name that neighbouring words of the query could be: key -> first and last word."""
    found: dict[str, tuple[int, int]] = {}
    for first in range(len(words)):
        for last in range(first, min(first + LONGEST_NAME, len(words))):
            run = words[first : last + 1]
            if any(word.exact for word in run):
                break
            key = " ".join(word.alternatives[0].lexemes[0] for word in run)
            found.setdefault(key, (first, last))
    return found


def widen(words: Sequence[QueryWord], groups: Iterable[Group]) -> None:
    """Adds each group's other names to the words of the query that name it.

    A name of several words stands for each of its words: with "dependency injection" asked for,
    a section that says only "DI" holds both.
    """
    places = keys_in(words)
    for group in groups:
        for name in group.words:
            place = places.get(" ".join(lexemes_of(name)))
            if place is None:
                continue
            others = group.expansions or [w for w in group.words if w != name]
            for other in others:
                lexemes = lexemes_of(other)
                if not lexemes:
                    continue
                added = Alternative(lexemes, SYNONYM, why=f"{name} = {other}")
                for word in words[place[0] : place[1] + 1]:
                    if all(a.lexemes != lexemes for a in word.alternatives):
                        word.alternatives.append(added)


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
