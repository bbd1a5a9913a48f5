"""The database's functions are those that the code calls, and a difference is said and mended."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from kb import health
from search import sql
from search.apps import check_functions

pytestmark = pytest.mark.django_db

HARMS = [
    ("DROP FUNCTION kb_words", "the function kb_words is missing"),
    (
        "CREATE OR REPLACE FUNCTION kb_similar_words(typed text)"
        " RETURNS TABLE (word text, uses integer) LANGUAGE sql AS $$ SELECT 'a', 1 $$",
        "the function kb_similar_words differs from this version's",
    ),
    ("DROP FUNCTION kb_rank(jsonb)", "the function kb_rank differs from this version's"),
]


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
