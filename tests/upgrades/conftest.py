"""Each database of an earlier commit, loaded and migrated once for all the tests that use it."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import pytest

from tests.upgrades import databases, tables
from tests.upgrades.visitor import Visitor

COMMITS = [
    "5405726", "1864bcd", "33161e5", "8dd7d1e", "fac8223", "929af9f", "ad7c31d", "b99ebce",
    "3574146",
]  # fmt: skip
# Both lack columns of 5405726; the second has applied migrations of the same names.
TOO_EARLY = ["1a0121b", "0a8a036"]
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

        rows = tables.every_row if commit in TOO_EARLY else tables.everything_kept
        return rows(query), tables.schema(query)


class Upgrades:
    """The databases that tests ask for, each made once, and the next ones while tests run."""

    def __init__(self, commits: list[str]) -> None:
        self.commits = commits
        self.pool = ThreadPoolExecutor(AT_ONCE)
        self.made: dict[str, Future[Migrated]] = {}

    def __getitem__(self, commit: str) -> Migrated:
        place = self.commits.index(commit)
        for near in self.commits[place : place + 1 + AT_ONCE]:
            if near not in self.made:
                self.made[near] = self.pool.submit(prepare, near)
        return self.made[commit].result()

    def leave(self, commit: str) -> None:
        """Drop a database while the next tests run, because it waits for the disk."""
        if future := self.made.pop(commit, None):
            self.pool.submit(_leave, future)

    def close(self) -> None:
        left = [self.pool.submit(_leave, future) for future in self.made.values()]
        wait(left)
        self.pool.shutdown()


def _leave(future: "Future[Migrated]") -> None:
    migrated = future.result()
    migrated.visitor.leave()
    databases.drop(migrated.name)


@pytest.fixture(scope="session")
def upgrades(request: pytest.FixtureRequest) -> Iterator[Upgrades]:
    items = [item for item in request.session.items if "commit" in item.fixturenames]
    asked = [item.callspec.params["commit"] for item in items]
    made = Upgrades(list(dict.fromkeys(["", *asked, *TOO_EARLY])))
    yield made
    made.close()


@pytest.fixture(params=COMMITS, scope="session")
def commit(request: pytest.FixtureRequest, upgrades: Upgrades) -> Iterator[str]:
    yield request.param
    upgrades.leave(request.param)


@pytest.fixture
def upgraded(upgrades: Upgrades, commit: str) -> Migrated:
    return upgrades[commit]


@pytest.fixture
def new(upgrades: Upgrades) -> Migrated:
    return upgrades[""]


@pytest.fixture(params=TOO_EARLY)
def too_early(request: pytest.FixtureRequest, upgrades: Upgrades) -> Migrated:
    return upgrades[request.param]


@pytest.fixture
def site(upgraded: Migrated) -> Iterator[Visitor]:
    """The present site on the upgraded database; what a test changes is rolled back after it."""
    assert upgraded.done.returncode == 0, upgraded.done.stderr
    upgraded.visitor.begin()
    yield upgraded.visitor
    upgraded.visitor.rollback()
