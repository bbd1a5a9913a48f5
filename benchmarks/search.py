"""The search beside other engines: quality on judged collections, speed on a large library.

    make bench ARGS="--collections ../shared/collections/* --library PATH..."

Works in a database of its own: in var/bench, or `kb_bench` on the server of DATABASE_URL.
`--library` is imported into it, the first time our own content if none is named; later runs use
what is there. Prints Markdown tables.
"""

import argparse
import logging
import multiprocessing
import os
import random
import signal
import statistics
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from benchmarks.serving import ROOT, start

DATABASE = "kb_bench"
QUERIES = 120  # of each kind
BLOCK = 20
CLIENTS, WARM_UP = 8, 20
OURS, OVER_HTTP, SUGGEST = "this search (call)", "this search (HTTP)", "this search (suggest)"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the search beside other engines.")
    parser.add_argument("--collections", nargs="*", type=Path, default=[])
    parser.add_argument("--library", nargs="*", default=[], help="folders to import")
    parser.add_argument("--no-http", action="store_true")
    options = parser.parse_args()
    _make_database()
    import django

    django.setup()
    logging.disable(logging.INFO)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from topics.models import Section

    library = options.library or ([] if Section.objects.exists() else [str(ROOT / "content")])
    if library:
        call_command("import_content", *library, source="bench", verbosity=0)
        call_command("rebuild_index")
    print(f"{date.today()}, {os.cpu_count()} cores, {' '.join(sys.argv)}\n")
    if options.collections:
        print_quality(options.collections)
    print_speed(http=not options.no_http)


def _make_database() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        os.environ["KB_DATA_DIR"] = str(ROOT / "var" / "bench")
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        found = server.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        if not found:
            server.execute(f"CREATE DATABASE {DATABASE}")
    parts = urllib.parse.urlsplit(url)
    os.environ["DATABASE_URL"] = urllib.parse.urlunsplit(parts._replace(path=f"/{DATABASE}"))


def print_quality(folders: Sequence[Path]) -> None:
    """nDCG@10 of every engine on every collection, and ours with typing errors."""
    from benchmarks.engines import ENGINES
    from benchmarks.evaluation import indexed, judge, measure, read_collection

    table: dict[str, list[float]] = {}
    for folder in folders:
        collection = read_collection(folder)
        with indexed(collection.documents) as sections:
            table.setdefault(OURS, []).append(measure(collection, sections).ndcg_10)
            with_typos = measure(collection, sections, typos=True).ndcg_10
            table.setdefault("  with typing errors", []).append(with_typos)
        documents = [(n, d.title, d.text) for n, d in enumerate(collection.documents)]
        names = [d.id for d in collection.documents]
        with tempfile.TemporaryDirectory() as scratch:
            for engine in ENGINES:
                engine.build(Path(scratch), documents)
                search = engine.open_(Path(scratch))
                scores = [
                    judge([names[i] for i, _ in search(text, 100)[0]], collection.judged[query])[0]
                    for query, text in collection.queries.items()
                ]
                table.setdefault(engine.name, []).append(statistics.mean(scores))
    print("| nDCG@10 | " + " | ".join(f.name for f in folders) + " | mean |")
    print("|---|" + "---|" * (len(folders) + 1))
    for name, scores in table.items():
        cells = [*scores, statistics.mean(scores)]
        print(f"| {name} | " + " | ".join(f"{score:.3f}" for score in cells) + " |")
    print()


def print_speed(*, http: bool) -> None:
    from django.db import connection

    from benchmarks.engines import ENGINES

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.title, s.text || ' ' || s.code FROM topics_section s"
            " JOIN topics_indexedsection i ON i.section_id = s.id ORDER BY s.id"
        )
        documents = cursor.fetchall()
    kinds = queries()
    with tempfile.TemporaryDirectory() as scratch:
        for engine in ENGINES:
            engine.build(Path(scratch), documents)
        print(
            f"{len(documents):,} sections; milliseconds p50 / p95 / p99, then queries a second.\n"
        )
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that `finally` ends the server
        unlimited = {
            **os.environ,
            "KB_SEARCH_LIMIT": "0",
            "KB_SUGGEST_LIMIT": "0",
            "KB_WORKER": "0",
        }
        server, address = start("kb.wsgi", ROOT, unlimited) if http else (None, "")
        try:
            names = [OURS, *([OVER_HTTP] if http else []), *(engine.name for engine in ENGINES)]
            _print_alone(names, scratch, kinds, address)
            _print_together(names, scratch, kinds, address)
        finally:
            if server:
                server.terminate()
                server.wait(20)
    print(f"\nIndexing one saved section: {_saving()}")


def _print_alone(
    names: Sequence[str], scratch: str, kinds: dict[str, list[str]], address: str
) -> None:
    """One client that takes the engines in turn, a block of queries each, so that all meet the
    same weather; every block is asked twice and timed the second time."""
    print("One client:\n\n| engine | " + " | ".join(kinds) + " |\n|---|" + "---|" * len(kinds))
    opened = {name: _opened(name, scratch, address) for name in [*names, SUGGEST]}
    times: dict[tuple[str, str], list[float]] = {}
    for kind, queries in kinds.items():
        for first in range(0, len(queries), BLOCK):
            block = queries[first : first + BLOCK]
            for name, search in opened.items():
                for query in block:
                    search(query)
                for query in block:
                    start = time.perf_counter()
                    search(query)
                    times.setdefault((name, kind), []).append(time.perf_counter() - start)
    for name in opened:
        cells = [_cell(times[name, kind], sum(times[name, kind])) for kind in kinds]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def _print_together(
    names: Sequence[str], scratch: str, kinds: dict[str, list[str]], address: str
) -> None:
    print(f"\n{CLIENTS} clients:\n\n| engine | " + " | ".join(kinds) + " |")
    print("|---|" + "---|" * len(kinds))
    for name in names:
        cells = [_measure(name, scratch, queries, address) for queries in kinds.values()]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def _cell(times: Sequence[float], seconds: float) -> str:
    ranked = sorted(times)
    shown = [f"{ranked[int(len(ranked) * share)] * 1000:.1f}" for share in (0.5, 0.95, 0.99)]
    return f"{' / '.join(shown)}, {len(times) / seconds:.0f}/s"


def queries() -> dict[str, list[str]]:
    """Typical queries are one to three neighbouring words of a title, common words are the 60 that
    occur in most sections, and as you type is a typical query half typed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.title FROM topics_section s"
            " JOIN topics_indexedsection i ON i.section_id = s.id"
            " WHERE s.title ~ '^[[:alpha:]]+( [[:alpha:]]+)+$' ORDER BY md5(s.id::text) LIMIT 2000"
        )
        titles = [row[0].split() for row in cursor.fetchall()]
        cursor.execute(
            "SELECT min(word) FROM topics_word GROUP BY lexeme"
            " ORDER BY max(uses) DESC, lexeme LIMIT 60"
        )
        common = [row[0] for row in cursor.fetchall()]
    chance = random.Random(20261101)

    def part_of_a_title() -> str:
        title = chance.choice(titles)
        count = min(len(title), chance.choice((1, 2, 2, 3)))
        first = chance.randrange(len(title) - count + 1)
        return " ".join(title[first : first + count])

    typical, half = ([part_of_a_title() for _ in range(QUERIES)] for _ in range(2))
    return {
        "typical words": typical,
        "common words": [
            " ".join(chance.sample(common, chance.choice((1, 2, 2, 3)))) for _ in range(QUERIES)
        ],
        "as you type": [query[: max(3, len(query) - chance.randint(1, 4))] for query in half],
    }


def _measure(name: str, scratch: str, queries: Sequence[str], address: str) -> str:
    """Asks the queries from CLIENTS processes at once, each a part in an order of its own."""
    started = multiprocessing.get_context("spawn")
    barrier = started.Barrier(CLIENTS)
    results: multiprocessing.Queue[tuple[list[float], float]] = started.Queue()
    share = list(queries)[: len(queries) // 4]
    workers = [
        started.Process(target=_client, args=(name, scratch, share, n, address, barrier, results))
        for n in range(CLIENTS)
    ]
    for worker in workers:
        worker.start()
    found = [results.get(timeout=900) for _ in workers]
    for worker in workers:
        worker.join(30)
    return _cell([t for own, _ in found for t in own], max(elapsed for _, elapsed in found))


def _client(name, scratch, queries, number, address, barrier, results) -> None:
    search = _opened(name, scratch, address)
    random.Random(number).shuffle(queries)
    for query in queries[:WARM_UP]:
        search(query)
    barrier.wait(600)
    times, began = [], time.perf_counter()
    for query in queries:
        start = time.perf_counter()
        search(query)
        times.append(time.perf_counter() - start)
    results.put((times, time.perf_counter() - began))


def _opened(name: str, scratch: str, address: str) -> Callable[[str], object]:
    """The function that answers one query with ten rows."""
    if name == OVER_HTTP:
        return lambda query: urllib.request.urlopen(
            f"{address}/api/v1/search?{urllib.parse.urlencode({'q': query, 'limit': 10})}"
        ).read()
    import django

    django.setup()
    logging.disable(logging.INFO)
    from benchmarks.engines import ENGINES
    from search.engine import search
    from search.suggestions import suggest

    if name == OURS:
        return lambda query: search(query, snippets=False)
    if name == SUGGEST:
        return suggest
    found = next(engine for engine in ENGINES if engine.name == name).open_(Path(scratch))
    return lambda query: found(query, 10)


def _saving() -> str:
    from django.db import connection

    from search.index import index_sections

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT section_id FROM topics_indexedsection ORDER BY md5(section_id::text) LIMIT 200"
        )
        ids = [row[0] for row in cursor.fetchall()]
    times = []
    for id in ids:
        start = time.perf_counter()
        index_sections([id])
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return f"p50 {times[100]:.1f} ms, p95 {times[190]:.1f} ms"
