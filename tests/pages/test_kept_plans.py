"""Statements that every page asks are planned once a connection, and say the same as before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from topics.page_query import Rows, rows_at
from topics.raw_sql import execute

pytestmark = pytest.mark.django_db

SAME = """
    SELECT count(*), sum(generic_plans + custom_plans) FROM pg_prepared_statements
    WHERE statement LIKE '%the page that shows the address%'
"""


def page_at(path: str) -> Rows | None:
    return rows_at(path, with_steps=["path"], with_cards=["outline"])


def test_a_page_is_planned_once_whatever_its_address(library: None) -> None:
    for path in ("lib/web/http", "lib/web", "lib/web/http"):
        page_at(path)
    [(statements, before)] = execute(SAME)
    page_at("lib/web/http")
    page_at("lib/nowhere")
    assert execute(SAME) == [(statements, before + 2)] == [(1, before + 2)]


def test_a_kept_plan_sees_what_was_written_since(library: None) -> None:
    pages = [page_at("lib/web/http") for _ in range(4)]
    execute("UPDATE topics_topic SET title = 'Web' WHERE path = 'lib/web/http'")
    after = page_at("lib/web/http")
    assert all(page and page.page.topic_title == "HTTP" for page in pages)
    assert after and after.page.topic_title == "Web"


def test_a_kept_plan_survives_a_change_of_the_table(library: None) -> None:
    for _ in range(4):
        page_at("lib/web/http")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE topics_section ADD COLUMN added integer")
    assert page_at("lib/web/http")


def test_the_text_of_a_statement_is_logged_with_a_kept_plan_too(library: None) -> None:
    for _ in range(4):
        with CaptureQueriesContext(connection) as asked:
            page_at("lib/web/http")
        [query] = asked.captured_queries
        assert "the page that shows the address" in query["sql"]
