"""What was checked: docs/verified.tsv, and `verified` in front matter, which is written from it.

    scripts/write-verified [DAY]

Each row of the table names an article, a statement of it, the source with which it was compared,
how, the verdict and the day. An article with ENOUGH rows says in its front matter on which day it
was last checked. Exits with 1 and names the rows that are older than LIFE on DAY (today).
"""

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from .articles import CONTENT, Article, read_all

TABLE = CONTENT.parent / "docs" / "verified.tsv"
COLUMNS = ["article", "statement", "source", "checked", "verdict", "date"]
WAYS = ("run", "read", "source")
VERDICTS = ("holds", "corrected")
ENOUGH = 8
LIFE = timedelta(days=365)

_KEY = re.compile(r"verified: .*\n")


@dataclass(frozen=True)
class Check:
    """One row of the table. `line` is its 1-based line there."""

    line: int
    article: str
    statement: str
    source: str
    way: str
    verdict: str
    day: date

    def at(self, fault: str) -> str:
        return f"docs/verified.tsv:{self.line}: {fault}"


def read_table(text: str) -> list[Check]:
    """The rows. Raises ValueError where the table is none."""
    head, *rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if head != COLUMNS:
        raise ValueError(f"docs/verified.tsv:1: the columns are not {', '.join(COLUMNS)}")
    checks = []
    for number, row in enumerate(rows, 2):
        if len(row) != len(COLUMNS) or not all(row):
            raise ValueError(f"docs/verified.tsv:{number}: a column is missing or empty")
        *texts, day = row
        checks.append(Check(number, *texts, date.fromisoformat(day)))
    return checks


def days(checks: Iterable[Check]) -> dict[str, date]:
    """For each article with enough rows the newest day of them."""
    found = defaultdict(list)
    for check in checks:
        found[check.article].append(check.day)
    return {path: max(each) for path, each in found.items() if len(each) >= ENOUGH}


def faults(article: Article, of_table: Mapping[str, date]) -> list[str]:
    """Where the article's front matter says something else than the table."""
    said = article.document.front.extra.get("verified", "")
    day = of_table.get(article.path)
    if said == (str(day) if day else ""):
        return []
    return [article.at(article.line_of("verified"), f"verified is {said or 'missing'}, not {day}")]


def table_faults(checks: list[Check], paths: Iterable[str]) -> Iterator[str]:
    """Rows out of order, twice, of no article, or with a word that the table does not use."""
    known = set(paths)
    for before, check in zip([None, *checks], checks, strict=False):
        if before and before.article > check.article:
            yield check.at("stands below an article that comes later")
        if check.article not in known:
            yield check.at(f"there is no {check.article}")
        if check.way not in WAYS:
            yield check.at(f"{check.way!r} is no way to check")
        if check.verdict not in VERDICTS:
            yield check.at(f"{check.verdict!r} is no verdict")
    seen = {}
    for check in checks:
        first = seen.setdefault((check.article, check.statement), check)
        if first is not check:
            yield check.at(f"says what line {first.line} says")


def stale(checks: Iterable[Check], today: date) -> list[str]:
    """Rows that were checked longer than LIFE before `today`."""
    return [check.at(f"is of {check.day}") for check in checks if today - check.day > LIFE]


def with_day(text: str, day: date | None) -> str:
    """The article's text with that day in its front matter, or without any."""
    end = text.index("\n---\n", 4) + 1
    front = _KEY.sub("", text[:end])
    return front + (f"verified: {day}\n" if day else "") + text[end:]


def main(arguments: list[str]) -> int:
    """Write front matter; answer 1 when something is too old."""
    today = date.fromisoformat(arguments[0]) if arguments else date.today()
    checks = read_table(TABLE.read_text(encoding="utf-8"))
    of_table = days(checks)
    for article in read_all():
        if faults(article, of_table):
            new = with_day(article.text, of_table.get(article.path))
            Path(CONTENT, article.path).write_text(new, encoding="utf-8")
            print(f"content/{article.path}: {of_table.get(article.path)}")
    old = stale(checks, today)
    print(*old, sep="\n", end="\n" if old else "")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
