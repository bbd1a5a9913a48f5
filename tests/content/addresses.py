"""External addresses of the articles, in one list: docs/addresses.tsv.

    scripts/check-addresses [DAY]

Asks each address once and writes what it answered: a status, "moved" with a new place, or the
error. Without the network nothing is changed. Exits with 1 and names the articles of those that
answered with an error.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from .articles import CONTENT, Article, read_all

TABLE = CONTENT.parent / "docs" / "addresses.tsv"
COLUMNS = ["address", "article", "answer", "date"]
SECONDS = 20
_AGENT = {"User-Agent": "Mozilla/5.0 (check of links)"}


@dataclass(frozen=True)
class Address:
    """One row: an address, the first article that names it, and what it answered on which day."""

    address: str
    article: str
    answer: str
    day: str

    @property
    def is_broken(self) -> bool:
        """Whether it answered with an error; one that nobody has asked is not."""
        return bool(self.answer) and not self.answer.startswith(("2", "moved"))


def read_table(text: str) -> list[Address]:
    """The rows. Raises ValueError where the table is none."""
    head, *rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if head != COLUMNS:
        raise ValueError(f"addresses.tsv:1: the columns are not {', '.join(COLUMNS)}")
    return [Address(*row) for row in rows]


def written(addresses: Iterable[Address]) -> str:
    """The table as a file."""
    rows = [[each.address, each.article, each.answer, each.day] for each in addresses]
    return "".join("\t".join(row) + "\n" for row in [COLUMNS, *rows])


def named(articles: Iterable[Article]) -> dict[str, list[str]]:
    """Each external address without its anchor, in their order, and the articles that name it."""
    found = defaultdict(list)
    for article in articles:
        for section in article.document.sections:
            for link in section.links:
                if link.kind == "external":
                    found[link.href.partition("#")[0]].append(article.path)
    return dict(sorted(found.items()))


def renewed(table: Iterable[Address], articles: Iterable[Article]) -> list[Address]:
    """The rows for what the articles name now; what an address answered is kept."""
    known = {each.address: each for each in table}
    return [
        replace(known.get(address, Address(address, "", "", "")), article=paths[0])
        for address, paths in named(articles).items()
    ]


def faults(table: Iterable[Address], articles: Iterable[Article]) -> Iterator[str]:
    """Addresses that the list lacks, and rows that no article names."""
    listed, wanted = {each.address for each in table}, named(articles)
    yield from (f"content/{wanted[it][0]}: {it} is not listed" for it in wanted.keys() - listed)
    yield from (f"docs/addresses.tsv: no article names {it}" for it in listed - wanted.keys())


def ask(address: str) -> str:
    """What the address answers. Raises URLError where the network is not there."""
    try:
        with urlopen(Request(address, headers=_AGENT), timeout=SECONDS) as answer:
            moved = answer.url.partition("#")[0].rstrip("/") != address.rstrip("/")
            return f"moved to {answer.url}" if moved else str(answer.status)
    except HTTPError as error:
        return str(error.code)
    except TimeoutError:
        return "too slow"


def asked(addresses: list[Address], ask: Callable[[str], str], day: date) -> list[Address]:
    """The rows with the answers of that day."""
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(ask, [each.address for each in addresses])
        return [
            replace(each, answer=answer, day=str(day))
            for each, answer in zip(addresses, answers, strict=True)
        ]


def main(arguments: list[str]) -> int:
    """Write the table; answer 1 when an address answers with an error."""
    day = date.fromisoformat(arguments[0]) if arguments else date.today()
    articles = read_all()
    before = read_table(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else []
    now = renewed(before, articles)
    try:
        now = asked(now, ask, day)
    except URLError as error:
        print(f"nobody was asked: {error.reason}")
    TABLE.write_text(written(now), encoding="utf-8")
    broken = [each for each in now if each.is_broken]
    for each in broken:
        print(f"content/{each.article}: {each.address} answers {each.answer}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
