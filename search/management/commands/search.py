"""Searches from the command line, as the search page does."""

import dataclasses
import json
import os
import re
import sys
from html import unescape

from django.core.management.base import BaseCommand, CommandParser

from search.engine import Results, search
from search.hits import Hit
from search.ranking import Facet

_TAG = re.compile(r"</?(?:mark|code)>")


class Command(BaseCommand):
    help = "Search the sections."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query")
        parser.add_argument("--topic", default="", help="path of a topic: search only below it")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--offset", type=int, default=0)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(
        self, *, query: str, topic: str, limit: int, offset: int, format: str, **options: object
    ) -> None:
        results = search(query, topic=topic, limit=limit, offset=offset, facets=True)
        try:
            if format == "json":
                self.stdout.write(json.dumps(dataclasses.asdict(results), ensure_ascii=False))
            else:
                self._print(results)
            self.stdout.flush()
        except BrokenPipeError:  # the reader, such as `head`, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _print(self, results: Results) -> None:
        if results.corrected:
            self.stdout.write(f"Showing results for: {results.corrected[1]}")
        if results.offered:
            self.stdout.write(f"Did you mean: {results.offered}")
        for note in results.notes:
            self.stdout.write(f"Note: {note}.")
        if results.nearest and not results.hits:
            self.stdout.write(f"Similar words: {', '.join(results.nearest)}")
        for place, hit in enumerate(results.hits, 1):
            self._print_hit(place, hit)
        more = "" if results.total_is_exact else "+"
        for name, values in results.facets.items():
            self._print_facet(name, values, more)
        self.stdout.write(f"{results.total:,}{more} found in {results.took_ms:.1f} ms")

    def _print_facet(self, name: str, values: list[Facet], more: str) -> None:
        if values:
            counts = ", ".join(f"{facet.label} ({facet.count}{more})" for facet in values)
            self.stdout.write(f"{name.capitalize()}: {counts}")

    def _print_hit(self, place: int, hit: Hit) -> None:
        above = " > ".join(hit.breadcrumbs)
        self.stdout.write(f"{place:3}. {f'{hit.number} {hit.title}'.strip()}")
        self.stdout.write(f"     {above}" if above else f"     {hit.topic_title}")
        self.stdout.write(f"     {hit.url}")
        for reason in hit.reasons:
            self.stdout.write(f"     ({reason})")
        for line in unescape(_TAG.sub("", hit.snippet)).splitlines():
            self.stdout.write(f"       {line}")
