"""`manage.py export_content DIR`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from importer.export import export_to


class Command(BaseCommand):
    help = "Write all topics as Markdown files with front matter, one folder per source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", help="a new or empty folder")
        parser.add_argument("--private", action="store_true", help="private topics too")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        try:
            if folder.exists() and any(folder.iterdir()):
                raise CommandError(f"{folder} is not empty: name a new folder.", returncode=2)
            self.stdout.write(f"Writing into {folder} …")
            self.stdout.flush()
            count = export_to(folder, with_private=options["private"])
        except OSError as error:
            raise CommandError(f"Cannot write {error.filename}: {error.strerror}.") from error
        self.stdout.write(f"{count:,} files written to {folder}")
