"""Rebuild the index beside the live one, and check that it agrees with the sections."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import OperationalError, connection, transaction

from search.english import STOP_WORDS
from search.index import PUBLISHED, SECTIONS, Source, write_index
from search.sql import problems as function_problems
from search.words import FIELDS, VERSION

BESIDE = "kb_rebuild"  # the schema in which the new tables grow
TABLES = (
    "topics_term", "topics_posting", "topics_indexedsection", "topics_word", "topics_indexstate",
)  # fmt: skip
LATE = "topics_posting"  # its indexes are made when it is full
SWAP_TRIES, SWAP_WAIT = 30, "2s"

Progress = Callable[[str], None]


def rebuild(say: Progress = lambda line: None) -> int:
    """Build the index of all published sections, swap it in and return how many it holds.

    Readers use the old index until the swap. What was saved meanwhile is indexed once more.
    Raises OperationalError if the tables stay locked for a minute.
    """
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


def problems() -> list[str]:
    """What of the index does not agree with the sections; empty when all does."""
    found = function_problems()
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
    stale = sum(_stale_sections())
    if stale:
        found.append(f"{stale} sections are normalised differently today")
    return found


def _stale_sections() -> Iterator[int]:
    """Of every thousand sections, how many have other columns than they should have."""
    fields = ", ".join(f"i.{field}" for field in FIELDS)
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT s.*, {fields} FROM ({SECTIONS} WHERE s.id > %s AND {PUBLISHED}"
                " ORDER BY s.id LIMIT 1000) s JOIN topics_indexedsection i ON i.section_id = s.id"
                " ORDER BY s.id",
                [last],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        count = len(FIELDS)
        yield sum(Source(*row[:-count]).columns() != row[-count:] for row in rows)
        last = rows[-1][0]


def _create_tables(cursor: Any, live: str) -> None:
    cursor.execute(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE")
    cursor.execute(f"CREATE SCHEMA {BESIDE}")
    for table in TABLES:
        cursor.execute(
            f"CREATE TABLE {BESIDE}.{table} (LIKE {live}.{table}"
            " INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING IDENTITY)"
        )
        cursor.execute(
            "SELECT unnest(reloptions) FROM pg_class WHERE oid = %s::regclass", [f"{live}.{table}"]
        )
        for (option,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {BESIDE}.{table} SET ({option})")
        cursor.execute(_RIGHTS, {"old": f"{live}.{table}", "new": f"{BESIDE}.{table}"})
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
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
    """Keep every other session off the live tables, without blocking them for long."""
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


_PUBLISHED = f"""
    SELECT s.id FROM topics_section s JOIN topics_topic t ON t.id = s.topic_id WHERE {PUBLISHED}
"""

_WRITTEN_MEANWHILE = """
    SELECT coalesce(s.section_id, n.section_id)
    FROM kb_seen s FULL JOIN {live}.topics_indexedsection n ON n.section_id = s.section_id
    WHERE s.written_at IS DISTINCT FROM n.written_at
"""

_INDEXES = """
    SELECT c.relname, pg_get_constraintdef(k.oid), pg_get_indexdef(c.oid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u')
    WHERE i.indrelid = %s::regclass
    ORDER BY c.relname
"""

# Who may do what with a table, its columns and its sequence, as statements for the new ones. What
# default privileges gave the new ones is taken back.
_RIGHTS = """
    WITH pairs AS (
        SELECT %(old)s::regclass AS old, %(new)s::regclass AS new, 'TABLE' AS kind
        UNION ALL
        SELECT o.oid, n.oid, 'SEQUENCE'
        FROM pg_class o
        JOIN pg_depend od ON od.objid = o.oid AND od.refobjid = %(old)s::regclass
        JOIN pg_depend nd ON nd.refobjid = %(new)s::regclass AND nd.refobjsubid = od.refobjsubid
        JOIN pg_class n ON n.oid = nd.objid AND n.relkind = 'S'
        WHERE o.relkind = 'S'
    ), places AS (
        SELECT p.kind, p.new, '' AS columns, o.relacl AS acl, o.relowner AS owner, n.relacl AS given
        FROM pairs p JOIN pg_class o ON o.oid = p.old JOIN pg_class n ON n.oid = p.new
        UNION ALL
        SELECT p.kind, p.new, format('(%%I)', a.attname), a.attacl, o.relowner, NULL
        FROM pairs p JOIN pg_class o ON o.oid = p.old
        JOIN pg_attribute a ON a.attrelid = p.old AND a.attacl IS NOT NULL
    ), statements AS (
        SELECT 1 AS step, format('REVOKE ALL ON %%s %%s FROM %%s', kind, new::text,
               CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END)
        FROM places CROSS JOIN LATERAL aclexplode(given) g
        WHERE g.grantee <> owner
        UNION ALL
        SELECT 2, format('GRANT %%s %%s ON %%s %%s TO %%s%%s', g.privilege_type, columns, kind,
               new::text,
               CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
               CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM places CROSS JOIN LATERAL aclexplode(acl) g WHERE g.grantee <> owner
        UNION ALL
        SELECT 3, format('ALTER TABLE %%s OWNER TO %%s', p.new::text, o.relowner::regrole)
        FROM pairs p JOIN pg_class o ON o.oid = p.old JOIN pg_class n ON n.oid = p.new
        WHERE p.kind = 'TABLE' AND o.relowner <> n.relowner
    )
    SELECT format FROM statements ORDER BY step
"""

_VECTOR_TERMS = """
    SELECT i.section_id, t.id
    FROM topics_indexedsection i CROSS JOIN LATERAL kb_words(i.vector, i.rest) u
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
