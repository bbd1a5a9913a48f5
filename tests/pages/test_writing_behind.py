"""What is written behind is one transaction with what the caller writes, in the order given."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from topics.raw_sql import execute
from topics.writing_behind import writing_behind


@pytest.fixture
def table(db):
    execute("CREATE TEMP TABLE lines (id serial, word text)")
    yield
    execute("DROP TABLE IF EXISTS lines")


def write(word: str) -> None:
    execute("INSERT INTO lines (word) VALUES (%s)", [word])


def words() -> list[str]:
    return [word for (word,) in execute("SELECT word FROM lines ORDER BY id")]


def test_statements_of_the_caller_come_after_what_is_under_way(table):
    go = threading.Event()

    def slowly(word: str) -> None:
        go.wait(10)
        write(word)

    with writing_behind() as behind:
        behind.run(slowly, "one")
        go.set()
        write("two")
        behind.run(write, "three")
        assert words() == ["one", "two", "three"]
        behind.run(write, "four")
    assert words() == ["one", "two", "three", "four"]


def test_all_of_it_is_undone_with_the_transaction(table):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        with writing_behind() as behind:
            behind.run(write, "one")
            write("two")
        raise ZeroDivisionError
    assert words() == []


@pytest.mark.parametrize("is_worth_it", [True, False])
def test_what_goes_wrong_behind_is_raised_at_the_end_at_the_latest(table, is_worth_it):
    raised = pytest.raises(DatabaseError, match="nowhere")
    with raised, transaction.atomic(), writing_behind(is_worth_it=is_worth_it) as behind:
        behind.run(execute, "SELECT * FROM nowhere")
    assert words() == []


def test_an_error_of_the_caller_waits_for_what_is_under_way(table):
    with pytest.raises(ZeroDivisionError), writing_behind() as behind:
        behind.run(write, "one")
        raise ZeroDivisionError
    assert words() == ["one"]


def test_what_may_wait_is_written_behind_another_or_at_the_end(table):
    with writing_behind() as behind:
        behind.later(lambda: write("later"))
        behind.later(lambda: write("last"))
        write("one")
        behind.run(write, "two")
        behind.wait()
        assert words() == ["one", "two", "later"]
    assert words() == ["one", "two", "later", "last"]


def test_a_block_within_another_writes_in_its_order(table):
    with writing_behind() as behind:
        behind.run(write, "one")
        with writing_behind(is_worth_it=False) as inner:
            inner.run(write, "two")
        assert inner is behind
        behind.run(write, "three")
    with writing_behind(is_worth_it=False) as alone:
        alone.run(write, "four")
        alone.later(lambda: write("five"))
        assert words() == ["one", "two", "three", "four", "five"]


def test_statements_behind_are_counted_like_others(table, django_assert_num_queries):
    with django_assert_num_queries(2), writing_behind() as behind:
        behind.run(write, "one")
        write("two")


def test_the_connection_is_the_callers_alone_afterwards(table):
    with writing_behind() as behind:
        behind.run(write, "one")
    assert not connection.allow_thread_sharing and words() == ["one"]
