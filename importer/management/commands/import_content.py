"""`manage.py import_content PATH...`"""

import json
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, ProgrammingError

from documents.dialects import TOOLS
from importer.file_discovery import WrongPath
from importer.report import Report
from importer.run import ImportUnderWay, import_paths

BAR = 30
REDRAW, TELL_EVERY = 0.1, 2.0  # seconds between reports, on a terminal and elsewhere
SHOWN_NOTES = 40


class Command(BaseCommand):
    help = "Import Markdown files and folders as topics and sections."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
        parser.add_argument(
            "--source", default="", help="name of the source; default: the folder's"
        )
        parser.add_argument(
            "--dialect",
            default="",
            choices=["", *sorted(TOOLS)],
            metavar="NAME",
            help=f"the tool that the files are written for: {', '.join(sorted(TOOLS))}; "
            "kept with the source; default: found by the files",
        )
        parser.add_argument("--under", default="", metavar="TOPIC", help="mount under this topic")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--prune", action="store_true", help="remove topics whose file is gone")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        self.started_at = self.told_at = time.monotonic()
        tells = options["verbosity"] > 0 or sys.stderr.isatty()
        try:
            report = import_paths(
                options["paths"],
                source=options["source"],
                under=options["under"],
                dialect=options["dialect"],
                dry_run=options["dry_run"],
                prune=options["prune"],
                progress=self._progress if tells else None,
            )
        except WrongPath as error:
            raise CommandError(str(error), returncode=2) from error
        except ImportUnderWay as error:
            raise CommandError(str(error)) from error
        except ProgrammingError:
            raise  # the database is not as this code expects it: manage.py says more
        except DatabaseError as error:
            reason = str(error).strip().partition("\n")[0]
            raise CommandError(f"The database failed, nothing was changed: {reason}") from error
        seconds = time.monotonic() - self.started_at
        if options["format"] == "json":
            self._print_json(report, seconds)
        else:
            self._print_text(report, seconds, verbose=options["verbosity"] > 1)
        if report.refused:
            sys.exit(1)

    def _progress(self, done: int, total: int) -> None:
        """A bar on a terminal; elsewhere a line about every two seconds."""
        is_terminal, now = sys.stderr.isatty(), time.monotonic()
        if done < total and now - self.told_at < (REDRAW if is_terminal else TELL_EVERY):
            return
        has_told = self.told_at > self.started_at
        self.told_at = now
        if is_terminal:
            full = BAR * done // total
            bar = "█" * full + "░" * (BAR - full)
            self.stderr.write(f"{bar} {done:,} of {total:,} files", ending="\r")
            if done == total:
                self.stderr.write("")
        elif done < total or has_told:
            self.stderr.write(f"{done:,} of {total:,} files are read.")
        if done == total and (is_terminal or has_told):
            self.stderr.write("Writing links and the search index …")

    def _print_json(self, report: Report, seconds: float) -> None:
        value = {
            "dry_run": report.dry_run,
            "counts": report.counts,
            "notes": [note.as_dict() for note in report.notes],
            "changes": report.lines,
            "seconds": round(seconds, 3),
        }
        self.stdout.write(json.dumps(value, ensure_ascii=False))

    def _print_text(self, report: Report, seconds: float, *, verbose: bool) -> None:
        if report.dry_run or verbose:
            for line in report.lines:
                self.stdout.write(line)
        shown = report.notes if verbose else _most_important(report)
        for note in shown:
            self.stdout.write(f"{note.level}: {note}")
        if len(shown) < len(report.notes):
            more = len(report.notes) - len(shown)
            self.stdout.write(f"… and {more:,} more notes: --verbosity 2 prints them all")
        counts = ", ".join(f"{n:,} {what}" for what, n in sorted(report.counts.items()) if n)
        would = "Would be: " if report.dry_run else ""
        self.stdout.write(f"{would}{counts or 'nothing to do'} ({seconds:.1f} s)")


def _most_important(report: Report) -> list[Any]:
    rank = {"refused": 0, "conflict": 1, "kept": 2}
    ordered = sorted(report.notes, key=lambda note: rank.get(note.level, 3))
    urgent = [note for note in ordered if note.level in rank]
    return ordered[: max(SHOWN_NOTES, len(urgent))]
