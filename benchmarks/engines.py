"""The engines that the search is measured against, each behind the same two functions.

`build(folder, documents)` writes an index into `folder`; `open_(folder)` gives a function from a
query and a number of rows to (id, title) of the best documents, best first, and how many match:
what a page of results needs. Documents are (id, title, text).
"""

import pickle
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

Document = tuple[int, str, str]
Found = tuple[list[tuple[int, str]], int]
Search = Callable[[str, int], Found]

WORD = re.compile(r"\w+")


class Engine(NamedTuple):
    name: str
    build: Callable[[Path, Sequence[Document]], None]
    open_: Callable[[Path], Search]


def _tantivy_schema():
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("id", stored=True)
    schema.add_text_field("title", tokenizer_name="en_stem", stored=True)
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


def open_tantivy(folder: Path, title_weight: float = 1.0) -> Search:
    import tantivy

    boosts = {"title": title_weight}
    index = tantivy.Index(_tantivy_schema(), path=str(folder / "tantivy"))
    searcher = index.searcher()

    def search(query: str, rows: int) -> Found:
        words = " ".join(WORD.findall(query.lower()))
        if not words:
            return [], 0
        asked = index.parse_query(words, ["title", "text"], field_boosts=boosts)
        found = searcher.search(asked, rows, count=True)
        documents = [searcher.doc(address) for _, address in found.hits]
        return [(d["id"][0], d["title"][0]) for d in documents], found.count

    return search


def build_sqlite(folder: Path, documents: Sequence[Document]) -> None:
    with sqlite3.connect(folder / "fts5.db") as db:
        db.execute("CREATE VIRTUAL TABLE d USING fts5(title, text, tokenize='porter unicode61')")
        db.executemany("INSERT INTO d (rowid, title, text) VALUES (?, ?, ?)", documents)
        db.execute("INSERT INTO d (d) VALUES ('optimize')")


def open_sqlite(folder: Path) -> Search:
    db = sqlite3.connect(folder / "fts5.db")

    def search(query: str, rows: int) -> Found:
        words = " OR ".join(f'"{word}"' for word in WORD.findall(query))
        if not words:
            return [], 0
        found = db.execute(
            "SELECT rowid, title FROM d WHERE d MATCH ? ORDER BY rank LIMIT ?", [words, rows]
        ).fetchall()
        return found, db.execute("SELECT count(*) FROM d WHERE d MATCH ?", [words]).fetchone()[0]

    return search


def _bm25s_tokens(texts: Iterable[str]) -> list[list[str]]:
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    return bm25s.tokenize(
        list(texts), stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
    )


def build_bm25s(folder: Path, documents: Sequence[Document], titles_counted: int = 1) -> None:
    import bm25s

    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index(
        _bm25s_tokens(f"{f'{title} ' * titles_counted}{text}" for _, title, text in documents),
        show_progress=False,
    )
    index.save(str(folder / "bm25s"))
    titles = [(id, title) for id, title, _ in documents]
    (folder / "bm25s.titles").write_bytes(pickle.dumps(titles))


def open_bm25s(folder: Path) -> Search:
    import bm25s

    index = bm25s.BM25.load(str(folder / "bm25s"))
    titles = pickle.loads((folder / "bm25s.titles").read_bytes())

    def search(query: str, rows: int) -> Found:
        (tokens,) = _bm25s_tokens([query])
        if not tokens:
            return [], 0
        scores = index.get_scores(tokens)
        best, places = bm25s.selection.topk(scores, k=min(rows, len(titles)))
        found = [titles[i] for i, score in zip(places, best, strict=True) if score > 0]
        return found, int((scores > 0).sum())

    return search


def build_postgres(folder: Path, documents: Sequence[Document]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute(
            "CREATE TABLE bench_plain (id bigint PRIMARY KEY, title text, vector tsvector)"
        )
        for start in range(0, len(documents), 2000):
            batch = documents[start : start + 2000]
            cursor.execute(
                "INSERT INTO bench_plain"
                " SELECT d.id, d.title, setweight(to_tsvector('english', d.title), 'A')"
                " || setweight(to_tsvector('english', d.text), 'D')"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS d(id, title, text)",
                [list(column) for column in zip(*batch, strict=True)],
            )
        cursor.execute("CREATE INDEX ON bench_plain USING gin (vector)")
        cursor.execute("ANALYZE bench_plain")


def _open_postgres(joiner: str) -> Callable[[Path], Search]:
    def open_(folder: Path) -> Search:
        from django.db import connection

        def search(query: str, rows: int) -> Found:
            words = joiner.join(f"'{word}'" for word in WORD.findall(query))
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id, title FROM bench_plain, to_tsquery('english', %s) q"
                    " WHERE vector @@ q ORDER BY ts_rank(vector, q) DESC, id LIMIT %s",
                    [words, rows],
                )
                found = cursor.fetchall()
                cursor.execute(
                    "SELECT count(*) FROM bench_plain WHERE vector @@ to_tsquery('english', %s)",
                    [words],
                )
                return found, cursor.fetchone()[0]

        return search

    return open_


ENGINES = [
    Engine("tantivy", build_tantivy, open_tantivy),
    Engine("SQLite FTS5", build_sqlite, open_sqlite),
    Engine("bm25s", build_bm25s, open_bm25s),
    Engine("PostgreSQL ts_rank, AND", build_postgres, _open_postgres(" & ")),
    Engine("PostgreSQL ts_rank, OR", lambda folder, documents: None, _open_postgres(" | ")),
]
