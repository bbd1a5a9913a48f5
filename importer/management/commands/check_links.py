"""`manage.py check_links`"""

from argparse import ArgumentParser
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q

from topics.models import Link
from topics.visibility import live

REPORTED = [Link.Kind.BROKEN, Link.Kind.PLANNED, Link.Kind.EXTERNAL]


class Command(BaseCommand):
    help = "List broken, planned and external links and missing files, by topic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--kind", choices=[kind.value for kind in REPORTED], help="only links of this kind"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kinds = [options["kind"]] if options["kind"] else REPORTED
        wanted = Q(kind__in=kinds)
        if Link.Kind.BROKEN in kinds:
            wanted |= Q(kind__in=[Link.Kind.IMAGE, Link.Kind.FILE], file=None)
        links = (
            Link.objects.filter(live("section__"), wanted)
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
