"""Lists reach PostgreSQL as the arrays that they are."""

from typing import Any

import pytest

from topics.raw_sql import execute

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ([], "bigint"),
        ([7], "bigint"),
        ([1, -2, 3_000_000_000], "bigint"),
        ([0, None, 5], "bigint"),
        ([2**63 - 1, -(2**63)], "bigint"),
        ([10**30], "numeric"),
        ([True, False], "boolean"),
        ([[1, 2], [3, 4]], "bigint"),
        (["1", "a,b", 'say "so"', "null", "", "\\"], "text"),
        ([1.5, -0.25], "double precision"),
    ],
)
def test_a_list_comes_back_as_it_was(given: list[Any], kind: str) -> None:
    assert execute(f"SELECT %s::{kind}[]", [given]) == [(given,)]


def test_each_number_of_a_long_list_is_looked_for() -> None:
    given = {"all": list(range(1, 100_001)), "few": [5, 99_999, 200_000]}
    rows = execute("SELECT n FROM unnest(%(few)s) n WHERE n = ANY(%(all)s) ORDER BY n", given)
    assert rows == [(5,), (99_999,)]
