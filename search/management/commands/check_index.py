"""Proves that the search index and the sections agree."""

from django.core.management.base import BaseCommand, CommandError

from search.rebuild import problems


class Command(BaseCommand):
    help = "Check that the search index agrees with the sections. Exit 1 and the remedy if not."

    def handle(self, **options: object) -> None:
        found = problems(lambda line: self.stdout.write(f"{line} ..."))
        if found:
            lines = "".join(f"\n  - {problem}" for problem in found)
            raise CommandError(
                f"The search index does not agree:{lines}\nRemedy: manage.py rebuild_index"
            )
        self.stdout.write("The search index agrees with the sections.")
