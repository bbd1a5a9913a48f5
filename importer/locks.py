"""One import at a time, and no admin's save in the middle of one."""

from django.db import connection

IMPORT_LOCK = 7_215_042  # any number that nothing else in this database uses


def import_lock(*, shared: bool = False) -> bool:
    """Take the lock until the end of the transaction; False when somebody else holds it."""
    function = "pg_try_advisory_xact_lock_shared" if shared else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [IMPORT_LOCK])
        return bool(cursor.fetchone()[0])


def import_is_under_way() -> bool:
    """Whether an import holds the lock. To ask leaves it alone: nobody is refused for that."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
                WHERE locktype = 'advisory' AND objsubid = 1 AND granted
                    AND mode = 'ExclusiveLock' AND datname = current_database()
                    AND classid::bigint = 0 AND objid::bigint = %s
            )
            """,
            [IMPORT_LOCK],
        )
        return bool(cursor.fetchone()[0])
