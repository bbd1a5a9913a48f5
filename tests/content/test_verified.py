"""Front matter says when an article was checked, as docs/verified.tsv has it, and recently."""

from datetime import date

import pytest

from .articles import Article, read_all
from .verified import COLUMNS, TABLE, days, faults, read_table, stale, table_faults, with_day

ARTICLES = read_all()
CHECKS = read_table(TABLE.read_text(encoding="utf-8"))
DAY = date(2026, 11, 29)


def table(*rows: str) -> str:
    return "\n".join(["\t".join(COLUMNS), *(row.replace("|", "\t") for row in rows), ""])


def row(number: int, path: str = "a.md", day: date = DAY) -> str:
    return f"{path}|statement {number}|RFC 9110, 15|read|holds|{day}"


def test_front_matter_and_table_agree() -> None:
    of_table = days(CHECKS)
    found = [fault for article in ARTICLES for fault in faults(article, of_table)]
    assert not found, "\n".join(["run scripts/write-verified", *found])


def test_the_table_is_in_order() -> None:
    assert list(table_faults(CHECKS, [article.path for article in ARTICLES])) == []


def test_nothing_is_older_than_a_year_beside_the_newest() -> None:
    assert stale(CHECKS, max(check.day for check in CHECKS)) == []


def test_what_is_older_than_a_year_is_named() -> None:
    checks = read_table(
        table(row(1), row(2, day=date(2025, 11, 29)), row(3, day=date(2025, 11, 28)))
    )
    assert stale(checks, DAY) == ["docs/verified.tsv:4: is of 2025-11-28"]


def test_eight_rows_make_an_article_verified_on_the_newest_day() -> None:
    old = date(2026, 5, 1)
    rows = [*(row(n, day=old) for n in range(7)), row(7), *(row(n, "b.md") for n in range(7))]
    assert days(read_table(table(*rows))) == {"a.md": DAY}


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([row(1, "b.md"), row(1)], "3: stands below an article that comes later"),
        ([row(1, "c.md")], "2: there is no c.md"),
        ([row(1), row(1)], "3: says what line 2 says"),
        ([row(1).replace("read", "guessed")], "2: 'guessed' is no way to check"),
        ([row(1).replace("holds", "perhaps")], "2: 'perhaps' is no verdict"),
    ],
)
def test_a_wrong_row_is_found_on_its_line(rows: list[str], fault: str) -> None:
    found = list(table_faults(read_table(table(*rows)), ["a.md", "b.md"]))
    assert found == [f"docs/verified.tsv:{fault}"]


@pytest.mark.parametrize("rows", [["a.md|only two"], [row(1).replace("RFC 9110, 15", "")]])
def test_a_row_without_all_columns_is_refused(rows: list[str]) -> None:
    with pytest.raises(ValueError, match=r"verified\.tsv:2: a column is missing"):
        read_table(table(*rows))


def test_a_day_is_written_changed_and_taken_out() -> None:
    text = "---\ntitle: A\norder: 1\n---\n\n# A\n\n---\n"
    written = with_day(text, DAY)
    assert written == text.replace("1\n", "1\nverified: 2026-11-29\n")
    assert faults(Article("a.md", written), {"a.md": DAY}) == []
    changed = with_day(written, date(2027, 1, 2))
    assert faults(Article("a.md", changed), {"a.md": DAY}) == [
        "content/a.md:4: verified is 2027-01-02, not 2026-11-29"
    ]
    assert with_day(changed, None) == text
