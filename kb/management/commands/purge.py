"""`manage.py purge TEXT` or `manage.py purge --section ID`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from importer.purge import GONE, PLACES, PurgeRefused, Wanted, purge
from kb.database.fit import named

SHOWN = 20  # lines of a place


class Command(BaseCommand):
    help = "Say where a text or sections are and, with --remove, delete them there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "text", metavar="TEXT", nargs="?", default="", help="as it is written; - reads a line"
        )
        parser.add_argument(
            "--section",
            metavar="ID",
            type=int,
            action="append",
            default=[],
            help="a section's key, as in its admin address; includes all sections below it",
        )
        parser.add_argument(
            "--remove", action="store_true", help="delete for good; without it, only look"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        text, sections = options["text"], options["section"]
        if bool(text) == bool(sections):
            raise CommandError("Give a text, or --section with a key.", returncode=2)
        if text == "-":  # so that no shell's history and no list of processes has it
            try:
                text = input()
            except EOFError as error:
                raise CommandError("Give the text in a line of the standard input.") from error
        try:
            done = purge(
                Wanted(text=text, sections=frozenset(sections)), dry_run=not options["remove"]
            )
        except PurgeRefused as error:
            raise CommandError(str(error)) from error
        self._list(done.found)
        if not done.found:
            self.stdout.write(f"Nothing in {named(connection.settings_dict)} has it.")
        elif not options["remove"]:
            self.stdout.write("Nothing was changed: --remove deletes it for good.")
        else:
            mine = {name for name, place in PLACES.items() if place.remove}
            self.stdout.write(f"Removed; {GONE} takes its place.")
            if done.left:
                self.stdout.write("Still there:")
                self._list(done.left)
            if mine & done.left.keys():
                raise CommandError("Not all of it could be removed: see above.")
        for file in done.files if text else []:
            self.stdout.write(
                f"Remove it from {file} too: an import leaves the file alone as long as nothing in "
                "it changes, and brings the text back with the next change, or a new version of "
                "the site."
            )

    def _list(self, found: dict[str, list[str]]) -> None:
        for name, lines in found.items():
            self.stdout.write(f"{name}: {len(lines)}")
            for line in lines[:SHOWN]:
                self.stdout.write(f"  {line}")
            if len(lines) > SHOWN:
                self.stdout.write(f"  and {len(lines) - SHOWN} more")
