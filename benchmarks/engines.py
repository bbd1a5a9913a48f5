"""The engines that the search is measured against, each behind the same two functions.

`build(folder, documents)` writes an index into `folder`; `open_(folder)` gives a function from a
query and a number of rows to document ids, best first. Documents are (id, title, text).
"""

import pickle
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

Document = tuple[int, str, str]
Search = Callable[[str, int], list[int]]

WORD = re.compile(r"\w+")


class Engine(NamedTuple):
    name: str
    build: Callable[[Path, Sequence[Document]], None]
    open_: Callable[[Path], Search]


def _tantivy_schema():
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("id", stored=True)
    schema.add_text_field("title", tokenizer_name="en_stem")
    schema.add_text_field("text", tokenizer_name="en_stem")
    return schema.build()


def build_tantivy(folder: Path, documents: Sequence[Document]) -> None:
    import tantivy

    (folder / "tantivy").mkdir()
    writer = tantivy.Index(_tantivy_schema(), path=str(folder / "tantivy")).writer()
    for id, title, text in documents:
        writer.add_document(tantivy.Document(id=id, title=title, text=text))
    writer.commit()
    writer.wait_merging_threads()


def open_tantivy(folder: Path) -> Search:
    import tantivy

    index = tantivy.Index(_tantivy_schema(), path=str(folder / "tantivy"))
    searcher = index.searcher()

    def search(query: str, rows: int) -> list[int]:
        words = " ".join(WORD.findall(query.lower()))
        if not words:
            return []
        parsed = index.parse_query(words, ["title", "text"])
        return [searcher.doc(a)["id"][0] for _, a in searcher.search(parsed, rows).hits]

    return search


def build_sqlite(folder: Path, documents: Sequence[Document]) -> None:
    with sqlite3.connect(folder / "fts5.db") as db:
        db.execute("CREATE VIRTUAL TABLE d USING fts5(title, text, tokenize='porter unicode61')")
        db.executemany("INSERT INTO d (rowid, title, text) VALUES (?, ?, ?)", documents)
        db.execute("INSERT INTO d (d) VALUES ('optimize')")


def open_sqlite(folder: Path) -> Search:
    db = sqlite3.connect(folder / "fts5.db")

    def search(query: str, rows: int) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in WORD.findall(query))
        if not words:
            return []
        found = db.execute(
            "SELECT rowid FROM d WHERE d MATCH ? ORDER BY rank LIMIT ?", [words, rows]
        )
        return [id for (id,) in found]

    return search


def _bm25s_tokens(texts: Iterable[str]):
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    return bm25s.tokenize(list(texts), stopwords="en", stemmer=stemmer, show_progress=False)


def build_bm25s(folder: Path, documents: Sequence[Document]) -> None:
    import bm25s

    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index(
        _bm25s_tokens(f"{title} {text}" for _, title, text in documents), show_progress=False
    )
    index.save(str(folder / "bm25s"))
    (folder / "bm25s.ids").write_bytes(pickle.dumps([id for id, _, _ in documents]))


def open_bm25s(folder: Path) -> Search:
    import bm25s

    index = bm25s.BM25.load(str(folder / "bm25s"))
    ids = pickle.loads((folder / "bm25s.ids").read_bytes())

    def search(query: str, rows: int) -> list[int]:
        tokens = _bm25s_tokens([query])
        if not tokens.vocab:
            return []
        found, scores = index.retrieve(tokens, k=min(rows, len(ids)), show_progress=False)
        return [ids[i] for i, score in zip(found[0], scores[0], strict=True) if score > 0]

    return search


def build_postgres(folder: Path, documents: Sequence[Document]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute("CREATE TABLE bench_plain (id bigint PRIMARY KEY, vector tsvector)")
        for start in range(0, len(documents), 2000):
            batch = documents[start : start + 2000]
            cursor.execute(
                "INSERT INTO bench_plain"
                " SELECT d.id, setweight(to_tsvector('english', d.title), 'A')"
                " || setweight(to_tsvector('english', d.text), 'D')"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS d(id, title, text)",
                [list(column) for column in zip(*batch, strict=True)],
            )
        cursor.execute("CREATE INDEX ON bench_plain USING gin (vector)")
        cursor.execute("ANALYZE bench_plain")


def _open_postgres(joiner: str) -> Callable[[Path], Search]:
    def open_(folder: Path) -> Search:
        from django.db import connection

        def search(query: str, rows: int) -> list[int]:
            words = joiner.join(f"'{word}'" for word in WORD.findall(query))
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id FROM bench_plain, to_tsquery('english', %s) q WHERE vector @@ q"
                    " ORDER BY ts_rank(vector, q) DESC, id LIMIT %s",
                    [words, rows],
                )
                return [id for (id,) in cursor.fetchall()]

        return search

    return open_


ENGINES = [
    Engine("tantivy", build_tantivy, open_tantivy),
    Engine("SQLite FTS5", build_sqlite, open_sqlite),
    Engine("bm25s", build_bm25s, open_bm25s),
    Engine("PostgreSQL ts_rank, AND", build_postgres, _open_postgres(" & ")),
    Engine("PostgreSQL ts_rank, OR", lambda folder, documents: None, _open_postgres(" | ")),
]
