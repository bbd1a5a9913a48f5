"""`manage.py backup FILE`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.backup import BackupError
from kb.backup.make import back_up, megabytes


class Command(BaseCommand):
    help = "Write the database and the uploads that wait into one new file, checksums included."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a file that does not exist yet")
        parser.add_argument(
            "--with-secret",
            action="store_true",
            help="include the key in KB_DATA_DIR, which signs sessions and links in e-mails",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(options["file"]).absolute()

        def say(line: str) -> None:
            self.stdout.write(line)
            self.stdout.flush()

        try:
            made = back_up(target, with_secret=options["with_secret"], say=say)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{target}: {megabytes(target.stat().st_size)}, {len(made.tables)} tables with "
            f"{made.rows:,} rows, {len(made.uploads)} files of uploads"
        )
