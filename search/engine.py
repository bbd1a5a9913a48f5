"""A search from what was typed to the rows that are shown."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser

from search.definitions import asked_term, define_first
from search.filters import FILTERS, Reader, lacking, sections_of, topics_of
from search.hits import Hit, hits_of
from search.matches import MOST_READ
from search.pins import key_of, pins_of, put_first
from search.query import LITERAL, MOST_CHARACTERS, Query, QueryWord
from search.ranking import MOST_COUNTED, MOST_ROWS, Facet, Ranking, rank
from search.second_reading import read_again, replaced, without_demands, words_to_look_up
from search.spelling import Reading, nearest_words
from search.synonyms import Pinned, thesaurus, widen
from search.syntax import parse
from search.unfinished import weighed
from search.words import fold
from topics.addresses import section_url
from topics.raw_sql import execute

MOST_EXPANDED = 50  # words that `word*` may become
# With a filter every candidate, up to 4,000, is looked up for each of them: so many in all.
MOST_EXPANDED_FILTERED = 60
ENDS_HERE = f"only the first {MOST_ROWS} results are shown: add a word to narrow them"
RELAXED = "nothing holds the quoted words in this order: these hold them apart"
NO_TOPIC = "no topic fits the filters"
ABSENT = "nothing here speaks of"
NONE_OF_YOURS = "you have nothing of this kind"
LOG_IN = "log in to find your own things"


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
    offered: str = ""  # the query with near words in place of unknown names: only asked about
    leads_to: tuple[int, str] | None = None  # key and address that a curator sends readers to
    is_exact: bool = False  # asked for as typed
    simpler: str = ""  # where nothing was found: the words alone, without what narrows
    lacking: list[str] = field(default_factory=list)  # filters of whose kind the reader has nothing
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
    such as "is:unread"; private topics are found by those who may see them. `total` counts the
    sections that hold every word that tells something, or score at least half of the best; the
    other rows are there too.
    One database query, and one for a filter; two more where a word has to be corrected.
    """
    started = time.perf_counter()
    q = q.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    query = parse(q, filters=FILTERS)
    query.topics += [topic.strip("/").lower()] if topic.strip("/") else []
    query.tags += [tag.lower() for tag in tags if tag]
    query.kinds += [kind.lower() for kind in kinds if kind]
    reader = reader or AnonymousUser()
    topic_ids, sections = topics_of(query), sections_of(query, reader)
    seen = replace(query, topics=[], tags=[], kinds=[])
    results = Results(query=q[:MOST_CHARACTERS], hits=[], total=0, total_is_exact=True)
    results.is_exact = exact
    results.notes = list(dict.fromkeys(query.notes))
    if topic_ids == []:
        results.notes.append(NO_TOPIC)
    is_narrowed = topic_ids is not None or sections is not None
    if query.words or query.is_filtered or is_narrowed:
        options = {
            "topic_ids": topic_ids,
            "seen_topic_ids": topics_of(seen) if query.is_narrowed else None,
            "sections": sections,
            "with_facets": facets,
            "group": group and not query.topics,
            "by_date": sort == "recent",
            "text_length": MOST_READ if snippets else 0,
        }
        first, most = max(0, offset), max(0, min(limit, MOST_ROWS))
        found = _answer(query, q, exact=exact, first=first, most=most, **options)
        if found.is_relaxed:
            results.notes.append(RELAXED)
        _fill(results, found, q, snippets=snippets)
        if not exact:
            results.leads_to = _where_sent(results, found)
        if found.ranking.total > MOST_ROWS <= offset + limit:
            results.notes.append(ENDS_HERE)
        query = found.query
    if not results.total:
        results.tried = list(dict.fromkeys(w.surface for w in query.words)) or query.taken
        results.lacking = lacking(query, reader)
        why = NONE_OF_YOURS if reader.is_authenticated else LOG_IN
        results.notes += [f"{why}: {name}" for name in results.lacking]
        results.simpler = "" if not query.is_filtered else " ".join(results.tried)
        if exact:  # else the reading told them
            unknown = [word.surface for word in query.words if not word.is_known]
            results.nearest = nearest_words(unknown)
    results.took_ms = round((time.perf_counter() - started) * 1000, 2)
    return results


def _answer(query: Query, q: str, *, exact: bool, first: int, most: int, **options: Any) -> "Found":
    """What the query finds, from row `first` on; without its quoted demands if they leave nothing.

    A question for a meaning is answered by the definition first.
    """
    term = "" if options["by_date"] else asked_term(q)
    key = "" if options["by_date"] else key_of(query)
    pins = pins_of(key)
    if term or pins:  # rows are moved before the page is cut out
        wanted: dict[str, Any] = {"offset": 0, "limit": min(MOST_ROWS, first + most)}
    else:
        wanted = {"offset": first, "limit": most}
    found = find(query, exact=exact, **options, **wanted)
    if pins_of(key) != pins:  # the table changed since this process read it
        return _answer(parse(q, filters=FILTERS), q, exact=exact, first=first, most=most, **options)
    options |= wanted
    if query.is_demanding and not found.ranking.total:
        relaxed = find(without_demands(query), exact=exact, **options)
        if relaxed.ranking.total:
            found = replace(relaxed, is_relaxed=True)
    if term:
        found.ranking = define_first(found.query, term, found.ranking, **options)
    if pins:
        seen, length = options["topic_ids"], options["text_length"]
        found.ranking, found.pinned = put_first(
            found.ranking, pins, topic_ids=seen, text_length=length
        )
    if term or pins:
        found.ranking.rows[:] = found.ranking.rows[first : first + most]
    return found


@dataclass(slots=True)
class Found:
    """A ranking, the query that it answers, and how its unknown words were read."""

    query: Query
    ranking: Ranking
    reading: Reading
    is_relaxed: bool = False  # what was quoted is nowhere so
    pinned: dict[int, Pinned] = field(default_factory=dict)


def find(
    query: Query, *, exact: bool = False, finished: QueryWord | None = None, **options: Any
) -> Found:
    """Rank the query with its synonyms; again where its words can be read better.

    Words that no section holds are finished, split or corrected, and neighbours joined, unless the
    search is `exact`; `finished` is a word that already stands for those that begin so; `options`
    go to `rank`.
    """
    _expand(query, is_filtered=query.is_filtered or options.get("topic_ids") is not None)
    ranking = _rank_widened(query, **options)
    for number in ranking.unknown:
        word = query.words[number - 1]
        word.is_known = any(alternative.why for alternative in word.alternatives)
    if exact:
        return Found(query, ranking, Reading())
    if finished:
        ranking.uses[fold(finished.surface).lower()] = MOST_COUNTED
    query, is_other, reading = read_again(query, ranking.uses, is_finished=bool(finished))
    if is_other:
        ranking = _rank_widened(query, **options)
    return Found(query, ranking, reading)


def _rank_widened(query: Query, **options: Any) -> Ranking:
    """The ranking with synonyms as the table has them now."""
    plain = [list(word.alternatives) for word in query.words]
    synonyms = thesaurus()
    widen(query, synonyms)
    ranking = rank(query, typed=words_to_look_up(query), **options)
    if ranking.synonyms_at != synonyms.changed_at:
        for word, alternatives in zip(query.words, plain, strict=True):
            word.alternatives = alternatives
        widen(query, thesaurus(ranking.synonyms_at))
        ranking = rank(query, typed=words_to_look_up(query), **options)
    return ranking


def _fill(results: Results, found: Found, q: str, *, snippets: bool) -> None:
    """What was found, and what is said of how the query was read."""
    ranking, reading = found.ranking, found.reading
    if reading.changed:
        results.corrected = (q, replaced(q, reading.changed))
    results.offered = replaced(q, reading.offered) if reading.offered else ""
    results.nearest = reading.nearest
    results.notes += [f"{ABSENT}: {name}" for name in reading.absent]
    results.hits = hits_of(found.query, ranking.rows, snippets=snippets)
    for hit in results.hits:
        if pin := found.pinned.get(hit.section_id):
            hit.is_pinned, hit.label = True, pin.label
    results.total, results.total_is_exact = ranking.total, ranking.is_exact
    results.facets = ranking.facets


def _where_sent(results: Results, found: Found) -> tuple[int, str] | None:
    """Where a curator sends those who search for this, if that is among the rows shown."""
    sent = {pk for pk, pin in found.pinned.items() if pin.is_redirect}
    for hit in results.hits:
        if hit.section_id in sent:
            return hit.section_id, section_url(hit.topic_path, hit.anchor)
    return None


def _expand(query: Query, *, is_filtered: bool) -> None:
    """Replace each `word*` by the words of the index that begin with it."""
    wildcards = [word for word in query.words if word.prefix]
    most = MOST_EXPANDED
    if is_filtered and wildcards:
        most = min(most, MOST_EXPANDED_FILTERED // len(wildcards))
    for word in wildcards:
        longer = execute(
            "SELECT w.lexeme, t.df, (SELECT s.sections FROM topics_indexstate s), NULL"
            " FROM topics_word w JOIN topics_term t ON t.lexeme = w.lexeme AND t.tree = 0"
            " WHERE left(w.word, 2) = left(%s, 2) AND starts_with(w.word, %s)"
            " ORDER BY w.uses DESC, w.word LIMIT %s",
            [word.prefix, word.prefix, most],
        )
        word.alternatives = weighed(longer, LITERAL) or word.alternatives
