"""`manage.py grant_web_role ROLE`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from kb.database.fit import named
from topics.raw_sql import execute, statement

OWNS = """
    SELECT pg_has_role(r.oid, c.relowner, 'USAGE')
    FROM pg_roles r CROSS JOIN pg_class c
    WHERE r.rolname = %s AND c.oid = 'django_migrations'::regclass
"""


class Command(BaseCommand):
    help = (
        "Let a role of the database serve the site: read and change rows, and make no table. Run "
        "it as the role that owns the tables; that one migrates and rebuilds the index."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="a role that is there: CREATE ROLE … LOGIN")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        [(own_role,)] = execute("SELECT current_user")
        if execute(OWNS, [own_role]) != [(True,)]:
            raise CommandError(
                f"DATABASE_URL names the role {own_role}, which does not own the tables: run this "
                "as the role that does."
            )
        known = execute(OWNS, [role])
        if not known:
            raise CommandError(f"There is no role {role} on this server: CREATE ROLE … LOGIN")
        if known == [(True,)]:
            raise CommandError(
                f"The role {role} owns the tables, or is a superuser: name another one, which "
                "DATABASE_URL names where the site is served."
            )
        with transaction.atomic():
            for (right,) in execute(statement("kb/web_role"), {"role": role}):
                execute(right)
        self.stdout.write(f"The role {role} may serve from {named(connection.settings_dict)}.")
