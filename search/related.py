"""Which sections are alike, by the index's own terms: "see also", and what explains an item.

Both are stored with the section, so that no page computes them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from itertools import groupby
from operator import itemgetter

from search.english import STOP_WORDS
from search.snippets import TABLE_CELLS
from search.words import tokens
from topics.kinds import EXPLAINING
from topics.raw_sql import execute, statement
from topics.visibility import published_to_some_sql

ALIKE = 5  # sections named in "see also"
WORDS_OF_PAGE = 8  # strongest terms that describe a page
LIST = 30  # postings read of each of them
SHORTEST = 80  # words of prose that can explain something
GOOD_ENOUGH = 0.69  # score from which an item counts as explained (docs/coverage.md)
HELD = 200  # sections looked at that hold one of an item's rarest words
BEST = 3  # sections whose prose is read for an item
MENTIONS, MOST_MENTIONS = (
    0.15,
    3,
)  # weight of sentences with the item's rarest word, and their limit
BATCH = 5000

_SENTENCE = re.compile(r"\n+|(?<=[.;:!?])\s+")


def relate(section_ids: Sequence[int]) -> None:
    """Store "see also" of the pages that show these sections, and what explains the bare items.

    Called after `index_sections`, in the same transaction.
    """
    if not section_ids:
        return
    rows = execute(
        "SELECT id, page_id, is_item AND words = 0"
        " FROM topics_section WHERE id = ANY(%s) AND removed_at IS NULL",
        [list(section_ids)],
    )
    pages = sorted({page for _, page, _ in rows if page is not None})
    for start in range(0, len(pages), BATCH):
        alike = _alike(pages[start : start + BATCH])
        arrays = [f"{{{','.join(map(str, ids))}}}" for ids in alike.values()]
        execute(statement("search/see_also"), {"pages": list(alike), "alike": arrays})
    items = [pk for pk, _, is_bare in rows if is_bare]
    if not items:
        return
    found = explain(items)
    execute(
        "UPDATE topics_section s SET match_id = m.match_id"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS m (id, match_id)"
        " WHERE s.id = m.id AND s.match_id IS DISTINCT FROM m.match_id",
        [items, [found[item][0] if item in found else None for item in items]],
    )


def _alike(pages: Sequence[int]) -> dict[int, list[int]]:
    """The pages of other topics in which the strongest terms of each of these weigh most.

    Added up here: PostgreSQL takes three times as long for it.
    """
    found: dict[int, list[int]] = {page: [] for page in pages}
    own = execute(statement("search/strongest_terms"), {"pages": pages, "words": WORDS_OF_PAGE})
    terms = list({term for _, _, term, _ in own})
    rows = (
        execute(statement("search/strongest_pages"), {"terms": terms, "list": LIST})
        if terms
        else []
    )
    holding = {term: list(zip(*columns, strict=True)) for term, *columns in rows}
    for (page, topic), words in groupby(own, itemgetter(0, 1)):
        likeness: dict[int, float] = defaultdict(float)
        for _, _, term, weight in words:
            for other, other_topic, impact in holding.get(term, ()):
                if other_topic != topic:
                    likeness[other] += weight * impact
        found[page] = sorted(likeness, key=lambda other: (-likeness[other], other))[:ALIKE]
    return found


def naming(gone: Collection[int], topics: Collection[int] = ()) -> set[int]:
    """The sections whose "see also" or match names one of those `gone`, or a match in `topics`.

    "See also" has no index: where something is gone, this reads all sections once.
    """
    rows = execute(statement("search/naming"), {"gone": list(gone), "topics": list(topics)})
    if gone:
        rows += execute(
            "SELECT id FROM topics_section WHERE see_also && %s::bigint[]", [list(gone)]
        )
    return {pk for (pk,) in rows}


def may_name(section_ids: Collection[int]) -> set[int]:
    """The pages and bare items elsewhere that may name these sections, now that they are found.

    Called after `relate` of the sections themselves.
    """
    rows = execute(statement("search/may_name"), {"ids": list(section_ids), "held": HELD})
    return {pk for (pk,) in rows}


def explain(
    section_ids: Sequence[int],
    *,
    sources: Sequence[str] | None = None,
    at_least: float = GOOD_ENOUGH,
) -> dict[int, tuple[int, float]]:
    """The section elsewhere, with prose, that explains each section's title best, and its score.

    Scores are from 0 to 1; what scores below `at_least` is left out. `sources` narrows where the
    explanation may be.
    """
    found: dict[int, tuple[int, float]] = {}
    for start in range(0, len(section_ids), BATCH):
        rows = _candidates(section_ids[start : start + BATCH], sources)
        sentences = _sentences_by_word({section for _, section, _, _ in rows})
        for item, section, score, rarest in rows:
            mentions = min(sentences[section][rarest], MOST_MENTIONS)
            total = score + MENTIONS * mentions / MOST_MENTIONS
            if total >= max(at_least, found.get(item, (0, 0.0))[1]):
                found[item] = (section, total)
    return found


def _candidates(
    items: Sequence[int], sources: Sequence[str] | None
) -> list[tuple[int, int, float, str]]:
    """Items, up to three sections for each, their scores so far, and the item's rarest word."""
    return execute(
        statement("search/explain").format(published=published_to_some_sql("t")),
        {
            "items": list(items),
            "shortest": SHORTEST,
            "held": HELD,
            "best": BEST,
            "sources": None if sources is None else list(sources),
            "explaining": EXPLAINING,
            "stop_words": sorted(STOP_WORDS),
        },
    )


def _sentences_by_word(section_ids: Collection[int]) -> dict[int, Counter[str]]:
    """In how many sentences of each section's prose a word occurs; rows of tables do not count."""
    counts = {}
    rows = execute("SELECT id, text FROM topics_section WHERE id = ANY(%s)", [list(section_ids)])
    for section, text in rows:
        sentences = [part for part in _SENTENCE.split(text) if not TABLE_CELLS.search(part)]
        counts[section] = Counter(
            word
            for sentence in sentences
            for word in {w for _, _, t in tokens(sentence) for slot in t.slots for w in slot}
        )
    return counts
