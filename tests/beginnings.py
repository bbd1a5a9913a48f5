"""What several tests begin with, made once and given to each of them as it was made.

    @beginning
    def pools(bring):
        bring({"pools.md": TEXT})

is a fixture. What it writes is written in a transaction that stays open while tests ask for it;
each of them runs in a savepoint, which is rolled back. A test that asks for something else ends it,
so that none sees what it did not ask for, in whatever order they run.
"""

import shutil
from collections.abc import Callable
from copy import deepcopy
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from importer.run import Report, import_paths

Make = Callable[..., Any]
COMMITTING = {"transactional_db", "live_server"}


class Bring:
    """Write these files (None deletes one) and import the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, files: dict[str, str | bytes | None] | None = None, **options: Any
    ) -> Report:
        for name, text in (files or {}).items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink()
            elif isinstance(text, bytes):
                file.write_bytes(text)
            else:
                file.write_text(text)
        return import_paths([str(self.folder)], **options)


def beginning(make: Make) -> Any:
    """A fixture that gives a copy of what `make` returned, with its files in the test's `folder`.

    `make` takes `bring` or nothing; where it returns its `bring`, a test gets its own.
    """
    brings = bool(signature(make).parameters)

    def given(request: pytest.FixtureRequest, begun: "Begun", db: None) -> Any:
        if not brings:
            return deepcopy(begun.made[make]) if make in begun.made else make()
        own = Bring(request.getfixturevalue("folder"))
        if make not in begun.made:  # the test commits, and so begins by itself
            return make(own)
        shutil.copytree(begun.brings[make].folder, own.folder, dirs_exist_ok=True)
        return deepcopy(begun.made[make], {id(begun.brings[make]): own})

    given.make, given.__doc__ = make, make.__doc__  # type: ignore[attr-defined]
    return pytest.fixture(given, name=make.__name__)


def beginnings_of(item: pytest.Item) -> tuple[Make, ...]:
    """What a test begins with and others may, in the order in which it is made."""
    if not isinstance(item, pytest.Function) or commits(item):
        return ()
    found = item._fixtureinfo.name2fixturedefs
    functions = [found[name][-1].func for name in item.fixturenames if name in found]
    return tuple(f.make for f in functions if hasattr(f, "make"))


def commits(item: pytest.Function) -> bool:
    """Whether a test's transactions are real ones, so that none can be around them."""
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and marker.kwargs.get("transaction", False)
    return is_marked or not COMMITTING.isdisjoint(item.fixturenames)


class Begun:
    """What the tests that run now begin with, in its transaction."""

    def __init__(self) -> None:
        self.made: dict[Make, Any] = {}
        self.brings: dict[Make, Bring] = {}
        self._atomic: transaction.Atomic | None = None

    def change_to(self, makes: tuple[Make, ...], new_folder: Callable[[], Path]) -> None:
        """Keep what there is if it is this, or forget it and make this."""
        if tuple(self.made) == makes:
            return
        self.end()
        if not makes:
            return
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        try:
            for make in makes:
                bring = self.brings[make] = Bring(new_folder())
                self.made[make] = make(bring) if signature(make).parameters else make()
            connection.check_constraints()  # once, or each test would wait for it
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Forget it all."""
        self.made, self.brings = {}, {}
        if self._atomic:
            atomic, self._atomic = self._atomic, None
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
