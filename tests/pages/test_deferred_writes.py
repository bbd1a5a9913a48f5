"""What is written behind is one transaction with what the caller writes, in the order given."""

import threading
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from topics.deferred_writes import writing_behind
from topics.raw_sql import execute


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


def read(word: str) -> list[str]:
    write(word)
    return words()


def test_reads_run_before_they_are_asked_for_and_behind_what_was_written(table):
    asked = [partial(read, word) for word in ("a", "b", "c", "d")]
    with writing_behind() as behind:
        behind.run(write, "one")
        found = []
        for seen in behind.ahead(asked, 1):
            found.append(seen)
            behind.run(write, f"after {len(found)}")
        assert [seen[-1] for seen in found] == ["a", "b", "c", "d"]
        assert words() == [
            "one", "a", "b", "after 1", "c", "after 2", "d", "after 3", "after 4",
        ]  # fmt: skip
    with writing_behind(is_worth_it=False) as alone:
        reads = alone.ahead([partial(read, "x"), partial(read, "y")])
        assert next(reads)[-1] == "x" and words()[-1] == "x"
        assert next(reads)[-1] == "y"


def test_a_read_that_goes_wrong_is_raised_where_it_is_asked_for(table):
    asked = [partial(read, "a"), partial(execute, "SELECT * FROM nowhere")]
    raised = pytest.raises(DatabaseError, match="nowhere")
    with raised, transaction.atomic(), writing_behind() as behind:
        assert list(behind.ahead(asked)) == []
    assert words() == []


def test_few_writes_wait_at_a_time(table):
    go, begun = threading.Event(), []

    def slowly(word: str) -> None:
        begun.append(word)
        go.wait(10)

    with writing_behind() as behind:
        for word in ("one", "two"):
            behind.run(slowly, word)  # returns at once
        later = threading.Timer(0.05, go.set)
        later.start()
        behind.run(slowly, "three")
        assert go.is_set() and begun[:2] == ["one", "two"]
    assert begun == ["one", "two", "three"]


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
