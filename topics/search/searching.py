"""A search from what was typed to the rows that are shown."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from topics.search.correction import correct, nearest_words
from topics.search.facets import Facet, count_facets, newest_first
from topics.search.query import MOST_CHARACTERS, Alternative, Query, QueryWord, parse
from topics.search.ranking import MOST_COUNTED, MOST_ROWS, Ranked, rank
from topics.search.snippets import MOST_READ, Passage, snippet
from topics.search.synonyms import Group, keys_in, lexemes_of, widen

FIRST_ROWS, MOST_OF_A_PAGE = 10, 3  # among the first ten rows no page takes more than three
PREFIX = 0.9  # what a longer word is worth beside the word itself
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
    is_bare: bool = False


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

    @property
    def note(self) -> str:
        return "; ".join(self.notes)


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
) -> Results:
    """Sections that answer `q`, best first. Never raises on odd input.

    `topic` is a topic's path (with all below it), `tags` and `kinds` must hold. With `group`, and
    without a topic, no page takes more than three of the first ten rows; the rest of it follows
    from offset 10 on. `offset` counts rows shown and ends at 100; `exact` turns correction off;
    `sort="recent"` orders the same rows by their topics' dates. At most five database queries, six
    with a filter.
    """
    started = time.perf_counter()
    q = q.encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    query = parse(q)
    query.topics += [topic.strip("/").lower()] if topic.strip("/") else []
    query.tags += [tag.lower() for tag in tags if tag]
    query.kinds += [kind.lower() for kind in kinds if kind]
    changed = prepare(query, exact=exact)
    topic_ids = _filtered_topics(query)
    results = Results(query=q[:MOST_CHARACTERS], hits=[], total=0, total_is_exact=True)
    results.notes = list(dict.fromkeys(query.notes))
    results.corrected = _corrected(q, changed)
    if query.words or query.must or topic_ids is not None:
        ranking = rank(query, topic_ids=topic_ids, with_matching=facets)
        rows = ranking.rows if sort != "recent" else newest_first(ranking.rows)
        places, more = _grouped(rows) if group and not query.topics else (list(rows), {})
        shown = places[max(0, offset) : max(0, offset) + max(0, min(limit, MOST_ROWS))]
        results.hits = hits_of(query, [row for row in shown if row], more, snippets=snippets)
        results.total = min(ranking.total, MOST_COUNTED)
        results.total_is_exact = ranking.total <= MOST_COUNTED
        if ranking.total > MOST_ROWS <= offset + limit:
            results.notes.append(ENDS_HERE)
        if facets:
            results.facets = count_facets(ranking.matching)
    if not results.total:
        results.tried = [a.why or w.surface for w in query.words for a in w.alternatives[:3]]
        results.nearest = nearest_words([w.surface for w in query.words if not w.is_known])
    results.took_ms = round((time.perf_counter() - started) * 1000, 2)
    return results


def prepare(query: Query, *, exact: bool = False, most_expanded: int = 50) -> dict[str, str]:
    """Adds synonyms and prefixes to the query's words and corrects the unknown ones.

    `exact` leaves unknown words as they are; returns what became what. One database query, and one
    more where a word is unknown.
    """
    lexemes = {x for w in query.words for a in w.alternatives for x in a.lexemes}
    prefixes = [word.prefix for word in query.words if word.prefix]
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UP, [list(lexemes), list(keys_in(query)), prefixes, most_expanded])
        known, groups, words = (json.loads(column) for column in cursor.fetchone())
    groups = [Group(row[0], row[1]) for row in groups]
    named = {x for g in groups for name in [*g.words, *g.expansions] for x in lexemes_of(name)}
    for word in query.words:
        word.is_known = any(x in named or x in known for a in word.alternatives for x in a.lexemes)
        if word.prefix:
            _expand(word, [lexeme for prefix, lexeme in words if prefix == word.prefix])
    widen(query, groups)
    return {} if exact else correct(query.words)


def _expand(word: QueryWord, longer: list[str]) -> None:
    """Adds the longer words that a prefix stands for; the word itself is worth more."""
    own = word.alternatives if word.is_known and not word.exact else []
    known = {alternative.lexemes for alternative in own}
    weight = PREFIX if own else 1.0
    others = [Alternative((x,), weight) for x in dict.fromkeys(longer) if (x,) not in known]
    if own or others:
        word.alternatives = own + others
        word.is_known = True


def _corrected(q: str, changed: dict[str, str]) -> tuple[str, str] | None:
    if not changed:
        return None
    to = q
    for typed, word in changed.items():
        to = to.replace(typed, word)
    return q, to


def _filtered_topics(query: Query) -> list[int] | None:
    """The topics that the filters leave; None where there is no filter."""
    if not (query.topics or query.tags or query.kinds):
        return None
    paths = [p.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for p in query.topics]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM topics_topic WHERE removed_at IS NULL AND status = 'published'"
            " AND (%s::text[] = '{}' OR lower(path) = ANY(%s) OR lower(path) LIKE ANY(%s))"
            " AND tags @> %s::varchar[] AND (%s::text[] = '{}' OR kind = ANY(%s))",
            [
                query.topics, query.topics, [f"{path}/%" for path in paths],
                query.tags, query.kinds, query.kinds,
            ],
        )  # fmt: skip
        return [row[0] for row in cursor.fetchall()]


def _grouped(ranked: Sequence[Ranked]) -> tuple[list[Ranked | None], dict[int, int]]:
    """The rows by place, with at most three of a page among the first ten.

    The others follow from place ten on, also where the first ten are not filled (None). With it,
    how many rows of a page were put off, by the last row of the page that stayed.
    """
    taken: Counter[int] = Counter()
    first: list[Ranked | None] = []
    later: list[Ranked] = []
    last: dict[int, int] = {}
    for row in ranked:
        page = row.page_id or -row.topic_id
        if len(first) < FIRST_ROWS and taken[page] < MOST_OF_A_PAGE:
            taken[page] += 1
            first.append(row)
            last[page] = row.section_id
        else:
            later.append(row)
    gap = [None] * (FIRST_ROWS - len(first)) if later else []
    more = Counter(last[p] for row in later if (p := row.page_id or -row.topic_id) in last)
    return [*first, *gap, *later], dict(more)


def hits_of(
    query: Query, rows: Sequence[Ranked], more: dict[int, int], *, snippets: bool
) -> list[Hit]:
    """The rows as hits, with marks, snippets and reasons when asked for. One database query."""
    if not rows:
        return []
    columns = "s.id, s.title, s.number, s.breadcrumbs, s.anchor, t.path, t.title, s.is_item" + (
        f", left(s.text, {MOST_READ}), left(s.code, {MOST_READ})" if snippets else ", '', ''"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM topics_section s JOIN topics_topic t ON t.id = s.topic_id"
            " WHERE s.id = ANY(%s)",
            [[row.section_id for row in rows]],
        )
        found = {row[0]: row for row in cursor.fetchall()}
    lexemes = {
        lexeme: number
        for number, word in enumerate(query.words, 1)
        for a in reversed(word.alternatives)
        for lexeme in a.lexemes
    }
    hits = []
    for row in rows:
        if row.section_id not in found:
            continue
        _, title, number, above, anchor, path, topic_title, is_item, text, code = found[
            row.section_id
        ]
        hit = Hit(
            section_id=row.section_id,
            title=title,
            number=number,
            breadcrumbs=list(above),
            topic_path=path,
            topic_title=topic_title,
            anchor=anchor,
            match="all" if row.tier < 6 else "some",
            score=round(row.score, 4),
            more_in_topic=more.get(row.section_id, 0),
            is_bare=is_item and not text and not code,
        )
        if snippets:
            _explain(query, hit, text, code, lexemes)
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


_LOOK_UP = """
    SELECT (SELECT coalesce(json_agg(lexeme), '[]')::text
            FROM topics_term WHERE lexeme = ANY(%s) AND holders > 0),
           (SELECT coalesce(json_agg(json_build_array(words, expansions) ORDER BY id), '[]')::text
            FROM topics_synonym WHERE keys && %s::text[]),
           (SELECT coalesce(json_agg(json_build_array(p.prefix, w.lexeme)), '[]')::text
            FROM unnest(%s::text[]) p(prefix) CROSS JOIN LATERAL (
                SELECT w.lexeme FROM topics_word w
                WHERE left(w.word, 2) = left(p.prefix, 2) AND starts_with(w.word, p.prefix)
                ORDER BY w.uses DESC, w.word LIMIT %s) w)
"""
