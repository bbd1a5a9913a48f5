"""`manage.py check_links`"""

from argparse import ArgumentParser
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand

from topics.models import Link
from topics.visibility import live

REPORTED = [Link.Kind.BROKEN, Link.Kind.PLANNED, Link.Kind.EXTERNAL]


class Command(BaseCommand):
    help = "List broken, planned and external links, by topic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--kind", choices=[kind.value for kind in REPORTED], help="only links of this kind"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kinds = [options["kind"]] if options["kind"] else REPORTED
        links = (
            Link.objects.filter(live("section__"), kind__in=kinds)
            .select_related("section__topic")
            .order_by("section__topic__path", "kind", "section__position", "position")
        )
        total = 0
        for path, found in groupby(links, key=lambda link: link.section.topic.path):
            self.stdout.write(path)
            for link in found:
                total += 1
                self.stdout.write(f"  {link.kind:9} {link.href}  (in “{link.section}”)")
        self.stdout.write(f"{total:,} links")
