"""Whether this code and the database fit together, and what to do where they do not."""

from collections.abc import Iterable
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import Error

from kb.database import GIVE_SETTINGS

# What a statement meets where they do not.
MISFITS = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.UndefinedObject,
)


def named(of: dict[str, Any]) -> str:
    """The database of Django's settings `of`, as people find it, without user and password."""
    if state := of.get("EMBEDDED_STATE"):
        return f"the embedded database in {state}"
    host = of["HOST"] or "the local socket"
    where = f"{host}:{of['PORT']}" if of["PORT"] else host
    return f'the database "{of["NAME"]}" at {where}'


def misfit() -> str | None:
    """Why the site's database and this code do not fit; None where they do, or nobody can tell."""
    asked = connection.copy()
    try:
        applied = applied_names(asked)
        left = len(pending(asked))
    except Error:
        return None
    finally:
        asked.close()
    place = named(connection.settings_dict)
    if not applied:
        return (
            f"The database is not prepared: there is nothing in {place}. If it is the right one, "
            f"run manage.py migrate; otherwise {GIVE_SETTINGS}"
        )
    if newer := unknown(applied):
        return (
            f"The database is newer than this code: {place} has the migration {newer[0]}. Check "
            "out the code that made it, or restore a backup from before"
        )
    if left:
        return (
            f"The database is not prepared: {place} lacks {left} migrations. Run manage.py migrate"
        )
    return None


def applied_names(asked: BaseDatabaseWrapper) -> list[str]:
    """The migrations that a database has, as `topics.0001_initial`, in order."""
    return sorted(".".join(key) for key in MigrationRecorder(asked).applied_migrations())


def pending(asked: BaseDatabaseWrapper) -> list[str]:
    """The migrations of this code that a database lacks, in the order in which they are applied."""
    executor = MigrationExecutor(asked)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown(names: Iterable[str]) -> list[str]:
    """Those of the migrations that a newer version of this code must have brought."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    known = {".".join(key) for key in loader.disk_migrations}
    for migration in loader.disk_migrations.values():
        known |= {".".join(key) for key in migration.replaces}
    apps = {name.partition(".")[0] for name in known}
    return sorted(n for n in names if n not in known and n.partition(".")[0] in apps)
