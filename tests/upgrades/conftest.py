"""Each database of an earlier commit, loaded and migrated once for all the tests that use it."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.upgrades import databases, tables
from tests.upgrades.visitor import Visitor

COMMITS = ["5405726", "1864bcd", "33161e5", "8dd7d1e", "fac8223", "929af9f", "ad7c31d"]
TOO_EARLY = "1a0121b"
AT_ONCE = 2


@dataclass
class Migrated:
    """A database, what `migrate` said about it, and what it held and was like before and after."""

    name: str
    done: "subprocess.CompletedProcess[str]"
    before: dict[str, Any]
    after: dict[str, Any]
    schema_before: dict[str, list[str]]
    schema_after: dict[str, list[str]]
    visitor: Visitor

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with databases.connected(self.name) as opened:
            return opened.execute(sql).fetchall()


def prepare(commit: str) -> Migrated:
    """The database of `commit`, or a new one for "", brought to the present version."""
    name = f"upgrade_{commit or 'new'}_{os.getpid()}"
    databases.create(name)
    before: dict[str, Any] = {}
    schema_before: dict[str, list[str]] = {}
    if commit:
        databases.load(commit, name)
        before, schema_before = look(name, commit)
    done = databases.migrate(name)
    after, schema_after = look(name, commit)
    return Migrated(name, done, before, after, schema_before, schema_after, Visitor(name))


def look(name: str, commit: str) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What a database holds that must be kept, and how it is built."""
    with databases.connected(name) as opened:

        def query(sql: str) -> list[tuple[Any, ...]]:
            return opened.execute(sql).fetchall()

        rows = tables.every_row if commit == TOO_EARLY else tables.everything_kept
        return rows(query), tables.schema(query)


class Upgrades(dict[str, "Future[Migrated]"]):
    """The databases that this run's tests ask for, made two at a time in the tests' order."""

    def __init__(self, commits: list[str]) -> None:
        self.pool = ThreadPoolExecutor(AT_ONCE)
        super().__init__({commit: self.pool.submit(prepare, commit) for commit in commits})

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)
        for future in self.values():
            if not future.cancelled() and not future.exception():
                future.result().visitor.leave()
                databases.drop(future.result().name)


@pytest.fixture(scope="session")
def upgrades(request: pytest.FixtureRequest) -> Iterator[Upgrades]:
    items = [item for item in request.session.items if "upgrades" in item.fixturenames]
    asked = [item.callspec.params.get("commit") for item in items if hasattr(item, "callspec")]
    asked += [TOO_EARLY for item in items if "too_early" in item.fixturenames]
    asked += ["" for item in items if "new" in item.fixturenames]
    made = Upgrades([commit for commit in dict.fromkeys(asked) if commit is not None])
    yield made
    made.close()


@pytest.fixture(params=COMMITS, scope="session")
def commit(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def upgraded(upgrades: Upgrades, commit: str) -> Migrated:
    return upgrades[commit].result()


@pytest.fixture
def new(upgrades: Upgrades) -> Migrated:
    return upgrades[""].result()


@pytest.fixture
def too_early(upgrades: Upgrades) -> Migrated:
    return upgrades[TOO_EARLY].result()


@pytest.fixture
def site(upgraded: Migrated) -> Iterator[Visitor]:
    """The present site on the upgraded database; what a test changes is rolled back after it."""
    assert upgraded.done.returncode == 0, upgraded.done.stderr
    upgraded.visitor.begin()
    yield upgraded.visitor
    upgraded.visitor.rollback()
