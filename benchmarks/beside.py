"""The search beside that of another checkout, by turns in one run: is it faster, and by how much?

    python -m benchmarks beside CHECKOUT ITS_DATABASE [--rounds N]

Both must hold the same library: CHECKOUT that of ITS_DATABASE (a URL), this one that of
DATABASE_URL. Each query is asked of both in turn, so that both meet the same weather; of its
rounds the median counts. Prints milliseconds, wall clock and processor (client and server).
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
# Runs in either checkout: what it calls is the same in all versions.
WORKER = """
import json, os, sys, time
sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
import django; django.setup()
from django.db import connection
try:
    from search.engine import search
except ImportError:  # before the rooms
    from topics.search.searching import search
try:
    from search.suggestions import suggest
except ImportError:
    from topics.search.suggestions import suggest
ways = {
    "search": lambda q: search(q, snippets=False),
    "suggest": suggest,
    "facets": lambda q: search(q, snippets=False, facets=True),
    "with snippets": search,
}
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    backend = cursor.fetchone()[0]
def spent():
    fields = open(f"/proc/{backend}/schedstat").read().split()
    return int(fields[0]) / 1e9 + time.process_time()
for line in sys.stdin:
    way, query = json.loads(line)
    before, start = spent(), time.perf_counter()
    ways[way](query)
    print(json.dumps([time.perf_counter() - start, spent() - before]), flush=True)
"""


class Worker:
    def __init__(self, checkout: Path, database: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WORKER],
            cwd=checkout,
            env={**os.environ, "DATABASE_URL": database},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, way: str, query: str) -> tuple[float, float]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([way, query]) + "\n")
        self.process.stdin.flush()
        wall, spent = json.loads(self.process.stdout.readline())
        return wall, spent


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the search beside another checkout's.")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("database")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--ways", nargs="*", default=["search", "suggest", "facets"])
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    import django

    django.setup()
    from benchmarks.search import queries

    kinds = queries()
    workers = [
        Worker(options.checkout, options.database),
        Worker(ROOT, os.environ["DATABASE_URL"]),
    ]
    print("| | theirs: ms p50 / p95, processor | ours | ours / theirs |\n|---|---|---|---|")
    for way in options.ways:
        for kind, asked in kinds.items():
            if (way == "suggest") != (kind == "as you type"):
                continue
            figures = measured(workers, way, asked, options.rounds)
            cells = [f"{p50:.2f} / {p95:.2f}, {cpu:.2f}" for p50, p95, cpu in figures]
            shares = [b / a for a, b in zip(*figures, strict=True)]
            told = " / ".join(f"{share:.2f}" for share in shares)
            print(f"| {way}, {kind} | {' | '.join(cells)} | {told} |", flush=True)
    for worker in workers:
        worker.process.terminate()


def measured(
    workers: Sequence[Worker], way: str, asked: Sequence[str], rounds: int
) -> list[tuple[float, float, float]]:
    """Of each worker the p50 and p95 of the queries' median times, and their mean processor ms."""
    times: list[dict[str, list[tuple[float, float]]]] = [{} for _ in workers]
    for number in range(rounds + 1):  # the first warms up
        turn = list(asked)
        random.Random(number).shuffle(turn)
        for query in turn:
            for own, worker in random.Random(number).sample(
                list(zip(times, workers, strict=True)), len(workers)
            ):
                taken = worker.ask(way, query)
                if number:
                    own.setdefault(query, []).append(taken)
    figures = []
    for own in times:
        walls = sorted(statistics.median(w for w, _ in taken) * 1000 for taken in own.values())
        spent = [statistics.median(c for _, c in taken) * 1000 for taken in own.values()]
        p95 = walls[int(len(walls) * 0.95)]
        figures.append((statistics.median(walls), p95, statistics.mean(spent)))
    return figures


if __name__ == "__main__":
    main()
