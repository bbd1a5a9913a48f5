"""Builds the search index anew beside the live one and swaps it in."""

import time

from django.core.management.base import BaseCommand

from search.index import vacuum
from search.rebuild import rebuild


class Command(BaseCommand):
    help = "Rebuild the search index. The old one answers until the new one is ready."

    def handle(self, **options: object) -> None:
        started = time.monotonic()
        count = rebuild(lambda line: self.stdout.write(f"{line} ..."))
        vacuum()
        self.stdout.write(f"{count} sections indexed in {time.monotonic() - started:.1f} s.")
