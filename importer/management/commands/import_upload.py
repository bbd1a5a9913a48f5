"""`manage.py import_upload RUN`: the process behind an upload in the admin."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from importer.models import ImportRun
from importer.report import Note
from importer.run import import_paths
from importer.uploads import discard

REPORT_EVERY = 10  # files


class Command(BaseCommand):
    help = "Import what a curator uploaded (used by the admin)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        run = ImportRun.objects.get(pk=options["run"])
        refused = list(run.notes)
        # The import is one transaction, so its progress goes through a connection of its own.
        aside = connection.copy()

        def progress(done: int, total: int) -> None:
            if done % REPORT_EVERY == 0 or done == total:
                with aside.cursor() as cursor:
                    cursor.execute(
                        "UPDATE topics_importrun SET files_done = %s, files_total = %s"
                        " WHERE id = %s",
                        [done, total, run.pk],
                    )

        try:
            import_paths(
                [run.folder],
                source=run.source,
                under=run.under,
                dry_run=run.dry_run,
                prune=run.prune,
                user=run.started_by,
                progress=progress,
                record=run,
            )
        except Exception as error:
            note = Note("refused", run.source, None, f"The run failed: {error}")
            ImportRun.objects.filter(pk=run.pk).update(
                status=ImportRun.Status.FAILED,
                finished_at=timezone.now(),
                notes=[*refused, note.as_dict()],
            )
            raise CommandError(str(error)) from error
        finally:
            aside.close()
        ImportRun.objects.filter(pk=run.pk).update(notes=[*refused, *run.notes])
        if not run.dry_run:
            discard(Path(run.folder))
