"""The lock that lets one import run at a time."""

from topics.raw_sql import execute, statement

IMPORT_LOCK = 7_215_042  # any number that nothing else in this database uses


def import_lock(*, shared: bool = False) -> bool:
    """Take the lock until the end of the transaction; False if another session holds it.

    An import takes it alone; those who save in admin share it.
    """
    function = "pg_try_advisory_xact_lock_shared" if shared else "pg_try_advisory_xact_lock"
    [(is_taken,)] = execute(f"SELECT {function}(%s)", [IMPORT_LOCK])
    return bool(is_taken)


def import_is_under_way() -> bool:
    """Whether an import in another session holds the lock. To ask leaves it alone."""
    [(is_held,)] = execute(statement("importer/import_lock_is_held"), {"lock": IMPORT_LOCK})
    return bool(is_held)
