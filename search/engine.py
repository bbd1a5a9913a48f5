"""A search from what was typed to the rows that are shown."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser

from search.filters import FILTERS, Reader, sections_of, topics_of
from search.query import MOST_CHARACTERS, Alternative, Query, parse
from search.ranking import MOST_COUNTED, MOST_ROWS, Facet, Ranked, Ranking, rank
from search.snippets import MOST_READ, Passage, snippet
from search.spelling import correct, nearest_words
from search.synonyms import thesaurus, widen
from topics.raw_sql import execute

PREFIX = 0.9  # what a longer word is worth beside the word itself
MOST_EXPANDED = 50  # words that `word*` may become
# With a filter every candidate, up to 4,000, is looked up for each of them: so many in all.
MOST_EXPANDED_FILTERED = 60
ENDS_HERE = f"only the first {MOST_ROWS} results are shown: add a word to narrow them"


@dataclass(slots=True)
class Hit:
    """A section that answers the query. `snippet` and `title_html` are safe HTML."""

    section_id: int
    title: str
    number: str
    breadcrumbs: list[str]  # titles from the topic down to the parent
    topic_path: str
    topic_title: str
    anchor: str
    match: str  # "all" or "some" of the words
    score: float
    title_html: str = ""
    snippet: str = ""
    reasons: list[str] = field(default_factory=list)
    more_in_topic: int = 0  # further rows of the same page that the first ten leave out


@dataclass(slots=True)
class Results:
    """What a search found. `corrected` is (what was typed, what was looked for)."""

    query: str
    hits: list[Hit]
    total: int
    total_is_exact: bool
    corrected: tuple[str, str] | None = None
    notes: list[str] = field(default_factory=list)
    facets: dict[str, list[Facet]] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    nearest: list[str] = field(default_factory=list)
    took_ms: float = 0.0


def search(
    q: str,
    *,
    topic: str = "",
    tags: Sequence[str] = (),
    kinds: Sequence[str] = (),
    limit: int = 10,
    offset: int = 0,
    group: bool = True,
    sort: str = "relevance",
    exact: bool = False,
    snippets: bool = True,
    facets: bool = False,
    reader: Reader | None = None,
) -> Results:
    """Sections that answer `q`, best first. Never raises on odd input.

    `topic` is a topic's path (with all below it), `tags` and `kinds` must hold. With `group`, and
    without a topic, no page takes more than three of the first ten rows; the rest of it follows
    from offset 10 on. `offset` counts rows shown and ends at 100; `exact` turns correction off;
    `sort="recent"` orders the same rows by their topics' dates; `reader` is who asks, for filters
    such as "is:unread" and for what only some may see. One database query, and one for a filter;
    two more where a word has to be corrected.
    """
    started = time.perf_counter()
    q = q.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    query = parse(q, filters=FILTERS)
    query.topics += [topic.strip("/").lower()] if topic.strip("/") else []
    query.tags += [tag.lower() for tag in tags if tag]
    query.kinds += [kind.lower() for kind in kinds if kind]
    reader = reader or AnonymousUser()
    topic_ids, section_ids = topics_of(query, reader), sections_of(query, reader)
    results = Results(query=q[:MOST_CHARACTERS], hits=[], total=0, total_is_exact=True)
    results.notes = list(dict.fromkeys(query.notes))
    if query.words or query.must or topic_ids is not None or section_ids is not None:
        _expand(query, is_filtered=query.is_filtered or topic_ids is not None)
        ranking, changed = find(
            query,
            exact=exact,
            topic_ids=topic_ids,
            section_ids=section_ids,
            with_facets=facets,
            group=group and not query.topics,
            by_date=sort == "recent",
            offset=max(0, offset),
            limit=max(0, min(limit, MOST_ROWS)),
            text_length=MOST_READ if snippets else 0,
        )
        results.corrected = (q, _replaced(q, changed)) if changed else None
        results.hits = hits_of(query, ranking.rows, snippets=snippets)
        results.total = min(ranking.total, MOST_COUNTED)
        results.total_is_exact = ranking.total <= MOST_COUNTED
        if ranking.total > MOST_ROWS <= offset + limit:
            results.notes.append(ENDS_HERE)
        results.facets = ranking.facets
    if not results.total:
        results.tried = [a.why or w.surface for w in query.words for a in w.alternatives[:3]]
        results.nearest = nearest_words([w.surface for w in query.words if not w.is_known])
    results.took_ms = round((time.perf_counter() - started) * 1000, 2)
    return results


def find(query: Query, *, exact: bool = False, **options: Any) -> tuple[Ranking, dict[str, str]]:
    """Rank the query with its synonyms; again with unknown words corrected, if there are any.

    `exact` leaves unknown words as they are; `options` go to `rank`. Returns the ranking, and the
    correction of each corrected word.
    """
    plain = [list(word.alternatives) for word in query.words]
    synonyms = thesaurus()
    widen(query, synonyms)
    ranking = rank(query, **options)
    if ranking.synonyms_at != synonyms.changed_at:
        for word, alternatives in zip(query.words, plain, strict=True):
            word.alternatives = alternatives
        widen(query, thesaurus(ranking.synonyms_at))
        ranking = rank(query, **options)
    for number in ranking.unknown:
        word = query.words[number - 1]
        word.is_known = any(alternative.why for alternative in word.alternatives)
    changed = {} if exact else correct(query.words)
    if changed:
        query.keys = parse(_replaced(query.text, changed)).keys
        ranking = rank(query, **options)
    return ranking, changed


def _expand(query: Query, *, is_filtered: bool) -> None:
    """Replace each `word*` by the words of the index that begin with it."""
    wildcards = [word for word in query.words if word.prefix]
    most = MOST_EXPANDED
    if is_filtered and wildcards:
        most = min(most, MOST_EXPANDED_FILTERED // len(wildcards))
    for word in wildcards:
        longer = execute(
            "SELECT lexeme FROM topics_word"
            " WHERE left(word, 2) = left(%s, 2) AND starts_with(word, %s)"
            " ORDER BY uses DESC, word LIMIT %s",
            [word.prefix, word.prefix, most],
        )
        word.alternatives = [Alternative(row) for row in dict.fromkeys(longer)] or word.alternatives


def _replaced(text: str, changed: dict[str, str]) -> str:
    for typed, word in changed.items():
        text = text.replace(typed, word)
    return text


def hits_of(query: Query, rows: Sequence[Ranked], *, snippets: bool) -> list[Hit]:
    """The rows as hits, with marks, snippets and reasons on request."""
    lexemes = {
        lexeme: number
        for number, word in enumerate(query.words, 1)
        for a in reversed(word.alternatives)
        for lexeme in a.lexemes
    }
    hits = []
    for row in rows:
        hit = Hit(
            section_id=row.section_id,
            title=row.title,
            number=row.number,
            breadcrumbs=row.breadcrumbs,
            topic_path=row.topic_path,
            topic_title=row.topic_title,
            anchor=row.anchor,
            match="all" if row.tier < 6 else "some",
            score=round(row.score, 4),
            more_in_topic=row.more,
        )
        if snippets:
            _explain(query, hit, row.text, row.code, lexemes)
        hits.append(hit)
    return hits


def _explain(query: Query, hit: Hit, text: str, code: str, lexemes: dict[str, int]) -> None:
    """Fills in the marked title, the snippet and, where they are not plain, the reasons."""
    title, prose = Passage(hit.title, lexemes), Passage(text, lexemes)
    in_prose = {lexemes[lexeme] for lexeme in prose.found}
    needed = code if len(in_prose) < len(query.words) or not text else ""
    source = Passage(needed, lexemes, in_code=True)
    hit.title_html = title.marked()
    hit.snippet = snippet(prose, source)
    fields = (
        ("", prose.found),
        ("title", title.found),
        ("heading above", Passage("\n".join(hit.breadcrumbs), lexemes).found),
        ("in code", source.found),
    )
    reasons = ["number"] if query.number and hit.number == query.number else []
    for word in query.words:
        for alternative in word.alternatives:
            places = [name for name, found in fields if found.issuperset(alternative.lexemes)]
            if places:
                reasons += [alternative.why, places[0]]
                break
    hit.reasons = [reason for reason in dict.fromkeys(reasons) if reason]
