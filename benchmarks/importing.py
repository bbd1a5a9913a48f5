"""How long an import of a folder takes, and what it takes.

    python -m benchmarks importing FOLDER

Works in a database of its own beside the one of DATABASE_URL, which it makes and drops; the folder
is copied first, so that one file of the copy can be changed. Three runs: everything new, nothing
changed, one file changed.
"""

import argparse
import os
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

EVERY = 0.2  # seconds between two looks at the memory
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")

# Where the time goes: the names under which the run calls each part.
PARTS = {
    "listing and hashing": ["topics.importing.run.walk", "topics.importing.run._file_hash"],
    "waiting for parsers": ["topics.documents.worker.ParserPool._collect"],
    "search columns": ["topics.importing.writing.columns"],
    "matching and writing": [
        "topics.importing.run.write_sections",
        "topics.importing.writing.Changes.flush",
        "topics.importing.tree.place",
    ],
    "moves": ["topics.importing.run.follow_moves"],
    "links": [
        "topics.importing.run._Run._store_images",
        "topics.importing.run.sections_linking_to",
        "topics.importing.run.resolve_links",
        "topics.importing.run.resolve_steps",
    ],
    "search index": ["topics.importing.run.index_sections"],
}


@dataclass
class Clock:
    """Seconds by part; time inside a part that another one calls counts for the inner one only."""

    seconds: dict[str, float] = field(default_factory=dict)
    _open: list[float] = field(default_factory=list)

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            started = time.perf_counter()
            self._open.append(0.0)
            try:
                result = function(*args, **options)
                return list(result) if isinstance(result, Iterator) else result
            finally:
                taken = time.perf_counter() - started
                own = taken - self._open.pop()
                self.seconds[part] = self.seconds.get(part, 0.0) + own
                if self._open:
                    self._open[-1] += taken

        return run


@contextmanager
def clocked() -> Iterator[Clock]:
    clock = Clock()
    patches = []
    for part, names in PARTS.items():
        for name in names:
            original = mock._importer(name) if False else _named(name)
            patches.append(mock.patch(name, clock.timed(part, original)))
    for patch in patches:
        patch.start()
    try:
        yield clock
    finally:
        for patch in patches:
            patch.stop()
