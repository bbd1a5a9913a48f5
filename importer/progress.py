"""How far an import is, on its record, where the admin's page looks."""

import time
from collections.abc import Callable

from django.db import Error, connection

from importer.models import ImportRun

SAVE_EVERY = 2.0  # seconds

Progress = Callable[[int, int], None]


class RecordedProgress:
    """Called with the files done and all of them: saves both now and then, and passes them on.

    An import is one transaction, so they go through a connection of their own.
    """

    def __init__(self, record: ImportRun, tell: Progress | None) -> None:
        self.record = record
        self.tell = tell
        self.saved_at = time.monotonic()
        self.aside = connection.copy()

    def __call__(self, done: int, total: int) -> None:
        self.record.files_done, self.record.files_total = done, total
        if time.monotonic() - self.saved_at >= SAVE_EVERY:
            self.saved_at = time.monotonic()
            self._save()
        if self.tell:
            self.tell(done, total)

    def _save(self) -> None:
        try:
            with self.aside.cursor() as cursor:
                cursor.execute(
                    "UPDATE topics_importrun SET files_done = %s, files_total = %s WHERE id = %s",
                    [self.record.files_done, self.record.files_total, self.record.pk],
                )
        except Error:  # the import itself will say what is wrong, if it matters
            self.aside.close()

    def close(self) -> None:
        """Give the connection back."""
        self.aside.close()
