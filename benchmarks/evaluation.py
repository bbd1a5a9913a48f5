"""Measures the search on a collection of questions with judged answers, in BEIR's layout.

The collection is written into a scratch schema that is rolled back at the end, through the same
functions that index and search the product's own sections.
"""

import json
import math
import random
import string
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from search.engine import search
from search.index import index_sections
from topics.models import Section, Topic

SCHEMA = "kb_evaluation"
TABLES = (
    "topics_topic", "topics_section", "topics_term", "topics_posting", "topics_indexedsection",
    "topics_word", "topics_indexstate", "search_standing",
)  # fmt: skip
LETTERS_OF_A_TYPO = 5


@dataclass(frozen=True, slots=True)
class Document:
    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, queries by id, and by query id what each document is worth (0 for nothing)."""

    documents: list[Document]
    queries: dict[str, str]
    judged: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over all judged queries, each between 0 and 1."""

    ndcg_10: float
    mrr_10: float
    success_1: float
    recall_100: float


def read_collection(folder: Path) -> Collection:
    """The collection in `folder`. Raises OSError or ValueError where it is not one."""
    documents = [
        Document(str(row["_id"]), row.get("title", ""), row.get("text", ""))
        for row in _json_lines(folder / "corpus.jsonl")
    ]
    judged: dict[str, dict[str, int]] = {}
    lines = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        query_id, document_id, worth = line.split("\t")
        if int(worth) > 0:
            judged.setdefault(query_id, {})[document_id] = int(worth)
    queries = {str(row["_id"]): row["text"] for row in _json_lines(folder / "queries.jsonl")}
    return Collection(documents, {q: queries[q] for q in queries if q in judged}, judged)


def _json_lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


@contextmanager
def indexed(documents: Sequence[Document]) -> Iterator[dict[int, str]]:
    """The documents as sections of a scratch schema: section id -> document id."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {SCHEMA}")
            for table in TABLES:
                cursor.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)")
            cursor.execute(f"SET LOCAL search_path TO {SCHEMA}, public")
            ids = _write(documents)
            index_sections(ids)
            for table in TABLES:
                cursor.execute(f"ANALYZE {SCHEMA}.{table}")
        yield dict(zip(ids, (document.id for document in documents), strict=True))
        transaction.set_rollback(True)


def _write(documents: Sequence[Document]) -> list[int]:
    name = "collection"
    topic = Topic.objects.create(source=name, origin=name, slug=name, path=name, title=name)
    rows = [
        Section(
            topic=topic,
            position=place,
            anchor=f"document-{place}",
            title=document.title.replace("\0", "")[:500],
            text=document.text.replace("\0", ""),
            words=1,
        )
        for place, document in enumerate(documents)
    ]
    return [row.pk for row in Section.objects.bulk_create(rows, batch_size=1000)]


def measure(collection: Collection, sections: dict[int, str], *, typos: bool = False) -> Measures:
    """Asks every judged query; with `typos` one word of each is misspelt, always the same way."""
    chance = random.Random(20261101)
    found = []
    for query_id, text in collection.queries.items():
        asked = misspell(text, chance) if typos else text
        hits = search(asked, limit=100, group=False, snippets=False).hits
        ranked = [sections[hit.section_id] for hit in hits]
        found.append(judge(ranked, collection.judged[query_id]))
    means = [sum(column) / len(found) for column in zip(*found, strict=True)]
    return Measures(*means)


def judge(ranked: Sequence[str], worth: dict[str, int]) -> tuple[float, float, float, float]:
    """nDCG@10, reciprocal rank@10, success@1 and recall@100 of one ranking."""
    gains = [worth.get(document, 0) for document in ranked[:10]]
    best = sorted(worth.values(), reverse=True)[:10]
    ideal = _discounted(best)
    first = next((i for i, gain in enumerate(gains, 1) if gain), 0)
    recalled = sum(document in worth for document in ranked[:100])
    return (
        _discounted(gains) / ideal if ideal else 0.0,
        1 / first if first else 0.0,
        float(first == 1),
        recalled / len(worth),
    )


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def misspell(query: str, chance: random.Random) -> str:
    """`query` with one random edit in one word of five letters or more, if it has one."""
    words = query.split()
    places = [
        place
        for place, word in enumerate(words)
        if len(word) >= LETTERS_OF_A_TYPO and word.isascii() and word.isalpha()
    ]
    if not places:
        return query
    place = chance.choice(places)
    word = words[place]
    at = chance.randrange(len(word) - 1)
    letter = chance.choice(string.ascii_lowercase)
    words[place] = chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return " ".join(words)
