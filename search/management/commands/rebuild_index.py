"""Rebuild the search index beside the live one and swap it in."""

import time

from django.core.management.base import BaseCommand, CommandParser

from search import sql
from search.index import vacuum
from search.rebuild import rebuild


class Command(BaseCommand):
    help = "Rebuild the search index. The old one answers until the new one is ready."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--functions",
            action="store_true",
            help="only restore the database's functions to those of this version",
        )

    def handle(self, *, functions: bool, **options: object) -> None:
        if functions or sql.problems():
            sql.restore()
        if functions:
            self.stdout.write("The search functions are those of this version.")
            return
        started = time.monotonic()
        count = rebuild(lambda line: self.stdout.write(f"{line} ..."))
        vacuum()
        self.stdout.write(f"{count} sections indexed in {time.monotonic() - started:.1f} s.")
