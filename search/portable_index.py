"""The index of some sections, for a browser that searches them without the server.

It holds the ranking's own figures: postings with their impacts, how rare each word is in the whole
library, what ranking knows of the sections, the weights, and how words are read. With them
`static/js/kept_query.js` and `kept_search.js` compute the score of `sql/rank.sql` as it is for a
search in a topic.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from search.definitions import ASKED, NO_TERM, subjects
from search.english import ASKING, IRREGULAR, QUESTION, STOP_WORDS
from search.intents import CHOICE, PATTERNS
from search.plain_words import COMPARING, two_words
from search.query import Alternative
from search.ranking import DERIVED, MOST_COUNTED
from search.synonyms import equal_titles, thesaurus
from search.syntax import parse
from search.weights import CHOSEN
from search.words import LONGEST, title_key, token_pattern, tokens
from topics.addresses import section_url
from topics.kinds import DEFINITION_ORDER
from topics.raw_sql import execute, statement
from topics.visibility import trees

MOST_OTHERS = 4_000
MOST_NAMES = 3_000  # words of several parts whose forms are told
LONGEST_TEXT = 1_500  # characters of a section that snippets are cut from


def index_of(sections: Sequence[int]) -> dict[str, Any]:
    """The index of these sections, without those that it does not hold. Ten queries.

    `terms` are [lexeme, sections of the library that hold it]; a posting of a section is three
    numbers in a row: the place in `terms`, the impact, and whether the title holds it. `others` are
    common lexemes of the library that these sections lack. `words` are those as readers write them
    whose lexeme is another, `names` those of several parts. `fields` are the literals of the
    section's vectors. `derived` are the words of the sections that end as derived words do; a
    section has their places in this list.
    """
    values = {"ids": list(sections), "longest": LONGEST_TEXT, "derived": DERIVED.pattern}
    rows = execute(statement("search/portable_sections"), values)
    found = [dict(zip(NAMES, row, strict=True)) for row in rows]
    places, terms = _terms(sections)
    postings = _postings(sections, places)
    derived: dict[str, int] = {}
    for row in found:
        row["url"] = section_url(row.pop("path"), row["anchor"])
        row["postings"] = postings.get(row["id"], [])
        row["derived"] = [derived.setdefault(word, len(derived)) for word in sorted(row["derived"])]
        row["says"] = sorted({title_key(name) for name in subjects(row["title"], row["text"])})
    [(count, mean)] = execute("SELECT sections, mean_length FROM topics_indexstate") or [(0, 100)]
    synonyms = _synonyms()
    told = [name for names, _ in synonyms.values() for name in names]
    pairs = {pair: [_told(a) for a in forms] for pair, forms in two_words().items()}
    idioms = [lexemes for forms in pairs.values() for lexemes, _, _ in forms]
    known = {lexeme for lexeme, _ in terms}
    others = _others([lexeme for name in told for lexeme in name], known)
    sayable = known | STOP_WORDS  # which have no postings
    runs = [name for name in [*told, *idioms] if len(name) > 1 and sayable.issuperset(name)]
    return {
        "count": count,
        "mean": mean,
        "weights": _weights(),
        "terms": terms,
        "others": others,
        "words": _words([*others, *known]),
        "names": _names(found),
        "pairs": pairs,
        "synonyms": synonyms,
        "runs": _runs(runs),
        "choice": CHOICE,
        "patterns": _patterns(),
        "stops": sorted(STOP_WORDS),
        "asking": sorted(ASKING),
        "noTerm": sorted(NO_TERM),
        "defined": _defined(sections),
        "derived": list(derived),
        "sections": found,
    }


NAMES = (
    "id", "topic", "page", "path", "anchor", "title", "number", "above", "text", "key", "head",
    "words", "depth", "role", "length", "fields", "derived",
)  # fmt: skip


def _terms(sections: Sequence[int]) -> tuple[dict[int, int], list[list[Any]]]:
    """Where each term is in the list, and the list: lexeme and document frequency in all that
    the reader sees. A lexeme is there once, though private trees have terms of their own."""
    rows = execute(
        "SELECT t.id, t.lexeme, (SELECT sum(o.df)::integer FROM topics_term o"
        " WHERE o.lexeme = t.lexeme AND o.tree = ANY(%s)) FROM topics_term t WHERE t.id IN"
        " (SELECT p.term_id FROM topics_posting p WHERE p.section_id = ANY(%s)) ORDER BY t.id",
        [list(trees()), list(sections)],
    )
    terms = {lexeme: df for _, lexeme, df in rows}
    places = {lexeme: place for place, lexeme in enumerate(terms)}
    return {pk: places[lexeme] for pk, lexeme, _ in rows}, [list(term) for term in terms.items()]


def _others(wanted: Sequence[str], known: set[str]) -> dict[str, int]:
    """The document frequency of common lexemes of what is for everybody, and of those `wanted`,
    that are not `known`."""
    rows = execute(
        "(SELECT lexeme, df FROM topics_term WHERE holders > 0 AND tree = 0"
        " ORDER BY df DESC, id LIMIT %s)"
        " UNION SELECT lexeme, df FROM topics_term"
        " WHERE lexeme = ANY(%s) AND holders > 0 AND tree = 0",
        [MOST_OTHERS, list(set(wanted))],
    )
    return {lexeme: df for lexeme, df in rows if lexeme not in known}


def _postings(sections: Sequence[int], places: dict[int, int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    rows = execute(
        "SELECT section_id, term_id, impact::text::float8, in_title::int FROM topics_posting"
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
    """Words of several parts (Node.js, TCP/IP) in titles and texts, as a query reads them.

    By each as it is written: the words of the query, its key as a title, and its lexemes in order.
    """
    names: dict[str, list[Any]] = {}
    for row in sections:
        for passage in (row["title"], row["text"]):
            for surface in token_pattern(passage).findall(passage):
                rest = surface[1:] or "a"
                is_plain = surface.isalpha() and (rest.islower() or surface.isupper())
                is_known = surface in names or len(names) >= MOST_NAMES
                if is_plain or is_known or len(surface) > LONGEST:
                    continue
                names[surface] = _read(surface)
                if not surface.isalpha():  # else nothing tells the parts of small letters
                    names[surface.lower()] = _read(surface.lower())
    return {name: read for name, read in names.items() if not _is_stop(name)}


def _is_stop(name: str) -> bool:
    return all(token.is_stop for _, _, token in tokens(name))


def _read(name: str) -> list[Any]:
    query = parse(name)
    words = [[word.surface, [_told(a) for a in word.alternatives]] for word in query.words]
    return [words, title_key(name), query.sequence]


def _told(alternative: Alternative) -> list[Any]:
    return [list(alternative.lexemes), alternative.weight, int(alternative.counts)]


def _synonyms() -> dict[str, list[Any]]:
    """The curators' table: by the key of a name its other names, and the keys of equal titles."""
    table = thesaurus()
    return {
        name: [[list(other) for other in others], equal_titles(table.equals.get(name, ()))]
        for name, others in table.others.items()
    }


def _runs(lists: Iterable[Sequence[str]]) -> dict[str, int]:
    """How many sections of the library hold these lexemes side by side."""
    runs = {" ".join(name): " <-> ".join(f"'{x}'" for x in name) for name in lists}
    values = {
        "runs": sorted(set(runs.values())), "most": MOST_COUNTED, "trees": list(trees()),
    }  # fmt: skip
    uses = dict(execute(statement("search/portable_runs"), values))
    return {name: uses[run] for name, run in runs.items()}


def _patterns() -> dict[str, list[str]]:
    """The regular expressions that tell what a query asks, as a browser writes them."""
    found = {name: [pattern] for name, pattern in PATTERNS.items()}
    found |= {"sides": [*COMPARING], "question": [QUESTION], "meaning": [ASKED]}
    found["derived"] = [DERIVED]
    return {name: [p.pattern.replace("(?P<", "(?<") for p in ps] for name, ps in found.items()}


def _defined(sections: Sequence[int]) -> dict[str, int]:
    """The terms whose definition was recorded in one of the sections, in small letters."""
    values = {"ids": list(sections), "order": json.dumps(DEFINITION_ORDER)}
    return dict(execute(statement("search/portable_definitions"), values))
