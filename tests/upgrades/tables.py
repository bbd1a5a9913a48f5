"""All that the tests of upgrades know of tables: what a database holds, and how it is built.

Tables are looked for by the end of their names, because models may move from app to app.
"""

import re
from collections.abc import Callable
from typing import Any

Row = tuple[Any, ...]
Query = Callable[[str], list[Row]]

# What must come through an upgrade as it is: a table's name without its app, and its columns.
KEPT = {
    "user": "id, username, email, password, is_active, is_staff, is_superuser, date_joined",
    "topic": "id, parent_id, source, origin, path, title, kind, status, chosen, tags, removed_at",
    "section": "id, topic_id, parent_id, position, anchor, number, title, markdown, file_markdown,"
    " file_title, edited_at, edited_by_id, conflict_markdown, merged_into_id, created_at,"
    " removed_at",
    "address": "id, topic_id, anchor, section_id",
    "topicaddress": "id, path, topic_id",
    "bookmark": "id, user_id, section_id, note, created_at, updated_at",
    "synonym": "id, words, expansions, note",
    "searchlog": "id, query, results, took_ms, corrected, opened_id, created_at",
    "importrun": "id, source, started_at, finished_at, status, counts::text, notes::text,"
    " lines::text",
}
# What there is since there are rooms.
KEPT_SINCE = {
    "reading": "id, user_id, section_id, state, marked_at",
    "collection": "id, user_id, title, token, created_at",
    "collectedsection": "id, user_id, section_id, collection_id, position, note",
    "highlight": 'id, user_id, section_id, start, "end", exact, prefix, suffix, state, was, color',
    "proposal": "id, section_id, kind, status, author_id, base_markdown, markdown, why, created_at",
    "change": "id, kind, at, by_id, run_id, why, undoes_id",
    "revision": "id, change_id, section_id, topic_id",
    "card": "id, user_id, section_id, origin, front, back, phase, stability, due, reps",
    "review": "id, user_id, card, rating, reviewed_at",
}
# What a section and its marks are known by, whatever happens to their text.
IDENTITY = {
    "topic": "id, path, removed_at",
    "section": "id, topic_id, anchor, title, edited_at, conflict_markdown IS NULL, merged_into_id,"
    " removed_at",
    "address": "topic_id, anchor, section_id",
    "topicaddress": "path, topic_id",
    "bookmark": "id, user_id, section_id, note",
}
ADMIN_LOG = """
    SELECT l.id, l.action_time, l.user_id, t.model, l.object_id, l.object_repr, l.action_flag,
           l.change_message
    FROM django_admin_log l JOIN django_content_type t ON t.id = l.content_type_id ORDER BY l.id
"""
MEMBERS = """
    SELECT u.username, g.name FROM auth_user_groups m
    JOIN auth_user u ON u.id = m.user_id JOIN auth_group g ON g.id = m.group_id ORDER BY 1, 2
"""
RIGHTS = """
    SELECT t.app_label || '.' || p.codename FROM auth_group g
    JOIN auth_group_permissions r ON r.group_id = g.id
    JOIN auth_permission p ON p.id = r.permission_id
    JOIN django_content_type t ON t.id = p.content_type_id
    WHERE g.name = 'curator' ORDER BY 1
"""
CONTENT_TYPES = "SELECT app_label || '.' || model FROM django_content_type ORDER BY 1"

# Only what the schema "public" holds of its own, without what belongs to an extension.
OWN = """
    n.nspname = 'public' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.deptype = 'e' AND d.objid = o.oid)
"""
SCHEMA = {
    "table": f"""
        SELECT o.relname, o.relkind::text, o.relpersistence::text, o.reloptions
        FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
        WHERE o.relkind IN ('r', 'p', 'v', 'm', 'S') AND {OWN}""",
    "column": f"""
        SELECT o.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               a.attidentity::text, a.attgenerated::text, a.attcollation::regcollation::text,
               pg_get_expr(e.adbin, e.adrelid)
        FROM pg_attribute a JOIN pg_class o ON o.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = o.relnamespace
        LEFT JOIN pg_attrdef e ON (e.adrelid, e.adnum) = (a.attrelid, a.attnum)
        WHERE a.attnum > 0 AND NOT a.attisdropped
        AND o.relkind IN ('r', 'p', 'v', 'm') AND {OWN}""",
    # That a column is never null is said above; PostgreSQL 18 has a constraint for it besides.
    "constraint": f"""
        SELECT o.conrelid::regclass::text, o.conname, pg_get_constraintdef(o.oid)
        FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace
        WHERE o.contype <> 'n' AND {OWN}""",
    "index": f"""
        SELECT o.relname, pg_get_indexdef(o.oid)
        FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
        WHERE o.relkind = 'i' AND {OWN}""",
    "function": f"""
        SELECT o.oid::regprocedure::text,
               encode(sha256(convert_to(pg_get_functiondef(o.oid), 'UTF8')), 'hex')
        FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace
        WHERE o.prokind = 'f' AND {OWN}""",
    "trigger": f"""
        SELECT r.relname, pg_get_triggerdef(o.oid), o.tgenabled::text
        FROM pg_trigger o JOIN pg_class r ON r.oid = o.tgrelid
        JOIN pg_namespace n ON n.oid = r.relnamespace
        WHERE NOT o.tgisinternal AND {OWN}""",
    "type": f"""
        SELECT o.typname, o.typtype::text FROM pg_type o
        JOIN pg_namespace n ON n.oid = o.typnamespace
        LEFT JOIN pg_class c ON c.oid = o.typrelid
        WHERE o.typcategory <> 'A' AND (o.typrelid = 0 OR c.relkind = 'c') AND {OWN}""",
    "extension": "SELECT extname FROM pg_extension",
}
# A dump that is loaded has the casts of `x IN ('a', 'b')` in other places than the migration wrote.
WRITTEN_ANOTHER_WAY = r"::(text|character varying)(\[\])?|[()]"


def contents(query: Query, kept: dict[str, str] = KEPT) -> dict[str, list[Row]]:
    """The rows of each kind, in the order of their first columns."""
    return {
        name: query(f"SELECT {columns} FROM {table(query, name)} ORDER BY {columns}")
        for name, columns in kept.items()
    }


def everything_kept(query: Query) -> dict[str, list[Row]]:
    since = {name: columns for name, columns in KEPT_SINCE.items() if tables_of(query, name)}
    return {
        **contents(query, KEPT | since),
        "admin log": query(ADMIN_LOG),
        "members": query(MEMBERS),
    }


def every_row(query: Query) -> dict[str, list[Row]]:
    """All that a database holds, by table."""
    names = query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {name: query(f"SELECT r::text FROM {name} r ORDER BY 1") for (name,) in names}


def table(query: Query, name: str) -> str:
    [found] = tables_of(query, name)
    return found


def tables_of(query: Query, name: str) -> list[str]:
    """The tables of this name, in whichever app it is: one, or none before there was one."""
    found = query(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        f" AND tablename ~ '^[a-z]+_{name}$'"
    )
    return [str(row[0]) for row in found]


def section_id(query: Query, topic_path: str, anchor: str) -> int:
    """The key of the section that has this address now."""
    [(key,)] = query(
        f"SELECT s.id FROM {table(query, 'section')} s"
        f" JOIN {table(query, 'topic')} t ON t.id = s.topic_id"
        f" WHERE t.path = '{topic_path}' AND s.anchor = '{anchor}' AND s.removed_at IS NULL"
    )
    return int(key)


def section_columns(query: Query, key: int, columns: str) -> Row:
    [row] = query(f"SELECT {columns} FROM {table(query, 'section')} WHERE id = {key}")
    return row


def schema(query: Query) -> dict[str, list[str]]:
    """How the database is built: everything by kind, as lines; the order of columns apart."""
    return {kind: sorted(map(_line, query(sql))) for kind, sql in SCHEMA.items()}


def _line(row: Row) -> str:
    line = " | ".join("" if value is None else str(value) for value in row)
    return re.sub(WRITTEN_ANOTHER_WAY, "", line)
