"""The index of some sections, for a browser that searches them without the server.

It holds the ranking's own figures: postings with their impacts, how rare each word is in the whole
library, what ranking knows of the sections, the weights, and how words are read. With them
`static/js/kept_search.js` computes the score of `sql/rank.sql` as it is for a search in a topic.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from search.definitions import subjects
from search.english import ASKING, IRREGULAR, STOP_WORDS
from search.query import Alternative, forms
from search.synonyms import thesaurus
from search.weights import CHOSEN
from search.words import LONGEST, title_key, tokens
from topics.kinds import DEFINITION_ORDER
from topics.raw_sql import execute, statement

MOST_NAMES = 5_000  # words of several parts whose forms are told
LONGEST_TEXT = 1_500  # characters of a section that snippets are cut from


def index_of(sections: Sequence[int]) -> dict[str, Any]:
    """The index of these sections, without those that it does not hold. Seven queries.

    `terms` are [lexeme, sections of the library that hold it]; a posting of a section is three
    numbers in a row: the place in `terms`, the impact, and whether the title holds it. `words` are
    those as readers write them whose lexeme is another; `names` those of several parts, with their
    alternatives: lexemes, weight, and whether they count as the word.
    """
    rows = execute(
        statement("search/portable_sections"), {"ids": list(sections), "longest": LONGEST_TEXT}
    )
    places, terms = _terms(sections)
    postings = _postings(sections, places)
    [(count, mean)] = execute("SELECT sections, mean_length FROM topics_indexstate") or [(0, 100)]
    found = [dict(zip(NAMES, row, strict=True)) for row in rows]
    lexemes = {lexeme for lexeme, _ in terms}
    for row in found:
        row["postings"] = postings.get(row["id"], [])
        row["says"] = sorted({title_key(name) for name in subjects(row["title"], row["text"])})
    return {
        "count": count,
        "mean": mean,
        "weights": _weights(),
        "terms": terms,
        "words": _words(lexemes),
        "names": _names(found),
        "synonyms": _synonyms(lexemes),
        "stops": sorted(STOP_WORDS),
        "asking": sorted(ASKING),
        "defined": _defined(sections),
        "sections": found,
    }


NAMES = (
    "id", "topic", "page", "path", "anchor", "title", "number", "above", "text", "key", "head",
    "words", "depth", "role", "length", "fields",
)  # fmt: skip


def _terms(sections: Sequence[int]) -> tuple[dict[int, int], list[list[Any]]]:
    """Where each term stands in the list, and the list: lexeme and document frequency."""
    rows = execute(
        "SELECT t.id, t.lexeme, t.df FROM topics_term t WHERE t.id IN"
        " (SELECT p.term_id FROM topics_posting p WHERE p.section_id = ANY(%s)) ORDER BY t.id",
        [list(sections)],
    )
    return {pk: place for place, (pk, _, _) in enumerate(rows)}, [list(row[1:]) for row in rows]


def _postings(sections: Sequence[int], places: dict[int, int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    rows = execute(
        "SELECT section_id, term_id, impact::float8, in_title::int FROM topics_posting"
        " WHERE section_id = ANY(%s) ORDER BY section_id, term_id",
        [list(sections)],
    )
    for section, term, impact, in_title in rows:
        found.setdefault(section, []).extend((places[term], impact, in_title))
    return found


def _weights() -> dict[str, float]:
    """Those of the table; one without a row changes nothing, as in the ranking."""
    nothing = dict.fromkeys(CHOSEN, 0.0)
    nothing |= dict.fromkeys(("stub", "links", "question", "letter", "bare", "asking"), 1.0)
    return nothing | dict(execute("SELECT name, value FROM search_weight"))


def _words(lexemes: Iterable[str]) -> dict[str, str]:
    """The words of the library that stand for these lexemes, where they are not the same."""
    known = set(lexemes)
    rows = execute(
        "SELECT word, lexeme FROM topics_word WHERE lexeme = ANY(%s) AND word <> lexeme",
        [list(known)],
    )
    irregular = {word: lexeme for word, lexeme in IRREGULAR.items() if lexeme in known}
    return irregular | dict(rows)


def _names(sections: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Words of several parts (Node.js, TCP/IP) in titles and texts, with what stands for them."""
    names: dict[str, list[Any]] = {}
    for row in sections:
        for passage in (row["title"], row["text"]):
            for start, end, token in tokens(passage):
                surface = passage[start:end]
                is_plain = surface.isalnum() and surface[1:].islower() and not token.variants
                if is_plain or token.is_stop or len(surface) > LONGEST or len(names) >= MOST_NAMES:
                    continue
                names.setdefault(surface.lower(), [_told(a) for a in forms(token)])
    return names


def _told(alternative: Alternative) -> list[Any]:
    return [list(alternative.lexemes), alternative.weight, int(alternative.counts)]


def _synonyms(lexemes: set[str]) -> dict[str, list[Any]]:
    """What the curators' table says, as far as these lexemes can say it.

    By the key of a name: its other names as [lexemes, sections of the library that hold them all],
    and the keys of titles that are called the same.
    """
    table = thesaurus()
    found: dict[str, list[Any]] = {}
    for name, others in table.others.items():
        held = [list(other) for other in others if lexemes.issuperset(other)]
        equal = [title_key(other) for other in table.equals.get(name, ())]
        if held or equal:
            found[name] = [held, equal]
    runs = {_run(name) for names, _ in found.values() for name in names if len(name) > 1}
    uses = dict(execute(statement("search/portable_runs"), {"runs": sorted(runs)}))
    return {
        key: [[[name, uses.get(_run(name), 0)] for name in names], equal]
        for key, (names, equal) in found.items()
    }


def _run(lexemes: Sequence[str]) -> str:
    """The text of a tsquery for lexemes side by side."""
    return " <-> ".join(f"'{lexeme}'" for lexeme in lexemes)


def _defined(sections: Sequence[int]) -> dict[str, int]:
    """The terms whose definition was recorded in one of the sections, in small letters."""
    values = {"ids": list(sections), "order": json.dumps(DEFINITION_ORDER)}
    return dict(execute(statement("search/portable_definitions"), values))
