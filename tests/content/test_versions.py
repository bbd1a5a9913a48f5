"""Reading versions out of articles, and the table beside what registries serve."""

from dataclasses import replace
from datetime import date

import pytest

from .articles import Article
from .versions import TABLE, Product, read_table, renewed, statements, written

DAY = date(2026, 11, 29)
NODE = Product("Node.js", "Node.js|node", "npm", "node", "", "", "", "")


def found_in(text: str) -> list[tuple[str, int]]:
    article = Article("a.md", f"---\ntitle: Node.js 1\n---\n{text}")
    return [(found.version, found.line) for found in statements(article, [NODE])]


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("Since Node.js 24.7 and", ["24.7"]),
        ("Node.js version 26, Node.js v20.19.1.", ["26", "20.19.1"]),
        ("FROM node:26-trixie-slim", ["26"]),
        ("`node` 26", ["26"]),
        ("Node.js 250 requests, Node.js 10,000 and Node.js 30 ms", []),
        ("my-node 26, lib/node 26, Node.jsx 26", []),
    ],
)
def test_a_version_behind_a_name_is_a_statement(text: str, versions: list[str]) -> None:
    assert [version for version, _ in found_in(text)] == versions


def test_lines_are_counted_from_the_front_matter_on_which_is_not_read() -> None:
    assert found_in("a\n\nNode.js 26\n```bash\nnpx node@24 x.mjs\n```\n") == [("26", 6), ("24", 8)]


def test_a_row_says_what_is_stated_newest_first_beside_what_is_served() -> None:
    articles = [Article("a.md", "Node.js 9, Node.js 24.10"), Article("b.md", "Node.js 24.9")]
    found = [statement for article in articles for statement in statements(article, [NODE])]
    asked = []

    def served(registry: str, package: str) -> str:
        asked.append((registry, package))
        return "26.10.0"

    row = renewed(NODE, found, served, DAY)
    assert asked == [("npm", "node")]
    assert (row.served, row.stated, row.articles) == ("26.10.0", "24.10 24.9 9", "2")
    assert row.date == "2026-11-29"
    assert row.is_behind


@pytest.mark.parametrize(
    ("served", "stated", "behind"),
    [
        ("26.1", "26.10 9", False),
        ("27.0", "26.10", True),
        ("9", "26", False),
        ("", "26", False),
        ("26", "", False),
    ],
)
def test_only_an_older_major_version_is_behind(served: str, stated: str, behind: bool) -> None:
    assert replace(NODE, served=served, stated=stated).is_behind is behind


def test_nobody_is_asked_about_a_product_without_a_package() -> None:
    def never(registry: str, package: str) -> str:
        raise AssertionError(package)

    row = renewed(replace(NODE, registry="-", served="19.0"), [], never, DAY)
    assert (row.served, row.articles) == ("19.0", "0")


def test_the_table_is_read_as_it_was_written() -> None:
    text = TABLE.read_text(encoding="utf-8")
    products = read_table(text)
    assert written(products) == text
    assert {product.registry for product in products} == {"-", "npm", "pypi"}
    assert len({product.product for product in products}) == len(products)


def test_a_table_with_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="versions.tsv:1: the columns are not product"):
        read_table("a\tb\n")
