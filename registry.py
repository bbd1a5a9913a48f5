"""Named places where upper rooms register what lower rooms call; docs/architecture.md lists them.

A lower room defines a place beside the code that calls its entries. An upper room registers in its
`AppConfig.ready`, so that imports still point down.
"""

from collections.abc import ItemsView, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """The entries of one place, in the order in which they were registered."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, Entry] = {}

    def register(self, key: str, entry: Entry) -> None:
        """Add an entry. Raises ValueError if another entry has the same key."""
        if self._entries.get(key, entry) is not entry:
            raise ValueError(f"{self.name}: {key!r} is registered already.")
        self._entries[key] = entry

    def remove(self, key: str) -> None:
        """Take an entry away; for tests."""
        del self._entries[key]

    @contextmanager
    def holding(self, entries: dict[str, Entry]) -> Iterator[None]:
        """Have these entries alone for a while; for tests."""
        before, self._entries = self._entries, dict(entries)
        try:
            yield
        finally:
            self._entries = before

    def __getitem__(self, key: str) -> Entry:
        return self._entries[key]

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def items(self) -> ItemsView[str, Entry]:
        """The entries with their keys."""
        return self._entries.items()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())
