"""Synonyms and pins: how the curator's tables widen and answer queries.

Each process keeps both tables in memory. Every ranking says when one last changed (a trigger
notes it), so that a process with an older copy reads them again before it answers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import permutations

from search.languages import is_common, stemmed_language, stems_in
from search.query import ALSO, RELATED, Alternative, Query, QueryWord
from search.words import title_key, tokens
from topics.raw_sql import execute

SYNONYM = 0.6  # what a synonym's match is worth
LONGEST_NAME = 6  # words in a name that a query is searched for
FEWEST_COMMON = 2  # common words that make a question one in their language
MOST_JOINED = 3  # names of one thing that are looked for beside one another in a title


def lexemes_of(name: str) -> tuple[str, ...]:
    """A name's lexemes, in order: (depend, inject) for "dependency injection"."""
    return tuple(t.exact for _, _, token in tokens(name) for t in token.within or (token,))


def keys_in(query: Query) -> dict[str, list[QueryWord]]:
    """Every name that neighbouring words of the query could be, with the words that it takes.

    Stop words belong to a name ("log in") but are no word of the query.
    """
    by_lexeme = {
        lexeme: word
        for word in reversed(query.words)
        if not word.exact
        for lexeme in (*word.parts, word.alternatives[0].lexemes[0])
    }
    found: dict[str, list[QueryWord]] = {}
    for first in range(len(query.sequence)):
        for last in range(first + 1, min(first + LONGEST_NAME, len(query.sequence)) + 1):
            run = query.sequence[first:last]
            words = [by_lexeme[lexeme] for lexeme in run if lexeme in by_lexeme]
            if words:
                found.setdefault(" ".join(run), words)
    return found


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pin as queries use it: see `search.models.Pin`."""

    section_id: int
    label: str
    is_redirect: bool
    begins: str | None  # ISO dates, as JSON has them
    ends: str | None

    def is_in_force(self, day: date) -> bool:
        """Whether it counts on a day."""
        today = day.isoformat()
        return (self.begins or today) <= today <= (self.ends or today)


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """The tables as queries use them: for the key of a name, its alternatives and its pins."""

    changed_at: datetime | None = None
    others: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    equals: dict[str, list[str]] = field(default_factory=dict)  # other names, one-way ones aside
    pins: dict[str, tuple[Pinned, ...]] = field(default_factory=dict)
    languages: tuple[str, ...] = ()  # whose stems the library's words have beside the English ones


_kept = Thesaurus()


def thesaurus(changed_at: datetime | None = None) -> Thesaurus:
    """The tables as they were at `changed_at`, or as last seen here; None is never kept."""
    global _kept
    if _kept.changed_at is None or (changed_at and changed_at != _kept.changed_at):
        # One statement, so that the tables and the time of their last change belong together.
        [(seen_at, rows, pinned, tags)] = execute(
            "SELECT (SELECT synonyms_at FROM topics_indexstate),"
            " (SELECT json_agg(json_build_array(words, expansions) ORDER BY id)"
            "  FROM topics_synonym),"
            " (SELECT json_agg(json_build_array(key, section_id, label, is_redirect, begins, ends)"
            "                  ORDER BY id) FROM search_pin),"
            " (SELECT json_agg(DISTINCT language) FROM topics_topic WHERE language <> '')"
        )
        others: dict[str, list[tuple[str, ...]]] = {}
        equals: dict[str, list[str]] = {}
        for words, expansions in rows or ():
            for name in words:
                others.setdefault(" ".join(lexemes_of(name)), []).extend(
                    lexemes_of(other) for other in expansions or words if other != name
                )
                if not expansions:
                    equals.setdefault(" ".join(lexemes_of(name)), []).extend(words)
        pins: dict[str, tuple[Pinned, ...]] = {}
        for key, *values in pinned or ():
            pins[key] = (*pins.get(key, ()), Pinned(*values))
        languages = sorted({name for tag in tags or () if (name := stemmed_language(tag))})
        _kept = Thesaurus(seen_at, others, equals, pins, tuple(languages))
    return _kept


def _hint(query: Query, names: Iterable[tuple[str, ...]]) -> None:
    """What is said in several words ("out of memory") hardly shares a word with its answer."""
    hints = [Alternative((x,), SYNONYM, counts=False) for name in names for x in name[:1]]
    if hints and hints not in query.hints:
        query.hints.append(hints)


def widen(query: Query, synonyms: Thesaurus) -> None:
    """Add the synonyms of the query's words to their alternatives, and their other stems.

    A name of several words counts for each of them: for the query "dependency injection", a section
    that says only "DI" holds both words.
    """
    for key, words in keys_in(query).items():
        is_apart = " " not in key and key not in synonyms.equals
        same = set(map(lexemes_of, synonyms.equals.get(key, ())))
        for lexemes in synonyms.others.get(key, ()):
            why = ALSO if lexemes in same else RELATED
            for word in words:
                if lexemes and all(a.lexemes != lexemes for a in word.alternatives):
                    other = Alternative(lexemes, SYNONYM, why=why, is_apart=is_apart)
                    word.alternatives.append(other)
        has_told = " " in key or any(word.is_vague for word in query.words)
        if has_told and key not in synonyms.equals:
            _hint(query, synonyms.others.get(key, ()))
    for language in synonyms.languages:
        _stem(query, language)
    if query.keys:  # a title that is another name of the whole query answers it exactly, too
        equal = equal_titles(synonyms.equals.get(" ".join(query.sequence), ()))
        query.keys += [key for key in equal if key not in query.keys]


def _stem(query: Query, language: str) -> None:
    """Look for the words by their stems in a language, too.

    Its commonest words tell little where the query has several of them, and others.
    """
    for word in query.words:
        for lexeme in () if word.exact else stems_in(language, word.surface):
            if all(a.lexemes != (lexeme,) for a in word.alternatives):
                word.alternatives.append(Alternative((lexeme,)))
    common = [word for word in query.words if is_common(language, word.surface)]
    if FEWEST_COMMON <= len(common) < len(query.words):
        for word in common:
            word.is_vague = True


def equal_titles(names: Sequence[str]) -> list[str]:
    """The keys of titles that say one of these names for the same, or one beside another, as in
    "Cross-site scripting (XSS)".
    """
    both = (f"{name} {other}" for name, other in permutations(names[:MOST_JOINED], 2))
    return list(dict.fromkeys(map(title_key, (*names, *both))))
