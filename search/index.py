"""Writing the index: postings, and what ranking and correction need besides.

All of it is written in the caller's transaction, so what is published is found at once.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection, transaction

from search.english import STOP_WORDS
from search.languages import STEMMERS, stemmed_language
from search.synonyms import thesaurus
from search.vectors import FIELDS, columns
from search.words import VERSION, analyse, surfaces, title_key, unspaced_words
from topics.deferred_writes import Behind, writing_behind
from topics.raw_sql import execute, statement
from topics.visibility import PUBLIC, published_to_some_sql

K1, B = 1.2, 0.75  # BM25's saturation and length normalisation, untuned
TITLE, ABOVE, CODE, TEXT = 5.0, 1.5, 0.7, 1.0  # what one occurrence in each field is worth
BATCH = 2000  # sections
MANY = 500  # sections from which on the planner's statistics are refreshed
SOME = 50  # of a small library: fewer rows PostgreSQL leaves alone as well
FEW = 20  # sections whose terms are looked up one by one
MANY_TERMS = 1000  # new ones in a batch
BULK = 5_000  # sections that are better built beside the live index

# What of section s and its topic t somebody may find.
PUBLISHED = published_to_some_sql("t", "s")
COLUMNS = (
    "section_id", "topic_id", "tree", "language", "title_key", "title_words", "has_text", "length",
    "written_at", *FIELDS,
)  # fmt: skip

_TITLE_HEAD = re.compile(r"^(.+?)\s*(?:\(|:\s|\s[—–-]\s)")


@dataclass(frozen=True, slots=True)
class Source:
    """What of a section goes into the index, as `sql/sections_to_index.sql` reads it."""

    section_id: int
    topic_id: int
    title: str
    number: str
    above: list[str]  # titles above it; of a root the topic's other names too
    text: str
    code: str
    has_text: bool  # text of its own or, below a heading, its children's
    read_at: datetime
    tree: int  # that its topic belongs to
    tag: str  # of its topic's language

    @property
    def language(self) -> str:
        """The language whose stems its words have too; "" for none."""
        return stemmed_language(self.tag)

    def columns(self) -> tuple[str, ...]:
        """The values of `FIELDS`."""
        return columns(
            title=self.title, number=self.number, above=self.above, text=self.text, code=self.code,
            language=self.language,
        )  # fmt: skip


Before = Callable[[int], None]


def _nothing(section_id: int) -> None:
    pass


def index_sections(section_ids: Sequence[int], *, before: Before = _nothing) -> None:
    """Write the index rows and postings of these sections; those not published lose theirs.

    `before` is called with a section's key before rows of sections up to that one are written.

    Most of a large library is built beside the live index, ten times faster than row by row, if the
    database's user may make tables. When the sections are a good part of all, the statistics are
    counted again.
    """
    if len(section_ids) >= BULK and _is_large(len(section_ids), share=2):
        from search.rebuild import may_rebuild, rebuild  # it builds on this module

        if may_rebuild():
            rebuild(before=before)
            return
    write_index(section_ids, before=before)


def write_index(
    section_ids: Sequence[int], *, is_new: bool = False, before: Before = _nothing
) -> None:
    """The same into the existing tables; `is_new` says that they are empty.

    While the database writes one batch, the next is cut into words.
    """
    ids = sorted(section_ids)
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    with (
        transaction.atomic(savepoint=False),
        writing_behind(is_worth_it=len(batches) > 1) as behind,
    ):
        is_large = _is_large(len(ids))
        if is_new:
            _write_all(batches, behind, before)
        else:
            _write_some(batches, behind, before, is_large=is_large)
        is_worth_planning = len(ids) >= (SOME if is_large else MANY)
        if is_worth_planning:
            # Without this, statistics from before the import let it join term by term.
            analyze_index()
        if is_large:
            execute(statement("search/refresh_terms"))  # the sections are counted
        if is_large and is_worth_planning:
            execute("ANALYZE topics_term")  # or terms are planned as if no section held any


def _write_some(
    batches: Sequence[list[int]], behind: Behind, before: Before, *, is_large: bool
) -> None:
    def write(ids: list[int], rows: Rows, words: dict[str, str]) -> None:
        _write_rows(ids, rows)
        _insert_words(words)

    languages: set[str] = set()
    for ids, sources in _in_turns(batches, behind):
        found = _measure(sources)
        rows = _rows(sources, found.lengths)
        languages.update(row.language for row in sources)
        before(ids[-1])
        behind.run(write, ids, rows, found.words)
    behind.wait()
    if is_large:
        _count_sections()  # the mean length goes into the postings
    for ids in batches:
        execute("DELETE FROM topics_posting WHERE section_id = ANY(%s)", [ids])
        _write_postings(ids)
    _tell_of(languages)


def _write_all(batches: Sequence[list[int]], behind: Behind, before: Before) -> None:
    """Texts are read twice: their mean length goes into the postings and is known once all are
    measured. Then the postings of a batch are written while the next is cut."""

    def write(ids: list[int], rows: Rows) -> None:
        _write_rows(ids, rows)
        _write_postings(ids)

    lengths: dict[int, int] = {}
    public: list[int] = []
    for _, sources in _in_turns(batches, behind):
        found = _measure(sources)
        lengths |= found.lengths
        public += [found.lengths[row.section_id] for row in sources if row.tree == PUBLIC]
        behind.run(_insert_words, found.words)
    measured = "unnest(%(lengths)s::int[]) AS measured (length) WHERE length > 0"
    sql = statement("search/refresh_state").format(measured=measured)
    execute(sql, {"version": VERSION, "lengths": public})
    for ids, sources in _in_turns(batches, behind):
        rows = _rows(sources, lengths)
        before(ids[-1])
        behind.run(write, ids, rows)


def _tell_of(languages: set[str]) -> None:
    """Have queries looked for by the stems of languages that the library did not hold before."""
    if not languages <= {"", *thesaurus().languages}:
        execute("UPDATE topics_indexstate SET synonyms_at = clock_timestamp()")


def analyze_index() -> None:
    """Update the planner's statistics of the index within the transaction that wrote it."""
    # The state's one row would else be planned as two thousand.
    execute(
        "ANALYZE topics_term, topics_posting, topics_indexedsection, search_standing, topics_word,"
        " topics_indexstate"
    )


def refresh_statistics() -> None:
    """Count how many sections hold each term and how long they are. Blocks no reader.

    Sections of private trees count for the terms of their own tree alone.
    """
    with transaction.atomic():
        _count_sections()
        execute(statement("search/refresh_terms"))


def crossing_sections(topic_ids: Iterable[int]) -> tuple[set[int], set[int]]:
    """The sections of these topics that the index has in another tree than they are in now, and
    those that it has in another language."""
    values = {"ids": list(topic_ids), "languages": list(STEMMERS)}
    rows = execute(statement("search/crossing_sections"), values) if values["ids"] else []
    return (
        {pk for pk, other_tree, _ in rows if other_tree},
        {pk for pk, _, other_language in rows if other_language},
    )


def forget_private_words() -> None:
    """Forget for corrections and suggestions what only private topics hold: their words, and how
    often they have others. Called when sections became private, after they were indexed."""
    refresh_statistics()
    execute(statement("search/delete_private_words"))


def vacuum() -> None:
    """Let searches read posting lists from their index alone, after many rows were written.

    PostgreSQL would do it by itself some minutes later. Does nothing within a transaction.
    """
    if not connection.in_atomic_block:
        execute(
            "VACUUM (SKIP_LOCKED)"
            " topics_posting, topics_indexedsection, search_standing, topics_term, topics_word,"
            " topics_section"
        )


def _count_sections() -> None:
    measured = "topics_indexedsection WHERE length > 0 AND tree = 0"
    execute(statement("search/refresh_state").format(measured=measured), {"version": VERSION})


def _is_large(count: int, share: int = 20) -> bool:
    """Whether `count` sections are at least one in `share` of those indexed."""
    [(indexed,)] = execute("SELECT coalesce((SELECT sections FROM topics_indexstate), 0)")
    return bool(count * share >= indexed)


def title_words(title: str) -> int:
    """How many words of a title a query should cover: of "Locks (Row, Table)" only "Locks"."""
    head = _TITLE_HEAD.match(title)
    return len(title_key(head.group(1) if head else title).split())


Rows = list[tuple[object, ...]]


def _in_turns(
    batches: Sequence[list[int]], behind: Behind
) -> Iterator[tuple[list[int], list[Source]]]:
    """Each batch, and what it is made of; the next are read while one is cut into words."""
    return zip(batches, behind.ahead(partial(_read, ids) for ids in batches), strict=True)


def _read(ids: list[int]) -> list[Source]:
    sql = f"{statement('search/sections_to_index')} WHERE s.id = ANY(%s) AND {PUBLISHED}"
    return [Source(*row) for row in execute(sql, [ids])]


@dataclass(frozen=True, slots=True)
class _Measured:
    """The lengths of sections, and the words for corrections with their lexemes."""

    lengths: dict[int, int]
    words: dict[str, str]


def _measure(sources: Sequence[Source]) -> _Measured:
    lengths: dict[int, int] = {}
    named: set[str] = set()
    for row in sources:
        words = list(surfaces(f"{row.text} {row.code}"))
        lengths[row.section_id] = len(words) + unspaced_words(row.text)
        # Corrections and words to go on with come from what everybody may read.
        if row.tree == PUBLIC:
            named.update(words, surfaces(row.title))
    lexemes = {word: token.exact for word in sorted(named) if (token := analyse(word))}
    return _Measured(lengths, lexemes)


def _rows(sources: Sequence[Source], lengths: Mapping[int, int]) -> Rows:
    """The normalised columns. One that was published meanwhile is indexed once more."""
    return [
        (
            row.section_id, row.topic_id, row.tree, row.language, title_key(row.title),
            title_words(row.title), row.has_text, lengths.get(row.section_id, 0), row.read_at,
            *row.columns(),
        )
        for row in sources
    ]  # fmt: skip


def _write_rows(ids: list[int], rows: Rows) -> None:
    """The normalised columns, and what ranking needs to know."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM topics_indexedsection WHERE section_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM search_standing WHERE section_id = ANY(%s)", [ids])
        names = ", ".join(COLUMNS)
        with cursor.cursor.copy(f"COPY topics_indexedsection ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    execute(statement("search/mark_parents"), {"ids": ids})
    execute(
        statement("search/write_standings").format(standings=statement("search/standings")),
        {"ids": ids},
    )


def _insert_words(words: dict[str, str]) -> None:
    values = {"words": list(words), "lexemes": list(words.values())}
    execute(statement("search/insert_words"), values)


def _write_postings(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            statement("search/insert_terms"), {"ids": ids, "stop_words": sorted(STOP_WORDS)}
        )
        if cursor.rowcount >= MANY_TERMS:
            # Else postings may be planned for the few terms of before: each looked for in all.
            cursor.execute("ANALYZE topics_term")
        cursor.execute(
            statement("search/insert_postings").format(
                terms=_ONE_BY_ONE if len(ids) <= FEW else _JOINED
            ),
            {"title": TITLE, "above": ABOVE, "code": CODE, "k1": K1, "b": B, "ids": ids},
        )


def indexed_ids(ids: Iterable[int]) -> set[int]:
    """Those of `ids` that the index holds."""
    rows = execute(
        "SELECT section_id FROM topics_indexedsection WHERE section_id = ANY(%s)", [list(ids)]
    )
    return {pk for (pk,) in rows}


# A difference, for the planner would join all terms of a tree before it looks at their lexemes.
_JOINED = "JOIN topics_term t ON t.lexeme = u.lexeme AND t.tree - i.tree = 0"
# The planner takes one section's words for thousands and would read all terms.
_ONE_BY_ONE = (
    "CROSS JOIN LATERAL"
    " (SELECT id FROM topics_term WHERE lexeme = u.lexeme AND tree = i.tree LIMIT 1) t"
)
