"""`manage.py verify FILE`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.backup import BackupError
from kb.backup.restore import verify


class Command(BaseCommand):
    help = "Read a backup whole and compare it with its checksums; nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="what `backup` wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        file = Path(options["file"]).absolute()
        self.stdout.write(f"Reading {file} …")
        self.stdout.flush()
        try:
            made = verify(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"The backup is whole: made {made.made_at} by version {made.site} from PostgreSQL "
            f"{made.server}, {len(made.tables)} tables with {made.rows:,} rows, "
            f"{len(made.uploads)} files of uploads"
            f"{', the secret key' if made.has_secret else ''}"
        )
