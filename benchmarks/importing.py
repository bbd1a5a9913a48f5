"""How long an import of a folder takes, what it takes, and where the time goes.

    python -m benchmarks importing FOLDER

Works in a database of its own on the server of DATABASE_URL, which it makes and drops, and on a
copy of the folder, so that files can be changed. Four runs: all new, nothing changed, one file
changed, a section of every file changed. Reads /proc, so it needs Linux.
"""

import argparse
import os
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

DATABASE = "kb_bench_importing"
EVERY = 0.25  # seconds between two looks at the memory
TICKS = os.sysconf("SC_CLK_TCK")

# What a part of the run is called by, so that it can be timed from outside.
PARTS = {
    "listing and hashing": ["importer.file_discovery.walk", "importer.root.digest_of"],
    "waiting for parsers": ["concurrent.futures.Future.result"],
    "sections": ["importer.root.write_sections"],
    "topics": ["importer.root.place"],
    "writing": ["importer.changes.Changes.flush"],
    "revisions": [
        "importer.recorder.Recorder.sections",
        "importer.recorder.Recorder.topics",
        "importer.recorder.Recorder.close",
    ],
    "moves": ["importer.run.follow_moves"],
    "links": [
        "importer.root.copy_images",
        "importer.publish.sections_linking_to",
        "importer.link_resolution.Resolution.up_to",
        "importer.link_resolution.Resolution.end",
        "importer.publish.lead_steps",
    ],
    "search index": ["importer.publish.index_sections"],
    "alike and matches": ["importer.publish.relate"],
}


@dataclass
class Clock:
    """Seconds by part. A part that runs inside another counts for itself only."""

    seconds: dict[str, float] = field(default_factory=dict)
    inner: list[float] = field(default_factory=list)

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            started = time.perf_counter()
            self.inner.append(0.0)
            try:
                result = function(*args, **options)
                return list(result) if isinstance(result, Iterator) else result
            finally:
                taken = time.perf_counter() - started
                self.seconds[part] = self.seconds.get(part, 0.0) + taken - self.inner.pop()
                if self.inner:
                    self.inner[-1] += taken

        return run

    @contextmanager
    def running(self) -> Iterator[None]:
        patches = []
        for part, names in PARTS.items():
            for name in names:
                patch = mock.patch(name)
                original, _ = patch.get_original()
                patches.append(mock.patch(name, self.timed(part, original)))
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()


class Memory:
    """The most memory that this process and those below it held at once, in bytes.

    Pages that several processes share count once (PSS).
    """

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self.peak = max(self.peak, memory_of(os.getpid()))


def memory_of(pid: int) -> int:
    """The bytes that a process and all below it hold. What ends meanwhile is left out."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        sizes = (line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))
        size = int(next(sizes, 0))
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return 0
    return size * 1024 + sum(map(memory_of, children))


def _database_seconds(pid: int) -> float:
    """What the server's process for this connection has worked; 0 on another machine."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(name: str, folder: Path, size: float = 0) -> None:
    """Run one import and print a line for it, then where its time went. `size` is what it reads,
    in megabytes."""
    from django.db import connection

    from importer.run import import_paths

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    clock = Clock()
    before, server_before = os.times(), _database_seconds(backend)
    started = time.perf_counter()
    with Memory() as memory, clock.running():
        report = import_paths([str(folder)], source="bench")
    seconds = time.perf_counter() - started
    after = os.times()
    main = after.user + after.system - before.user - before.system
    workers = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    server = _database_seconds(backend) - server_before
    sections = report.counts.get("sections added", 0) + report.counts.get("sections changed", 0)
    print(f"\n{name}: {seconds:.1f} s, {memory.peak / 1e6:.0f} MB", end="")
    if sections:
        print(f", {sections:,} sections, {sections / seconds:,.0f} a second", end="")
    print(
        f"\n  processor: {main:.1f} s here, {workers:.1f} s parsers, {server:.1f} s database",
        end="",
    )
    print(f", {(main + workers + server) / size:.1f} s a megabyte" if size else "")
    rest = seconds - sum(clock.seconds.values())
    for part, taken in [*clock.seconds.items(), ("all else, with the commit", rest)]:
        if taken >= 0.05:
            print(f"  {taken:7.1f} s  {part}")
    print("  " + ", ".join(f"{count:,} {what}" for what, count in sorted(report.counts.items())))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, help="a folder of Markdown files")
    folder = parser.parse_args().folder
    if not folder.is_dir():
        parser.error(f"{folder} is not a folder")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as place:
            run_all(folder, Path(place) / "bench")
    finally:
        connection.creation.destroy_test_db(None, verbosity=0)


def run_all(folder: Path, copy: Path) -> None:
    shutil.copytree(folder, copy, symlinks=True)
    files = sorted(file for file in copy.rglob("*") if file.suffix in (".md", ".markdown", ".txt"))
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"{len(files):,} files, {size:.1f} MB, {os.cpu_count()} processors")
    measure("All new", copy, size)
    measure("Nothing changed", copy)
    if files:
        _add_to(files[len(files) // 2], "\n\n## Added by the benchmark\n\nOne more section.\n")
        measure("One file changed", copy)
        for file in files:
            _add_to(file, "\n\nOne more paragraph.\n")
        measure("Every file changed", copy, size)


def _add_to(file: Path, words: str) -> None:
    with file.open("a") as opened:
        opened.write(words)
