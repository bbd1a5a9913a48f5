"""Questions such as "what is a saga": the section that says it comes first."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from search.filters import Sections
from search.query import Query
from search.ranking import Ranked, Ranking, rank
from search.synonyms import lexemes_of, thesaurus
from search.words import title_key
from topics.kinds import DEFINITION_ORDER
from topics.raw_sql import execute, statement
from topics.visibility import published_sql

MOST_MOVED = 20  # rows that are looked through for the definition
# What such questions ask that is no term.
NO_TERM = frozenset(
    (
        "advantage", "analyze", "best", "difference", "differences", "fastest", "point",
        "purpose", "right", "use", "way", "wrong",
    )
)  # fmt: skip
_OPENING = 400  # characters in which a text says what its subject is
ASKED = re.compile(
    r"^(?:so\s+)?(?:what(?:'s|’s|\s+is|\s+are|\s+was)|define|definition\s+of|meaning\s+of|explain)"
    r"\s+(?:an?\s+|the\s+)?(?P<term>\S+(?:\s+\S+){0,3}?)(?:\s+and\s+.*)?$"
    r"|^what\s+do(?:es)?\s+(?:an?\s+|the\s+)?(?P<meant>\S+(?:\s+\S+){0,3}?)\s+mean$"
    r"|^(?P<said>\S+(?:\s+\S+){0,3}?)\s+(?:meaning|definition|explained)$",
    re.IGNORECASE,
)


_ASKING_TITLE = re.compile(
    r"what (?:(?:is|are)|do(?:es)?(?= .* (?:say|mean|stand for|do)\?))\s+(?:an? |the )?"
    r"(?P<term>.+?)(?: say| mean| stand for| do)?\?$",
    re.IGNORECASE,
)


_SUBJECT = re.compile(
    r"(?:(?:In \w+, )?(?:an?|the)\s+)?(.{1,60}?)\s+(?:is|are|means?|stands? for|describes?|"
    r"lets?|replaces?|says?|turns?)\s",
    re.IGNORECASE,
)


def asked_term(text: str) -> str:
    """What a question asks the meaning of; empty if it asks for something else."""
    match = ASKED.match(" ".join(text.split()).rstrip(" ?.!"))
    term = next((name for name in match.groups() if name), "") if match else ""
    return "" if term.split(" ")[0].lower() in NO_TERM else term


def names_of(term: str) -> tuple[str, ...]:
    """A term and what else it is called."""
    return (term, *thesaurus().equals.get(" ".join(lexemes_of(term)), ()))


def define_first(query: Query, term: str, ranking: Ranking, **options: Any) -> Ranking:
    """The ranking with a section first that says what `term` is, if there is one.

    Of the first rows one that is called so or begins by saying it; else the section whose recorded
    definition it is, which takes two database queries; else the same of its other names. `options`
    are those of the ranking.
    """
    _, *other_names = names_of(term)
    best = _defining(query, [term], ranking, **options)
    if best is None and other_names:
        best = _defining(query, other_names, ranking, **options)
    if best is None:
        return ranking
    others = [row for row in ranking.rows if row.section_id != best.section_id]
    return replace(ranking, rows=[best, *others])


def _defining(
    query: Query, names: Sequence[str], ranking: Ranking, **options: Any
) -> Ranked | None:
    keys = set(map(title_key, names))
    rows = ranking.rows[:MOST_MOVED]
    best = next((row for row in rows if _defines(row, keys)), None)
    return best or _recorded(query, names, **options)


def _defines(row: Ranked, keys: set[str]) -> bool:
    return bool(row.text) and not keys.isdisjoint(map(title_key, subjects(row.title, row.text)))


def subjects(title: str, text: str) -> list[str]:
    """What a section says the meaning of: by its title, or by how its text begins."""
    asked = _ASKING_TITLE.match(title)
    names = [asked["term"]] if asked and text else []
    if subject := _SUBJECT.match(text[:_OPENING]):
        names += [
            subject[1],
            *re.findall(r"\(([^)]+)\)", subject[1]),
            re.sub(r"\(.*?\)", "", subject[1]),
        ]
    return names


def _recorded(query: Query, names: Sequence[str], **options: Any) -> Ranked | None:
    """The section whose definition was recorded at import.

    One that is called so comes first, then the order of kinds: what a text defines in passing is
    often its own sense of the word.
    """
    among: Sections = options.get("sections") or Sections()
    values = {
        "names": [form for n in names for form in (n.lower(), n.lower().removesuffix("s"))],
        "topics": options.get("topic_ids"),
        "sections": among.only,
        "without": among.without,
        "order": json.dumps(DEFINITION_ORDER),
    }
    sql = statement("search/defining_section").format(published=published_sql("t", "s"))
    for section, topic in execute(sql, values):
        one = Sections(only=f"{{{section}}}")
        chosen = {**options, "topic_ids": [topic], "sections": one, "limit": 1}
        return next(iter(rank(query, **chosen).rows), None)
    return None
