"""Rebuild the index beside the live one, and check that it agrees with the sections."""

import time
from collections.abc import Callable, Iterator

from django.db import OperationalError, transaction

from search.english import STOP_WORDS
from search.index import PUBLISHED, Before, Source, write_index
from search.sql import problems as function_problems
from search.vectors import FIELDS
from search.words import VERSION
from topics.models import Section
from topics.raw_sql import execute, statement
from topics.visibility import published_to_some

BESIDE = "kb_rebuild"  # the schema in which the new tables grow
TABLES = (
    "topics_term", "topics_posting", "topics_indexedsection", "topics_word", "topics_indexstate",
    "search_standing",
)  # fmt: skip
LATE = "topics_posting"  # nothing looks into it while it is filled
SWAP_TRIES, SWAP_WAIT = 30, "2s"
# What `sql/differences.sql` counts, in its order.
DIFFERENCES = (
    "{} published sections are not in it",
    "{} sections in it are not published",
    "{} postings are missing",
    "{} postings are too many",
    "{} standings are missing or differ",
    "{} standings are too many or differ",
)

Progress = Callable[[str], None]


def rebuild(say: Progress = lambda line: None, before: Before = lambda section_id: None) -> int:
    """Build the index of all published sections, swap it in and return how many it holds.

    `before` is that of `index_sections`.

    Readers use the old index until the swap. What was saved in the meantime is indexed once more.
    Raises OperationalError if the tables stay locked for a minute.
    """
    with transaction.atomic():
        [(live,)] = execute("SELECT current_schema()")
        _create_tables(live)
        execute(f"SET LOCAL search_path TO {BESIDE}, {live}")
        execute("SET LOCAL maintenance_work_mem = '256MB'")
        ids = list(
            Section.objects.filter(published_to_some()).order_by().values_list("pk", flat=True)
        )
        say(f"indexing {len(ids)} sections")
        write_index(ids, is_new=True, before=before)
        say("making its indexes")
        _create_indexes(live, (LATE,), has_keys=True)
        _create_indexes(live, TABLES, has_keys=False)
        _lock(live)
        rows = execute(statement("search/written_meanwhile").format(live=live))
        write_index([pk for (pk,) in rows])
        say("swapping")
        for table in TABLES:
            execute(f"DROP TABLE {live}.{table}")
            execute(f"ALTER TABLE {BESIDE}.{table} SET SCHEMA {live}")
        execute(f"DROP SCHEMA {BESIDE} CASCADE")
        execute(f"SET LOCAL search_path TO {live}")
    return len(ids)


def may_rebuild() -> bool:
    """Whether this database user may rebuild tables; one that only serves may not."""
    return execute(statement("search/may_rebuild")) == [(True,)]


def is_outdated() -> bool:
    """Whether there is an index, made by another version of the normalising than this."""
    versions = execute("SELECT version FROM topics_indexstate")
    return bool(versions) and versions != [(VERSION,)]


def problems(say: Callable[[str], object] = lambda line: None) -> list[str]:
    """What of the index does not agree with the sections; empty when all does.

    `say` hears how far it is: over 100,000 sections it takes a minute.
    """
    differences = function_problems()
    versions = [version for (version,) in execute("SELECT version FROM topics_indexstate")]
    if not versions:
        differences.append("there is no index yet")
    elif versions != [VERSION]:
        differences.append(
            f"it was made by version {versions[0]} of the normalising, this is {VERSION}"
        )
    sql = statement("search/differences").format(
        published=PUBLISHED, standings=statement("search/standings")
    )
    say("comparing the index with the sections")
    [counts] = execute(sql, {"stop_words": sorted(STOP_WORDS)})
    differences += [text.format(n) for text, n in zip(DIFFERENCES, counts, strict=True) if n]
    stale = compared = 0
    for count, of_these in _stale_sections():
        compared, stale = compared + count, stale + of_these
        say(f"{compared} sections compared")
    if stale:
        differences.append(f"{stale} sections are normalised differently today")
    return differences


def _stale_sections() -> Iterator[tuple[int, int]]:
    """Of every few thousand sections, how many they are, and have columns that they should not."""
    sections = statement("search/sections_to_index")
    fields = ", ".join(f"i.{field}" for field in FIELDS)
    last = 0
    while True:
        rows = execute(
            f"SELECT s.*, {fields} FROM ({sections} WHERE s.id > %s AND {PUBLISHED}"
            " ORDER BY s.id LIMIT 5000) s JOIN topics_indexedsection i ON i.section_id = s.id"
            " ORDER BY s.id",
            [last],
        )
        if not rows:
            return
        count = len(FIELDS)
        stale = sum(Source(*row[:-count]).columns() != row[-count:] for row in rows)
        yield len(rows), stale
        last = rows[-1][0]


def _create_tables(live: str) -> None:
    execute(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE")
    execute(f"CREATE SCHEMA {BESIDE}")
    for table in TABLES:
        execute(
            f"CREATE TABLE {BESIDE}.{table} (LIKE {live}.{table}"
            " INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING IDENTITY)"
        )
        options = "SELECT unnest(reloptions) FROM pg_class WHERE oid = %s::regclass"
        for (option,) in execute(options, [f"{live}.{table}"]):
            execute(f"ALTER TABLE {BESIDE}.{table} SET ({option})")
        tables = {"old": f"{live}.{table}", "new": f"{BESIDE}.{table}"}
        for (right,) in execute(statement("search/rights"), tables):
            execute(right)
    _create_indexes(live, tuple(table for table in TABLES if table != LATE), has_keys=True)
    execute(
        "CREATE TEMP TABLE kb_seen ON COMMIT DROP AS"
        f" SELECT section_id, written_at FROM {live}.topics_indexedsection"
    )


def _create_indexes(live: str, tables: tuple[str, ...], *, has_keys: bool) -> None:
    """The same keys, or other indexes, as the live tables have, under the same names.

    Rows are looked up by their keys while tables are filled. A GIN index takes a fraction of the
    time when it is made at once.
    """
    for table in tables:
        rows = execute(statement("search/indexes_of_table"), {"table": f"{live}.{table}"})
        for name, constraint, definition in rows:
            if bool(constraint) != has_keys:
                continue
            if constraint:
                execute(f'ALTER TABLE {BESIDE}.{table} ADD CONSTRAINT "{name}" {constraint}')
            else:
                execute(definition.replace(f" ON {live}.", f" ON {BESIDE}.", 1))


def _lock(live: str) -> None:
    """Keep every other session off the live tables, without blocking them for long."""
    names = ", ".join(f"{live}.{table}" for table in TABLES)
    execute(f"SET LOCAL lock_timeout = '{SWAP_WAIT}'")
    for attempt in range(1, SWAP_TRIES + 1):
        try:
            with transaction.atomic():
                execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
            return
        except OperationalError:
            if attempt == SWAP_TRIES:
                raise
            time.sleep(0.5)
