"""Searches from the command line, as the search page does."""

import dataclasses
import json

from django.core.management.base import BaseCommand, CommandParser

from search.engine import Results, search
from search.hits import Hit
from topics.addresses import section_url


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
        results = search(query, topic=topic, limit=limit, offset=offset)
        if format == "json":
            self.stdout.write(json.dumps(dataclasses.asdict(results), ensure_ascii=False))
        else:
            self._print(results)

    def _print(self, results: Results) -> None:
        if results.corrected:
            self.stdout.write(f"Showing results for: {results.corrected[1]}")
        for note in results.notes:
            self.stdout.write(f"Note: {note}.")
        for place, hit in enumerate(results.hits, 1):
            self._print_hit(place, hit)
        more = "" if results.total_is_exact else "+"
        self.stdout.write(f"{results.total:,}{more} found in {results.took_ms:.1f} ms")

    def _print_hit(self, place: int, hit: Hit) -> None:
        above = " > ".join(hit.breadcrumbs)
        self.stdout.write(f"{place:3}. {f'{hit.number} {hit.title}'.strip()}")
        self.stdout.write(f"     {above}" if above else f"     {hit.topic_title}")
        self.stdout.write(f"     {section_url(hit.topic_path, hit.anchor)}")
