"""The best sections of a query, from `sql/rank.sql`."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.english import ASKING, QUESTION
from search.filters import Sections
from search.languages import SIGN
from search.query import MOST_RUNS, Query, QueryWord
from topics.raw_sql import execute
from topics.visibility import trees

MOST_ROWS = 100  # paging ends here
MOST_COUNTED = 1000  # totals and facets are exact up to here
LONGEST_LIST = 1000  # postings read of a term
STRONGEST = 300  # of a term with more
WIDEST = 3000  # sections of the rarest word up to which all words are looked for in the whole index
ENOUGH = 30  # sections with all words among them that need no look into the whole index
POOL = 100  # candidates of each kind that are scored exactly
WIDE_POOL = 100  # of a query with common words: sections that are looked up
MOST_SHOWN = 12  # values of one facet
MOST_NAMING = 3  # words that name a subject; more of them ask something


@dataclass(slots=True)
class Facet:
    """A value that narrows the results, with how many of those that the total counts it leaves."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """One ranked section. Its title holds `titled` of the query's words.

    `more` rows of its topic are left out of the first ten and follow later.
    """

    section_id: int
    topic_id: int
    holds_all: bool  # the query's words
    counts: bool  # in the total
    is_bare: bool  # an outline item without text
    score: float
    titled: int
    more: int
    title: str
    number: str
    breadcrumbs: list[str]  # titles from the topic down to the parent
    anchor: str
    topic_path: str
    topic_title: str
    text: str
    code: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """The requested rows, best first.

    `total` counts the sections that hold every word that tells something, or score at least half of
    the `best`: all of them up to 1,000, where it `is_exact`. `facets`, on request, say where these
    are. `unknown` are the numbers, from 1, of words that no section holds; `synonyms_at` is when
    the table of synonyms last changed, None before anything was indexed.
    """

    rows: list[Ranked]
    total: int
    is_exact: bool
    best: float
    facets: dict[str, list[Facet]]
    unknown: list[int]
    synonyms_at: datetime | None
    uses: dict[str, int]  # of the words that were to be looked up: sections that hold each


def rank(
    query: Query,
    *,
    topic_ids: Sequence[int] | None = None,
    sections: Sections | None = None,
    with_facets: bool = False,
    most_listed: int = LONGEST_LIST,
    pool_size: int = POOL,
    group: bool = False,
    by_date: bool = False,
    seen_topic_ids: Sequence[int] | None = None,
    offset: int = 0,
    limit: int = MOST_ROWS,
    text_length: int = 0,
    typed: Sequence[str] = (),
) -> Ranking:
    """Rank the sections that answer the query and that the present reader may see: one statement.

    `topic_ids` and `sections` are what the query's filters leave, None for everything.
    `most_listed` bounds the postings read of one term, `pool_size` the candidates that are scored.
    With `group` no topic takes more than three of the first ten rows, nor a page together with its
    copies for other versions; `by_date` puts the newest topics first. `seen_topic_ids` are what
    would be left without the filters of facets. Rows carry up to `text_length` characters of their
    section's text and its code.
    `typed` are words, as readers write them, whose use is to be told.
    """
    alternatives = [
        (number, alternative.weight * word.times, alternative)
        for number, word in enumerate(query.words, 1)
        for alternative in word.alternatives
    ]
    # What adds to the score of candidates and is no word of the query.
    alternatives += [
        (number, hint.weight, hint)
        for number, hints in enumerate(query.hints, len(query.words) + 1)
        for hint in hints
    ]
    singles = [row for row in alternatives if len(row[2].lexemes) == 1]
    runs = [row for row in alternatives if len(row[2].lexemes) > 1][:MOST_RUNS]
    asking = [number for number, word in enumerate(query.words, 1) if only_asks(word)]
    must, must_all = _must(query, asking)
    # The words alone are looked for among chosen sections as in all of them.
    is_limited = query.demands_more or (sections is not None and not query.words)
    values = {
        "words": [number for number, _, _ in singles],
        "weights": [weight for _, weight, _ in singles],
        "counting": [alternative.counts for _, _, alternative in singles],
        "equals": [
            alternative.is_other
            or SIGN in alternative.lexemes[0]
            or (
                bool(query.words[number - 1 :])
                and alternative is query.words[number - 1].alternatives[0]
            )
            for number, _, alternative in singles
        ],
        "lexemes": [alternative.lexemes[0] for _, _, alternative in singles],
        "run_words": [number for number, _, _ in runs],
        "run_weights": [weight for _, weight, _ in runs],
        "run_queries": [alternative.as_tsquery() for _, _, alternative in runs],
        "word_count": len(query.words),
        "all_words": query.all_words(asking) or None,
        "pairs": query.pairs(),
        "keys": query.keys,
        "said": query.said,
        "wanted_number": query.number,
        "form": typed_form(query),
        "asking": asking,
        "is_comparison": query.is_comparison,
        "is_question": asks(query),
        "is_filtered": query.is_narrowed or is_limited or topic_ids is not None,
        "must": must,
        "must_all": must_all,
        "trees": trees(),
        "topic_ids": topic_ids,
        "is_narrowed": bool(query.words) and query.is_narrowed,
        "wide_topic_ids": seen_topic_ids,
        "is_wide_filtered": is_limited or seen_topic_ids is not None,
        "section_ids": sections and (sections.only or sections.without),
        "is_left_out": sections is not None and sections.only is None,
        "in_titles": query.field_mark == "A",
        "with_code": query.has_code,
        "with_facets": with_facets,
        "most_values": MOST_SHOWN,
        # The facets of a single word are those of as many sections as are counted.
        "bound": min(
            most_listed, LONGEST_LIST if with_facets and len(query.words) == 1 else STRONGEST
        ),
        "longest": most_listed,
        "widest": WIDEST,
        "enough": ENOUGH,
        "pool_size": pool_size,
        "wide_pool": WIDE_POOL if pool_size == POOL else pool_size,
        "typed": list(typed),
        "is_grouped": group,
        "by_date": by_date,
        "rows_before": offset,
        "rows_wanted": limit,
        "text_length": text_length,
    }
    [(total, is_exact, best, facets, unknown, synonyms_at, uses, rows)] = execute(
        "SELECT * FROM kb_rank(jsonb_populate_record(NULL::kb_asked, %s::jsonb))",
        [json.dumps(values)],
    )
    return Ranking(
        [Ranked(*row) for row in rows], min(total, MOST_COUNTED), is_exact, best or 0.0,
        _facets(facets or {}), unknown, synonyms_at, uses or {},
    )  # fmt: skip


def only_asks(word: QueryWord) -> bool:
    """Whether a word of a query says little of what is looked for."""
    return word.is_vague or word.surface.lower() in ASKING


def _facets(counted: dict[str, list[Any]]) -> dict[str, list[Facet]]:
    """The facets that `kb_rank` counted: by topic (value is its path), kind and tag."""
    facets = {name: [Facet(*row) for row in rows] for name, rows in counted.items()}
    for facet in facets.get("kind", []):
        facet.label = facet.label.capitalize()
    return facets


def asks(query: Query) -> bool:
    """Whether it asks something, and does not only name it."""
    is_long = len(query.words) > MOST_NAMING
    return is_long or query.is_pasted or bool(QUESTION.match(query.text))


def typed_form(query: Query) -> str:
    """The one word of a query as a pattern, where its stem is that of words of another sense.

    "Sharding" and "shards" share one: what says "sharding" is rather meant. Empty for others.
    """
    if len(query.words) != 1 or query.words[0].exact:
        return ""
    surface = query.words[0].surface.lower()
    return rf"\m{surface}s?\M" if DERIVED.fullmatch(surface) else ""


DERIVED = re.compile(r"[a-z]{3,}(?:ing|er|or|ion|ment|ance|ence|ity|able|ible|ive|ness|ure)")


def _must(query: Query, asking: Sequence[int]) -> tuple[str | None, str | None]:
    """What a filtered query admits, and the same with all telling words; None for everything."""
    always = query.must + [f"!({text})" for text in query.must_not]
    if not query.words:
        return " & ".join(always) or None, None
    is_quoted = bool(query.must) and all(word.exact for word in query.words)
    any_word = [] if is_quoted else [f"({query.any_word()})"]
    must = " & ".join([*any_word, *always])
    return must, " & ".join([f"({query.all_words(asking)})", *always])
