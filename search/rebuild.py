"""Building the index anew beside the live one, and proving that it agrees with the sections."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import OperationalError, connection, transaction

from search.english import STOP_WORDS
from search.index import WORDS, write_index
from search.words import VERSION, columns

BESIDE = "kb_rebuild"  # the schema in which the new tables grow
TABLES = (
    "topics_term", "topics_posting", "topics_indexedsection", "topics_word", "topics_indexstate",
)  # fmt: skip
LATE = "topics_posting"  # its indexes are made when it is full
SWAP_TRIES, SWAP_WAIT = 30, "2s"
FIELDS = ("search_title", "search_above", "search_text", "search_code", "search_rest")

Progress = Callable[[str], None]


def rebuild(say: Progress = lambda line: None) -> int:
    """Builds the index of all published sections and swaps it in; returns how many it holds.

    Readers use the old index until the swap. What was saved meanwhile is indexed once more.
    Raises OperationalError when the tables stay locked for a minute.
    """
    with transaction.atomic():
        say("normalising")
        rewrite_columns()
        return build_beside(say)


def build_beside(say: Progress = lambda line: None) -> int:
    """The same for sections whose `search_*` columns are right already."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        live = cursor.fetchone()[0]
        _create_tables(cursor, live)
        cursor.execute(f"SET LOCAL search_path TO {BESIDE}, {live}")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute(_PUBLISHED)
        ids = [row[0] for row in cursor.fetchall()]
        say(f"indexing {len(ids)} sections")
        write_index(ids, is_new=True)
        say("making its indexes")
        _create_indexes(cursor, live, (LATE,))
        _lock(cursor, live)
        cursor.execute(_WRITTEN_MEANWHILE.format(live=live))
        meanwhile = [row[0] for row in cursor.fetchall()]
        write_index(meanwhile)
        say("swapping")
        for table in TABLES:
            cursor.execute(f"DROP TABLE {live}.{table}")
            cursor.execute(f"ALTER TABLE {BESIDE}.{table} SET SCHEMA {live}")
        cursor.execute(f"DROP SCHEMA {BESIDE} CASCADE")
        cursor.execute(f"SET LOCAL search_path TO {live}")
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
    return len(ids)


def rewrite_columns() -> int:
    """Writes `search_*` again where today's normalising gives something else; returns how often."""
    changed = 0
    for batch in _section_batches():
        stale = [(row[0], made) for row, made in batch if made != list(row[6:])]
        if stale:
            with connection.cursor() as cursor:
                cursor.execute(
                    _UPDATE_COLUMNS,
                    [
                        [i for i, _ in stale],
                        *([made[n] for _, made in stale] for n in range(len(FIELDS))),
                    ],
                )
        changed += len(stale)
    return changed


def problems() -> list[str]:
    """What of the index does not agree with the sections; empty when all does."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM topics_indexstate")
        row = cursor.fetchone()
        if row is None:
            found.append("there is no index yet")
        elif row[0] != VERSION:
            found.append(f"it was made by version {row[0]} of the normalising, this is {VERSION}")
        for question, answer in _QUESTIONS.items():
            cursor.execute(question, {"stop_words": sorted(STOP_WORDS)})
            count = cursor.fetchone()[0]
            if count:
                found.append(answer.format(count))
    stale = sum(made != list(row[6:]) for batch in _section_batches() for row, made in batch)
    if stale:
        found.append(f"{stale} sections are normalised differently today")
    return found


def _section_batches() -> Iterator[list[tuple[tuple[Any, ...], list[str]]]]:
    """Every live section with the columns that it should have, a thousand at a time."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_SECTIONS, [last])
            rows = cursor.fetchall()
        if not rows:
            return
        yield [
            (row, list(columns(title=t, number=n, above=a, text=x, code=c).values()))
            for row in rows
            for _, t, n, a, x, c, *_ in (row,)
        ]
        last = rows[-1][0]


def _create_tables(cursor: Any, live: str) -> None:
    cursor.execute(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE")
    cursor.execute(f"CREATE SCHEMA {BESIDE}")
    for table in TABLES:
        cursor.execute(
            f"CREATE TABLE {BESIDE}.{table} (LIKE {live}.{table}"
            " INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING IDENTITY)"
        )
    _create_indexes(cursor, live, tuple(table for table in TABLES if table != LATE))
    cursor.execute(
        "CREATE TEMP TABLE kb_seen ON COMMIT DROP AS"
        f" SELECT section_id, written_at FROM {live}.topics_indexedsection"
    )


def _create_indexes(cursor: Any, live: str, tables: tuple[str, ...]) -> None:
    """The same constraints and indexes as the live tables have, under the same names."""
    for table in tables:
        cursor.execute(_INDEXES, [f"{live}.{table}"])
        for name, constraint, definition in cursor.fetchall():
            if constraint:
                cursor.execute(f'ALTER TABLE {BESIDE}.{table} ADD CONSTRAINT "{name}" {constraint}')
            else:
                cursor.execute(definition.replace(f" ON {live}.", f" ON {BESIDE}.", 1))


def _lock(cursor: Any, live: str) -> None:
    """Keeps every other session off the live tables, without standing in their way for long."""
    names = ", ".join(f"{live}.{table}" for table in TABLES)
    cursor.execute(f"SET LOCAL lock_timeout = '{SWAP_WAIT}'")
    for attempt in range(1, SWAP_TRIES + 1):
        try:
            with transaction.atomic():
                cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
            return
        except OperationalError:
            if attempt == SWAP_TRIES:
                raise
            time.sleep(0.5)


_PUBLISHED = """
    SELECT s.id FROM topics_section s JOIN topics_topic t ON t.id = s.topic_id
    WHERE s.removed_at IS NULL AND t.removed_at IS NULL AND t.status = 'published'
"""

_WRITTEN_MEANWHILE = """
    SELECT coalesce(s.section_id, n.section_id)
    FROM kb_seen s FULL JOIN {live}.topics_indexedsection n ON n.section_id = s.section_id
    WHERE s.written_at IS DISTINCT FROM n.written_at
"""

_SECTIONS = f"""
    SELECT s.id, s.title, s.number,
           CASE WHEN s.anchor <> '' THEN s.breadcrumbs ELSE s.breadcrumbs || ARRAY(
               SELECT jsonb_array_elements_text(t.front_matter -> 'aliases')
           ) END,
           s.text, s.code, {", ".join(f"s.{field}" for field in FIELDS)}
    FROM topics_section s JOIN topics_topic t ON t.id = s.topic_id
    WHERE s.id > %s AND s.removed_at IS NULL ORDER BY s.id LIMIT 1000
"""

_UPDATE_COLUMNS = """
    UPDATE topics_section s
    SET search_title = n.title, search_above = n.above, search_text = n.text,
        search_code = n.code, search_rest = n.rest
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
             AS n(id, title, above, text, code, rest)
    WHERE s.id = n.id
"""

_INDEXES = """
    SELECT c.relname, pg_get_constraintdef(k.oid), pg_get_indexdef(c.oid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u')
    WHERE i.indrelid = %s::regclass
    ORDER BY c.relname
"""

_VECTOR_TERMS = f"""
    SELECT i.section_id, t.id
    FROM topics_indexedsection i JOIN topics_section s ON s.id = i.section_id
    CROSS JOIN LATERAL ({WORDS}) u
    LEFT JOIN topics_term t ON t.lexeme = u.lexeme
    WHERE NOT u.lexeme = ANY(%(stop_words)s)
"""

_POSTED_TERMS = "SELECT p.section_id, p.term_id FROM topics_posting p"

_QUESTIONS = {
    f"""SELECT count(*) FROM ({_PUBLISHED} EXCEPT SELECT section_id FROM topics_indexedsection) m
    WHERE %(stop_words)s::text[] IS NOT NULL""": "{} published sections are not in it",
    f"""SELECT count(*) FROM (SELECT section_id FROM topics_indexedsection EXCEPT {_PUBLISHED}) m
    WHERE %(stop_words)s::text[] IS NOT NULL""": "{} sections in it are not published",
    f"SELECT count(*) FROM ({_VECTOR_TERMS} EXCEPT {_POSTED_TERMS}) m": "{} postings are missing",
    f"SELECT count(*) FROM ({_POSTED_TERMS} EXCEPT {_VECTOR_TERMS}) m": "{} postings are too many",
}
