"""Prints how well the search answers collections of judged questions."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.management.benchmark_tools import measuring_tool


class Command(BaseCommand):
    help = "Measure the search on collections in BEIR layout (corpus.jsonl, queries.jsonl, qrels)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")

    def handle(self, *, folders: list[Path], **options: object) -> None:
        tool = measuring_tool("evaluation")
        self.stdout.write(f"{'':24}{'nDCG@10':>9}{'MRR@10':>9}{'succ@1':>9}{'rec@100':>9}")
        for folder in folders:
            try:
                collection = tool.read_collection(folder)
            except (OSError, ValueError, KeyError) as error:
                raise CommandError(f"{folder} is no collection in BEIR layout: {error}") from error
            with tool.indexed(collection.documents) as sections:
                self._print(folder.name, tool.measure(collection, sections))
                self._print("  with typing errors", tool.measure(collection, sections, typos=True))

    def _print(self, name: str, measures: Any) -> None:
        figures = (measures.ndcg_10, measures.mrr_10, measures.success_1, measures.recall_100)
        self.stdout.write(f"{name:24}" + "".join(f"{figure:9.4f}" for figure in figures))
