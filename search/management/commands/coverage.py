"""`manage.py coverage OUTLINE`"""

import csv
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.management.benchmark_tools import measuring_tool
from topics.models import Topic

SEED = 20261122


class Command(BaseCommand):
    help = (
        "Say which items of an outline, roadmap or cheat sheet are explained elsewhere, and where."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "outline", metavar="OUTLINE", help="path of the topic, as in its address"
        )
        parser.add_argument(
            "--source", action="append", dest="sources", help="explanations from this source only"
        )
        parser.add_argument(
            "--sample", type=int, metavar="N", help="print N random pairs to judge, tab-separated"
        )
        parser.add_argument(
            "--seed", type=int, default=SEED, help="another sample than the one that was judged"
        )
        parser.add_argument(
            "--judged", type=Path, metavar="FILE", help="pairs with a verdict: gives the precision"
        )
        parser.add_argument("--quiet", action="store_true", help="without the list of gaps")

    def handle(self, *args: Any, **options: Any) -> None:
        tool = measuring_tool("coverage")
        topic = Topic.objects.live().filter(path=options["outline"].strip("/")).first()
        if topic is None:
            raise CommandError(f"There is no topic {options['outline']}.", returncode=2)
        items = tool.items_of(topic, options["sources"])
        if not items:
            raise CommandError(f"{topic.path} has no items to explain.", returncode=2)
        if options["sample"]:
            self._print_sample(tool.sample(items, options["sample"], options["seed"]))
            return
        if not options["quiet"]:
            self._print_gaps(items)
        explained = sum(item.is_explained for item in items)
        coverage = explained / len(items)
        self.stdout.write(
            f"{topic.title}: {explained:,} of {len(items):,} explained ({coverage:.1%})"
        )
        if options["judged"]:
            precision, count = _precision(options["judged"])
            self.stdout.write(
                f"precision {precision:.2f} ({count} judged), "
                f"coverage times precision {coverage * precision:.2f}"
            )

    def _print_sample(self, items: list[Any]) -> None:
        self.stdout.write("verdict\tscore\tnumber\titem\tpart\texplained by")
        for item in items:
            where = f"{item.section.topic.title} / {item.section.title}"
            row = ["", f"{item.score:.2f}", item.number, item.title, item.part, where]
            self.stdout.write("\t".join(row))

    def _print_gaps(self, items: list[Any]) -> None:
        parts = Counter(item.part for item in items)
        for part, total in parts.items():
            missing = [i for i in items if i.part == part and not i.is_explained]
            self.stdout.write(f"{part}: {total - len(missing)} of {total}")
            for item in missing:
                self.stdout.write(f"  {item.number} {item.title}".rstrip())


def _precision(file: Path) -> tuple[float, int]:
    """Share of the judged pairs with the verdict "yes". Raises CommandError."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            verdicts = [row["verdict"] for row in csv.DictReader(lines, delimiter="\t")]
    except (OSError, KeyError) as error:
        raise CommandError(f"{file} cannot be read: {error}", returncode=2) from error
    if not verdicts:
        raise CommandError(f"{file} holds no verdicts.", returncode=2)
    return sum(v == "yes" for v in verdicts) / len(verdicts), len(verdicts)
