"""`manage.py restore FILE`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.backup import BackupError
from kb.backup.restore import next_step, restore


class Command(BaseCommand):
    help = "Fill an empty database, and KB_DATA_DIR, from a backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="what `backup` wrote")
        parser.add_argument(
            "--replace",
            metavar="NAME",
            default="",
            help="the database's name, to delete all that it holds; stop the site first",
        )
        parser.add_argument(
            "--even-if-in-use",
            action="store_true",
            help="replace a database to which others are connected, too",
        )
        parser.add_argument(
            "--with-secret", action="store_true", help="replace this site's key with the backup's"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        def say(line: str) -> None:
            self.stdout.write(line)
            self.stdout.flush()

        try:
            made = restore(
                Path(options["file"]).absolute(),
                replace=options["replace"],
                even_if_in_use=options["even_if_in_use"],
                with_secret=options["with_secret"],
                say=say,
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored as of {made.made_at}: {len(made.tables)} tables with {made.rows:,} rows, "
            f"{len(made.uploads)} files of uploads. Every table has the rows of the backup.\n"
            f"{next_step(made)}"
        )
