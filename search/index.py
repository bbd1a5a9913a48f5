"""Writing the index: postings, and what ranking and correction need besides.

All of it is written in the caller's transaction, so what is published is found at once.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection, transaction

from search.english import STOP_WORDS
from search.words import VERSION, analyse, surfaces, title_key

K1, B = 1.2, 0.75  # BM25's saturation and length normalisation, untuned
TITLE, ABOVE, CODE, TEXT = 5.0, 0.5, 0.7, 1.0  # what one occurrence in each field is worth
BATCH = 2000
FEW = 20  # sections whose terms are looked up one by one
MANY_TERMS = 1000  # new ones in a batch
BULK = 20_000  # sections that are better built beside the live index

_TITLE_HEAD = re.compile(r"^(.+?)\s*(?:\(|:\s|\s[—–-]\s)")


def index_sections(section_ids: Sequence[int]) -> None:
    """Writes the postings of these sections: of the live and published ones; others lose theirs.

    Most of a large library is built beside the live index, which is ten times faster than row by
    row. When the sections are a good part of all, the statistics are counted anew.
    """
    if len(section_ids) >= BULK and _is_large(len(section_ids), share=2):
        from search.rebuild import build_beside  # it builds on this module

        build_beside()
    else:
        write_index(section_ids)


def write_index(section_ids: Sequence[int], *, is_new: bool = False) -> None:
    """The same into the tables as they stand; `is_new` says that they are empty."""
    with transaction.atomic():
        for batch in _batches(section_ids):
            _write_sections(batch)
        is_large = _is_large(len(section_ids))
        if is_large:
            _refresh(_REFRESH_STATE)  # the mean length goes into the postings
        for batch in _batches(section_ids):
            if not is_new:
                _delete_postings(batch)
            _write_postings(batch)
        if is_large:
            # Without this, statistics from before the import let it join term by term.
            _refresh("ANALYZE topics_term, topics_posting, topics_indexedsection")
            refresh_statistics()


def remove_sections(section_ids: Sequence[int]) -> None:
    """Takes these sections out of the index."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("topics_posting", "topics_indexedsection"):
            cursor.execute(f"DELETE FROM {table} WHERE section_id = ANY(%s)", [list(section_ids)])


def refresh_statistics() -> None:
    """Counts how many sections hold each term and how long they are. Blocks no reader."""
    with transaction.atomic():
        _refresh(_REFRESH_STATE, _REFRESH_TERMS, _REFRESH_WORDS)


def vacuum() -> None:
    """Lets searches read posting lists from their index alone, after many rows were written.

    PostgreSQL would do it by itself some minutes later. Does nothing within a transaction.
    """
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(
                "VACUUM (SKIP_LOCKED)"
                " topics_posting, topics_indexedsection, topics_term, topics_word, topics_section"
            )


def _refresh(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, {"version": VERSION})


def _is_large(count: int, share: int = 20) -> bool:
    """Whether `count` sections are at least one in `share` of those indexed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce((SELECT sections FROM topics_indexstate), 0)")
        return count * share >= cursor.fetchone()[0]


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    iterator = iter(sorted(ids))
    while batch := list(islice(iterator, BATCH)):
        yield batch


def title_words(title: str) -> int:
    """Words of a title that a query should cover: of "Locks (Row, Table)" only "Locks"."""
    head = _TITLE_HEAD.match(title)
    return len(title_key(head.group(1) if head else title).split())


def _write_sections(ids: list[int]) -> None:
    """What ranking needs to know of each section, and the words that corrections come from."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM topics_indexedsection WHERE section_id = ANY(%s)", [ids])
        cursor.execute(
            "SELECT s.id, s.title, s.text || ' ' || s.code FROM topics_section s"
            " JOIN topics_topic t ON t.id = s.topic_id WHERE s.id = ANY(%s)"
            " AND s.removed_at IS NULL AND t.removed_at IS NULL AND t.status = 'published'",
            [ids],
        )
        rows = cursor.fetchall()
        texts = [list(surfaces(text)) for _, _, text in rows]
        cursor.execute(
            _INSERT_SECTIONS,
            [
                [id for id, _, _ in rows],
                [title_key(title) for _, title, _ in rows],
                [title_words(title) for _, title, _ in rows],
                [len(text) for text in texts],
            ],
        )
        cursor.execute(_MARK_PARENTS, [ids])
    _write_words({word for _, title, _ in rows for word in surfaces(title)}.union(*texts))


def _write_words(words: set[str]) -> None:
    pairs = sorted((word, token.exact) for word in words if (token := analyse(word)))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_WORDS, [[word for word, _ in pairs], [exact for _, exact in pairs]])


def _delete_postings(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM topics_posting WHERE section_id = ANY(%s)", [ids])


def _write_postings(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_TERMS, {"ids": ids, "stop_words": sorted(STOP_WORDS)})
        if cursor.rowcount >= MANY_TERMS:
            # Else postings may be planned for the few terms of before: each looked for in all.
            cursor.execute("ANALYZE topics_term")
        cursor.execute(
            _INSERT_POSTINGS.format(terms=_ONE_BY_ONE if len(ids) <= FEW else _JOINED),
            {"title": TITLE, "above": ABOVE, "code": CODE, "k1": K1, "b": B, "ids": ids},
        )


def indexed_ids(ids: Iterable[int]) -> set[int]:
    """Those of `ids` that the index holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT section_id FROM topics_indexedsection WHERE section_id = ANY(%s)", [list(ids)]
        )
        return {row[0] for row in cursor.fetchall()}


_INSERT_SECTIONS = """
    INSERT INTO topics_indexedsection
        (section_id, topic_id, title_key, title_words, has_text, length, written_at)
    SELECT s.id, s.topic_id, w.title_key, w.title_words,
           s.text <> '' OR s.code <> '' OR (NOT s.is_item AND EXISTS (
               SELECT 1 FROM topics_section c
               WHERE c.parent_id = s.id AND c.removed_at IS NULL AND (c.text <> '' OR c.code <> '')
           )),
           w.length, clock_timestamp()
    FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[])
             AS w(id, title_key, title_words, length)
    JOIN topics_section s ON s.id = w.id
"""

_MARK_PARENTS = """
    UPDATE topics_indexedsection i SET has_text = true
    FROM topics_section c JOIN topics_section s ON s.id = c.parent_id
    WHERE c.id = ANY(%s) AND c.removed_at IS NULL AND (c.text <> '' OR c.code <> '')
      AND i.section_id = s.id AND NOT s.is_item AND NOT i.has_text
"""

_INSERT_WORDS = """
    INSERT INTO topics_word (word, lexeme, uses)
    SELECT w.word, w.lexeme, 1 FROM unnest(%s::text[], %s::text[]) AS w(word, lexeme)
    WHERE NOT EXISTS (SELECT 1 FROM topics_word o WHERE o.word = w.word)
    ORDER BY w.word
    ON CONFLICT DO NOTHING
"""

# The words of section s: of its vector, and of what did not fit into one (never the same word).
WORDS = """
    SELECT lexeme, positions, weights FROM unnest(s.search_vector)
    UNION ALL
    SELECT r.lexeme, r.positions, r.weights
    FROM regexp_split_to_table(s.search_rest, E'\\n') AS line
    CROSS JOIN LATERAL unnest(line::tsvector) r
    WHERE s.search_rest <> ''
"""

# Plain stop words have no postings: they serve phrases only, through GIN.
_INSERT_TERMS = f"""
    INSERT INTO topics_term (lexeme, holders, df)
    SELECT u.lexeme, 1, 1 FROM (
        SELECT DISTINCT u.lexeme
        FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
        CROSS JOIN LATERAL ({WORDS}) u
        WHERE s.id = ANY(%(ids)s)
    ) u
    WHERE NOT u.lexeme = ANY(%(stop_words)s)
      AND NOT EXISTS (SELECT 1 FROM topics_term t WHERE t.lexeme = u.lexeme)
    ORDER BY u.lexeme
    ON CONFLICT DO NOTHING
"""

_INSERT_POSTINGS = f"""
    INSERT INTO topics_posting (section_id, term_id, impact, in_title)
    SELECT i.section_id, t.id,
           f.tf * (%(k1)s + 1) / (f.tf + %(k1)s * (1 - %(b)s + %(b)s
               * CASE WHEN i.length = 0 THEN 1 ELSE i.length / n.mean_length END)),
           f.titles > 0
    FROM topics_indexedsection i
    JOIN topics_section s ON s.id = i.section_id
    CROSS JOIN topics_indexstate n
    CROSS JOIN LATERAL ({WORDS}) u
    {{terms}}
    CROSS JOIN LATERAL (
        SELECT w.titles, w.places + (%(title)s - 1) * w.titles + (%(above)s - 1) * w.aboves
                   + (%(code)s - 1) * w.codes AS tf
        FROM (SELECT cardinality(u.weights) AS places,
                     cardinality(array_positions(u.weights, 'A')) AS titles,
                     cardinality(array_positions(u.weights, 'B')) AS aboves,
                     cardinality(array_positions(u.weights, 'C')) AS codes) w
    ) f
    WHERE i.section_id = ANY(%(ids)s)
"""

_JOINED = "JOIN topics_term t ON t.lexeme = u.lexeme"
# The planner takes one section's words for thousands and would read all terms.
_ONE_BY_ONE = "CROSS JOIN LATERAL (SELECT id FROM topics_term WHERE lexeme = u.lexeme LIMIT 1) t"

_REFRESH_STATE = """
    INSERT INTO topics_indexstate (id, version, sections, mean_length, counted_at)
    SELECT 1, %(version)s, count(*), greatest(coalesce(avg(length), 0), 1), now()
    FROM topics_indexedsection WHERE length > 0
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, sections = excluded.sections,
        mean_length = excluded.mean_length, counted_at = excluded.counted_at
"""

_REFRESH_TERMS = """
    UPDATE topics_term t SET holders = c.holders, df = c.df
    FROM (SELECT o.id, count(p.section_id) AS holders, count(*) FILTER (WHERE i.length > 0) AS df
          FROM topics_term o
          LEFT JOIN topics_posting p ON p.term_id = o.id
          LEFT JOIN topics_indexedsection i ON i.section_id = p.section_id
          GROUP BY o.id) c
    WHERE c.id = t.id AND (t.holders, t.df) IS DISTINCT FROM (c.holders, c.df)
"""

_REFRESH_WORDS = """
    UPDATE topics_word w SET uses = t.holders
    FROM topics_term t WHERE t.lexeme = w.lexeme AND w.uses <> t.holders
"""
