"""The database's functions are those that the code calls, and a difference is said and mended."""

import json
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from kb import health
from search import sql
from search.apps import check_functions
from search.ranking import MOST_COUNTED, MOST_ROWS
from tests.search.library import Part, add_topic

pytestmark = pytest.mark.django_db

HARMS = [
    ("DROP FUNCTION kb_words", "the function kb_words is missing"),
    (
        "CREATE OR REPLACE FUNCTION kb_similar_words(typed text)"
        " RETURNS TABLE (word text, uses integer) LANGUAGE sql AS $$ SELECT 'a', 1 $$",
        "the function kb_similar_words differs from this version's",
    ),
    (
        "DROP FUNCTION kb_similar_words(text);"
        " CREATE FUNCTION kb_similar_words(typed text) RETURNS integer LANGUAGE sql"
        " AS $$ SELECT 1 $$",  # PostgreSQL replaces no function by one with another result
        "the function kb_similar_words differs from this version's",
    ),
    ("DROP FUNCTION kb_rank(kb_asked)", "the function kb_rank differs from this version's"),
]


def test_what_the_functions_and_the_code_both_need_is_the_same() -> None:
    text = sql.definition("kb_rank")
    ranked, counted = (
        int(re.search(rf"{name} CONSTANT integer := (\d+);", text)[1])
        for name in ("most_ranked", "most_counted")
    )
    assert (ranked, counted) == (MOST_ROWS, MOST_COUNTED + 1)


def harm(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_migrations_make_the_functions_that_the_code_calls() -> None:
    assert sql.problems() == []
    assert check_functions(databases=["default"]) == []


@pytest.mark.parametrize(("statement", "problem"), HARMS)
def test_a_difference_is_said_with_the_command_that_mends_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, statement: str, problem: str
) -> None:
    harm(statement)
    (found,) = check_functions(databases=["default"])
    assert found.msg == f"The search cannot use the database: {problem}."
    assert found.hint == "Run manage.py rebuild_index --functions."
    monkeypatch.setattr(health, "_migrated", False)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reason"] == f"{problem}: run manage.py rebuild_index --functions"
    call_command("rebuild_index", functions=True, verbosity=0)
    assert sql.problems() == []
    assert client.get("/readyz").status_code == 200


def test_the_check_asks_no_database_that_it_was_not_given() -> None:
    harm("DROP FUNCTION kb_words")
    assert check_functions() == []


def test_code_of_version_0_1_can_still_search_while_a_deployment_goes_on() -> None:
    add_topic("Guide", Part("Connection pools", "A pool keeps connections."), Part("Pool", "text"))
    asked = (
        "SELECT * FROM kb_rank('{1}'::smallint[], '{1}'::real[], '{t}'::boolean[],"
        " '{pool}'::text[],"
        " '{}'::smallint[], '{}'::real[], '{}'::text[]::tsquery[], 1, '''pool'''::tsquery,"
        " '{}'::text[]::tsquery[], '{pool}'::text[], '', false, false, NULL::tsquery,"
        " NULL::tsquery, NULL::bigint[], false, false, true, 12, 1500, 100, true, false, 0, 10, 4)"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        whole, *rows = cursor.fetchall()
    facets = {"topic": [["guide", "Guide", 2]], "kind": [["article", "article", 2]], "tag": []}
    assert (whole[1], json.loads(whole[2]), whole[3]) == (2, facets, [])
    # Place, title, breadcrumbs, topic's path, and the first letters of the text.
    assert [(r[0], r[11], r[13], r[15], r[17]) for r in rows] == [
        (1, "Pool", ["Guide"], "guide", "text"),
        (2, "Connection pools", ["Guide"], "guide", "A po"),
    ]
