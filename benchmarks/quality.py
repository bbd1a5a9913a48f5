"""How often the first rows answer, beside bm25s and tantivy, on a training and a confirming half.

    python -m benchmarks quality NAME [FOLDER...] [--questions FILE] [--links N]
    python -m benchmarks quality NAME --signals [--questions FILE] [--collections DIR...]

Keeps a database of its own, `kb_quality_NAME`, on the server of DATABASE_URL or in var/bench; the
folders are imported the first time. It asks the texts of the library's own links, each of which
should find the section that it leads to, and with `--questions` those of a file such as
tests/search/golden.tsv. With `--signals` it says what the training half loses without each signal
of the ranking: of MRR and, for collections in BEIR layout, of nDCG. What is chosen by looking at
figures may look at the training half only.
"""

import argparse
import functools
import hashlib
import logging
import os
import re
import statistics
import tempfile
import urllib.parse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS, LINKS = 10, 300
HALVES = TRAINING, CONFIRMING = "training", "confirming"
EVERYDAY = "everyday"  # a kind of questions with a line of its own
TITLES_OF_BM25S, TITLES_OF_TANTIVY = 5, 3  # the weights of titles with which they do best
# Texts that say nothing of what they lead to.
EMPTY_TEXTS = r"^(here|this|link|more|see|see here|read more|learn more|click here|docs?|next|back|previous|above|below|this (page|section|guide|article|document)|[^[:alpha:]]*)$"  # noqa: E501

Ranks = Callable[[str], Sequence[int]]  # a query's sections, best first


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the ids of the sections that answer it."""

    kind: str
    query: str
    answers: frozenset[int]


def half(query: str) -> str:
    """The half to which a query belongs, for good."""
    return TRAINING if hashlib.md5(query.lower().encode()).digest()[0] % 2 else CONFIRMING


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how often the first rows answer.")
    parser.add_argument("name")
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--links", type=int, default=LINKS)
    parser.add_argument("--signals", action="store_true")
    parser.add_argument("--collections", nargs="*", type=Path, default=[])
    parser.add_argument("--alone", action="store_true", help="without the other engines")
    options = parser.parse_args()
    use_database(options.name)
    import django

    django.setup()
    logging.disable(logging.INFO)
    from django.core.management import call_command

    from topics.models import Section

    call_command("migrate", verbosity=0)
    if options.folders and not Section.objects.exists():
        for folder in options.folders:
            call_command("import_content", folder, verbosity=0)
    call_command("rebuild_index", verbosity=0)
    asked = link_texts(options.links)
    if options.questions:
        asked += questions(options.questions)
    if options.signals:
        print_signals(asked, options.collections)
        return
    print("| library | asked | engine | training: MRR, first, in three | confirming: the same |")
    print("|---|---|---|---|---|")
    for engine, ranks in engines(alone=options.alone):
        for kind in sorted({a.kind for a in asked}):
            rows = [a for a in asked if a.kind == kind]
            cells = [figures([a for a in rows if half(a.query) == h], ranks) for h in HALVES]
            print(f"| {options.name} | {len(rows)} {kind} | {engine} | {' | '.join(cells)} |")


def use_database(name: str) -> None:
    """Point Django at the database of a library, made where it is missing."""
    import psycopg

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        from kb.database import embedded

        state = ROOT / "var" / "bench"
        embedded.ensure_running(state)
        query = urllib.parse.urlencode({"host": embedded.socket_folder(state)})
        url = f"postgresql://{embedded.ROLE}@/{embedded.NAME}?{query}"
    database = f"kb_quality_{name}"
    with psycopg.connect(url, autocommit=True) as server:
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if not found.fetchone():
            server.execute(f'CREATE DATABASE "{database}"')
    parts = urllib.parse.urlsplit(url)
    os.environ["DATABASE_URL"] = urllib.parse.urlunsplit(parts._replace(path=f"/{database}"))


def link_texts(most: int) -> list[Asked]:
    """Texts of links with the sections that they lead to; the same ones each time."""
    from topics.raw_sql import execute

    rows = execute(
        "SELECT lower(l.text), array_agg(DISTINCT l.target_id) FROM topics_link l"
        " JOIN topics_indexedsection i ON i.section_id = l.target_id"
        " WHERE l.kind = 'internal' AND length(l.text) BETWEEN 3 AND 80 AND lower(l.text) !~ %s"
        " GROUP BY 1 ORDER BY md5(lower(l.text)) LIMIT %s",
        [EMPTY_TEXTS, most],
    )
    return [Asked("link texts", text, frozenset(targets)) for text, targets in rows]


def questions(file: Path) -> list[Asked]:
    """The questions of a file; the sections that answer are those that its patterns describe."""
    from topics.raw_sql import execute

    sections = execute(
        "SELECT s.id, concat_ws(' | ', replace(t.path, '-', '_'),"
        "       nullif(array_to_string(s.breadcrumbs, ' | '), ''), s.number, s.title)"
        " FROM topics_indexedsection i JOIN topics_section s ON s.id = i.section_id"
        " JOIN topics_topic t ON t.id = s.topic_id"
    )
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        kind, query, answer = line.split("\t")
        pattern = re.compile(answer, re.IGNORECASE)
        answers = frozenset(pk for pk, described in sections if pattern.search(described))
        found.append(Asked(kind if kind == EVERYDAY else "other questions", query, answers))
    return found


def engines(*, alone: bool = False) -> Iterable[tuple[str, Ranks]]:
    """The names of the engines, ours first, and how each ranks the library's sections."""
    from search.engine import search
    from topics.raw_sql import execute

    yield "this search", lambda q: [h.section_id for h in search(q, snippets=False).hits]
    if alone:
        return
    from benchmarks.engines import build_bm25s, build_tantivy, open_bm25s, open_tantivy

    documents = execute(
        "SELECT s.id, s.title, s.text || ' ' || s.code FROM topics_section s"
        " JOIN topics_indexedsection i ON i.section_id = s.id ORDER BY s.id"
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        build_tantivy(folder, documents)
        for weight in (1, TITLES_OF_TANTIVY):
            find = open_tantivy(folder, weight)
            yield f"tantivy, title x{weight}", functools.partial(_ids, find)
        for times in (1, TITLES_OF_BM25S):
            build_bm25s(folder, documents, times)
            yield f"bm25s, title x{times}", functools.partial(_ids, open_bm25s(folder))


def _ids(find: Callable[[str, int], tuple[list[tuple[int, str]], int]], query: str) -> list[int]:
    return [pk for pk, _ in find(query, ROWS)[0]]


def places(asked: Iterable[Asked], ranks: Ranks) -> list[int]:
    """For each query the place of its first answer among the first ten, from 1; 0 for none."""
    return [
        next((n for n, pk in enumerate(ranks(a.query)[:ROWS], 1) if pk in a.answers), 0)
        for a in asked
    ]


def figures(asked: Sequence[Asked], ranks: Ranks) -> str:
    found = places(asked, ranks)
    if not found:
        return "–"
    mrr = statistics.mean(1 / place if place else 0 for place in found)
    first, three = (sum(0 < p <= n for p in found) / len(found) for n in (1, 3))
    return f"{mrr:.3f}, {first:.2f}, {three:.2f}"


def print_signals(asked: Sequence[Asked], folders: Sequence[Path]) -> None:
    """What the training half loses without each signal: its weight's row is taken away."""
    from django.db import transaction

    from benchmarks.evaluation import indexed, judge, read_collection
    from search.engine import search
    from search.models import Weight

    weights = dict(Weight.objects.values_list("name", "value"))
    training = [a for a in asked if half(a.query) == TRAINING]
    _, ours = next(iter(engines(alone=True)))

    def mrr(kind: str) -> float:
        found = places([a for a in training if a.kind == kind], ours)
        return statistics.mean(1 / place if place else 0 for place in found)

    def without_each(measured: Callable[[], float]) -> dict[str, float]:
        losses = {"": measured()}
        for name in weights:
            with transaction.atomic():
                Weight.objects.filter(name=name).delete()
                losses[name] = losses[""] - measured()
                transaction.set_rollback(True)
        return losses

    columns = {
        kind: without_each(functools.partial(mrr, kind)) for kind in sorted({a.kind for a in asked})
    }
    for folder in folders:
        collection = read_collection(folder)
        queries = [(q, t) for q, t in collection.queries.items() if half(t) == TRAINING]
        with indexed(collection.documents) as sections:

            def ndcg(queries=queries, collection=collection, sections=sections) -> float:
                scores = []
                for query, text in queries:
                    hits = search(text, group=False, snippets=False).hits
                    ranked = [sections[hit.section_id] for hit in hits]
                    scores.append(judge(ranked, collection.judged[query])[0])
                return statistics.mean(scores)

            columns[folder.name] = without_each(ndcg)
    print("| without | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))
    print("| nothing | " + " | ".join(f"{c['']:.3f}" for c in columns.values()) + " |")
    for name, value in weights.items():
        losses = " | ".join(f"{column[name]:+.3f}" for column in columns.values())
        print(f"| {name} ({value:g}) | {losses} |", flush=True)


if __name__ == "__main__":
    main()
