"""Which sections are alike, by the index's own terms: "see also", and what explains an item.

Both are stored with the section, so that no page computes them.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from django.db import connection

from search.english import STOP_WORDS
from search.snippets import TABLE_CELLS
from search.words import tokens

ALIKE = 5  # sections named in "see also"
WORDS_OF_PAGE = 8  # strongest terms that stand for a page
LIST = 30  # postings read of each of them
SHORTEST = 80  # words of prose that can explain something
GOOD_ENOUGH = 0.69  # score from which an item counts as explained (docs/coverage.md)
HELD = 200  # sections looked at that hold one of an item's rarest words
BEST = 3  # sections whose prose is read for an item
SAID, OFTEN = 0.15, 3  # weight of saying the item's rarest word, in up to so many sentences
BATCH = 2000

_SENTENCE = re.compile(r"\n+|(?<=[.;:!?])\s+")

# A page is what its eight strongest terms are; common terms (in a tenth of all
# sections) and words that stand but once (with an impact of about 1) say nothing.
_SEE_ALSO = """
WITH own AS MATERIALIZED (
    SELECT page_id, term_id, weight FROM (
        SELECT s.page_id, p.term_id,
               sum(p.impact) * idf.weight AS weight,
               row_number() OVER (
                   PARTITION BY s.page_id ORDER BY sum(p.impact) * idf.weight DESC, p.term_id
               ) AS place
        FROM topics_section s
        JOIN topics_posting p ON p.section_id = s.id AND p.impact > 1.1
        JOIN topics_term t ON t.id = p.term_id
        CROSS JOIN topics_indexstate n
        CROSS JOIN LATERAL (
            SELECT ln(1 + (n.sections - t.df + 0.5::float) / (t.df + 0.5::float)) AS weight
        ) idf
        WHERE s.page_id = ANY(%(pages)s) AND s.removed_at IS NULL
          AND t.df BETWEEN 2 AND greatest(10, n.sections / 10)
        GROUP BY s.page_id, p.term_id, idf.weight
    ) ranked WHERE place <= %(words)s
),
near AS MATERIALIZED (
    SELECT own.page_id, other.page_id AS other_id, sum(own.weight * listed.impact) AS likeness
    FROM own
    CROSS JOIN LATERAL (
        SELECT p.section_id, p.impact FROM topics_posting p
        WHERE p.term_id = own.term_id
        ORDER BY p.term_id, p.impact DESC, p.section_id
        LIMIT %(list)s
    ) listed
    JOIN topics_section other ON other.id = listed.section_id AND NOT other.is_item
    GROUP BY own.page_id, other.page_id
),
best AS (
    SELECT page_id, array_agg(other_id ORDER BY place) AS ids FROM (
        SELECT near.page_id, near.other_id,
               row_number() OVER (
                   PARTITION BY near.page_id ORDER BY likeness DESC, other_id
               ) AS place
        FROM near
        JOIN topics_section a ON a.id = near.page_id
        JOIN topics_section b ON b.id = near.other_id AND b.topic_id <> a.topic_id
    ) ordered WHERE place <= %(alike)s GROUP BY page_id
)
UPDATE topics_section s SET see_also = coalesce(best.ids, '{}')
FROM unnest(%(pages)s::bigint[]) AS page (id) LEFT JOIN best ON best.page_id = page.id
WHERE s.id = page.id AND s.see_also IS DISTINCT FROM coalesce(best.ids, '{}')
"""

_NAMING = """
SELECT id FROM topics_section WHERE match_id = ANY(%(gone)s)
UNION
SELECT item.id FROM topics_section item JOIN topics_section s ON s.id = item.match_id
WHERE s.topic_id = ANY(%(topics)s)
"""

_NAMING_PAGES = "SELECT id FROM topics_section WHERE see_also && %s::bigint[]"

# Being alike goes both ways, mostly. An item is explained by what holds its rarest words.
_MAY_NAME = """
SELECT unnest(page.see_also) FROM topics_section page
WHERE page.id IN (SELECT page_id FROM topics_section WHERE id = ANY(%(ids)s))
UNION
SELECT item.id
FROM topics_posting said
JOIN topics_term t ON t.id = said.term_id AND t.df <= %(held)s
JOIN topics_posting named ON named.term_id = t.id AND named.in_title
JOIN topics_section item ON item.id = named.section_id
WHERE said.section_id = ANY(%(ids)s)
  AND item.is_item AND item.words = 0 AND item.match_id IS NULL AND item.removed_at IS NULL
"""

# Candidates are the sections that hold one of the item's two rarest known words, and three
# quarters of its title's words, weighed by how rare they are. Of each:
#   kin       how much of one title above the item its topic's title holds, at best: many items have
#             the same name, and "Indexes" below "MongoDB" is explained where MongoDB is the topic.
#             Words that no topic's title holds ("mastery") count half
#   titled    the share of the item's words that stand in the section's title
#   strength  how much its text is about them (their impacts, of at most 2.2)
#   around    the share of the words of the item's parent that it holds
# and of the item its number of words, up to three: one word alone is found by chance. `explain`
# adds how often the section's prose says the rarest of the words.
# Weights and threshold were fitted to 447 pairs judged by reading (docs/coverage.md).
# Stop words do not count, nor joined forms (asyncseries) that no prose holds: their parts do.
# The steps are materialised, and the postings looked up one by one (LIMIT 1): the planner takes
# candidates for few and would read the postings of whole terms for each of them.
EXPLAIN = """
WITH RECURSIVE lines AS (
    SELECT i.id AS item_id, i.parent_id AS id FROM topics_section i WHERE i.id = ANY(%(items)s)
    UNION ALL
    SELECT l.item_id, s.parent_id FROM lines l JOIN topics_section s ON s.id = l.id
    WHERE s.parent_id IS NOT NULL
),
above AS MATERIALIZED (
    SELECT l.item_id, l.id FROM lines l JOIN topics_section s ON s.id = l.id WHERE s.anchor <> ''
),
places AS (
    SELECT s.id, word.lexeme, t.id AS term_id, t.df, cardinality(word.positions) AS span,
           min(cardinality(word.positions)) OVER (PARTITION BY s.id, at.position) AS least
    FROM topics_section s
    CROSS JOIN LATERAL unnest(s.search_title::tsvector) word
    CROSS JOIN LATERAL unnest(word.positions) AS at (position)
    LEFT JOIN topics_term t ON t.lexeme = word.lexeme
    WHERE (s.id = ANY(%(items)s) OR s.id IN (SELECT id FROM lines))
      AND word.lexeme !~ '^[0-9.]+$' AND lower(word.lexeme) <> ALL(%(stop_words)s)
),
words AS MATERIALIZED (
    SELECT p.id, p.lexeme, p.term_id,
           CASE WHEN p.term_id IS NULL THEN ln(1 + n.sections)
                ELSE ln(1 + (n.sections - p.df + 0.5) / (p.df + 0.5)) END AS idf
    FROM places p
    CROSS JOIN topics_indexstate n
    GROUP BY p.id, p.lexeme, p.term_id, p.df, n.sections
    HAVING NOT bool_and(p.least < p.span) OR EXISTS (
        SELECT 1 FROM topics_posting held JOIN topics_section x ON x.id = held.section_id
        WHERE held.term_id = p.term_id AND NOT x.is_item AND x.words >= %(shortest)s
    )
),
asked AS MATERIALIZED (
    SELECT item_id, topic_id, lexeme, term_id, idf, min(place) AS place FROM (
        SELECT i.id AS item_id, i.topic_id, w.lexeme, w.term_id, w.idf, 1 AS place
        FROM topics_section i JOIN words w ON w.id = i.id
        WHERE i.id = ANY(%(items)s)
        UNION ALL
        SELECT i.id, i.topic_id, w.lexeme, w.term_id, w.idf, 2
        FROM topics_section i JOIN words w ON w.id = i.parent_id
        WHERE i.id = ANY(%(items)s)
    ) both_places
    GROUP BY item_id, topic_id, lexeme, term_id, idf
),
mass AS (
    SELECT item_id, sum(idf) FILTER (WHERE place = 1) AS own,
           sum(idf) FILTER (WHERE place = 2) AS around,
           least(count(*) FILTER (WHERE place = 1), 3) / 3.0 AS words
    FROM asked GROUP BY item_id
),
rarest AS (
    SELECT item_id, topic_id, term_id, lexeme, place FROM (
        SELECT item_id, topic_id, term_id, lexeme,
               row_number() OVER (PARTITION BY item_id ORDER BY idf DESC, term_id) AS place
        FROM asked WHERE place = 1 AND term_id IS NOT NULL
    ) ordered WHERE place <= 2
),
held AS MATERIALIZED (
    SELECT r.item_id, r.topic_id, p.section_id
    FROM rarest r
    CROSS JOIN LATERAL (
        SELECT p.section_id FROM topics_posting p
        WHERE p.term_id = r.term_id
        ORDER BY p.term_id, p.impact DESC, p.section_id
        LIMIT %(held)s
    ) p
),
candidates AS MATERIALIZED (
    SELECT DISTINCT h.item_id, s.topic_id, s.id AS section_id
    FROM held h
    JOIN topics_section s ON s.id = h.section_id
    JOIN topics_topic t ON t.id = s.topic_id
    WHERE s.words >= %(shortest)s AND NOT s.is_item AND s.topic_id <> h.topic_id
      AND t.kind NOT IN ('outline', 'glossary', 'path') AND t.origin NOT LIKE '%%/'
      AND (%(sources)s::text[] IS NULL OR t.source = ANY(%(sources)s))
),
titles AS MATERIALIZED (
    SELECT DISTINCT root.topic_id, term.id AS term_id
    FROM topics_topic t
    JOIN topics_section root ON root.topic_id = t.id AND root.anchor = ''
    CROSS JOIN LATERAL unnest(root.search_title::tsvector) word
    JOIN topics_term term ON term.lexeme = word.lexeme
    WHERE t.removed_at IS NULL AND t.status = 'published'
      AND t.kind NOT IN ('outline', 'glossary', 'path') AND t.origin NOT LIKE '%%/'
      AND (%(sources)s::text[] IS NULL OR t.source = ANY(%(sources)s))
),
heads AS MATERIALIZED (
    SELECT w.id, w.term_id, weight.idf / sum(weight.idf) OVER (PARTITION BY w.id) AS share
    FROM words w
    LEFT JOIN (SELECT DISTINCT term_id FROM titles) known ON known.term_id = w.term_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN known.term_id IS NULL THEN w.idf / 2 ELSE w.idf END AS idf
    ) weight
    WHERE w.id IN (SELECT id FROM above)
),
likeness AS MATERIALIZED (
    SELECT h.id, t.topic_id, sum(h.share) AS share
    FROM heads h JOIN titles t ON t.term_id = h.term_id GROUP BY h.id, t.topic_id
),
kin AS MATERIALIZED (
    SELECT a.item_id, l.topic_id, max(l.share) AS share
    FROM above a JOIN likeness l ON l.id = a.id GROUP BY a.item_id, l.topic_id
),
scored AS (
    SELECT c.item_id, c.section_id, c.topic_id, m.words,
           coalesce(sum(a.idf) FILTER (WHERE a.place = 1), 0) / m.own AS cover,
           coalesce(sum(a.idf) FILTER (WHERE a.place = 1 AND p.in_title), 0) / m.own AS titled,
           coalesce(sum(a.idf) FILTER (WHERE a.place = 2) / m.around, (m.around IS NULL)::int)
               AS around,
           coalesce(sum(a.idf * p.impact) FILTER (WHERE a.place = 1), 0) / (2.2 * m.own) AS strength
    FROM candidates c
    JOIN mass m ON m.item_id = c.item_id
    JOIN asked a ON a.item_id = c.item_id
    CROSS JOIN LATERAL (
        SELECT p.impact, p.in_title FROM topics_posting p
        WHERE p.section_id = c.section_id AND p.term_id = a.term_id
        LIMIT 1
    ) p
    GROUP BY c.item_id, c.section_id, c.topic_id, m.own, m.around, m.words
),
weighed AS (
    SELECT s.item_id, s.section_id,
           (0.3 * coalesce(k.share, 0) + 0.15 * s.titled + 0.15 * s.strength + 0.1 * s.around
               + 0.15 * s.words)::float AS score
    FROM scored s
    LEFT JOIN kin k ON k.item_id = s.item_id AND k.topic_id = s.topic_id
    WHERE s.cover >= 0.75
),
best AS (
    SELECT item_id, section_id, score,
           row_number() OVER (PARTITION BY item_id ORDER BY score DESC, section_id) AS place
    FROM weighed
)
SELECT b.item_id, b.section_id, b.score, r.lexeme
FROM best b JOIN rarest r ON r.item_id = b.item_id AND r.place = 1
WHERE b.place <= %(best)s
ORDER BY b.item_id, b.place
"""


def relate(section_ids: Sequence[int]) -> None:
    """Store "see also" of the pages that show these sections, and what explains the bare items.

    Called after `index_sections`, in the same transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT page_id FROM topics_section"
            " WHERE id = ANY(%s) AND removed_at IS NULL AND page_id IS NOT NULL",
            [list(section_ids)],
        )
        pages = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(pages), BATCH):
            batch = pages[start : start + BATCH]
            cursor.execute(
                _SEE_ALSO,
                {"pages": batch, "words": WORDS_OF_PAGE, "list": LIST, "alike": ALIKE},
            )
        cursor.execute(
            "SELECT id FROM topics_section"
            " WHERE id = ANY(%s) AND removed_at IS NULL AND is_item AND words = 0",
            [list(section_ids)],
        )
        items = [row[0] for row in cursor.fetchall()]
        found = explain(items)
        matches = [(item, found[item][0] if item in found else None) for item in items]
        cursor.execute(
            "UPDATE topics_section s SET match_id = m.match_id"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS m (id, match_id)"
            " WHERE s.id = m.id AND s.match_id IS DISTINCT FROM m.match_id",
            [[m[0] for m in matches], [m[1] for m in matches]],
        )


def naming(gone: Collection[int], topics: Collection[int] = ()) -> set[int]:
    """The sections whose "see also" or match names one of those `gone`, or a match in `topics`.

    "See also" has no index: where something is gone, this reads all sections once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NAMING, {"gone": list(gone), "topics": list(topics)})
        found = {row[0] for row in cursor.fetchall()}
        if gone:
            cursor.execute(_NAMING_PAGES, [list(gone)])
            found |= {row[0] for row in cursor.fetchall()}
    return found


def may_name(section_ids: Collection[int]) -> set[int]:
    """The pages and bare items elsewhere that may name these sections, now that they are found.

    Called after `relate` of the sections themselves.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MAY_NAME, {"ids": list(section_ids), "held": HELD})
        return {row[0] for row in cursor.fetchall()}


def explain(
    section_ids: Sequence[int],
    *,
    sources: Sequence[str] | None = None,
    at_least: float = GOOD_ENOUGH,
) -> dict[int, tuple[int, float]]:
    """The section elsewhere, with prose, that explains each section's title best, and its score.

    Scores are from 0 to 1; what scores below `at_least` is left out. `sources` narrows where the
    explanation may stand.
    """
    found: dict[int, tuple[int, float]] = {}
    for start in range(0, len(section_ids), BATCH):
        rows = _candidates(section_ids[start : start + BATCH], sources)
        said = _sentences_by_word({section for _, section, _, _ in rows})
        for item, section, score, rarest in rows:
            score += SAID * min(said[section][rarest], OFTEN) / OFTEN
            if score >= max(at_least, found.get(item, (0, 0.0))[1]):
                found[item] = (section, score)
    return found


def _candidates(
    items: Sequence[int], sources: Sequence[str] | None
) -> list[tuple[int, int, float, str]]:
    """Items, up to three sections for each, their scores so far, and the item's rarest word."""
    with connection.cursor() as cursor:
        cursor.execute(
            EXPLAIN,
            {
                "items": list(items),
                "shortest": SHORTEST,
                "held": HELD,
                "best": BEST,
                "sources": None if sources is None else list(sources),
                "stop_words": sorted(STOP_WORDS),
            },
        )
        return cursor.fetchall()


def _sentences_by_word(section_ids: Collection[int]) -> dict[int, Counter[str]]:
    """In how many sentences of each section's prose a word stands; rows of tables are none."""
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, text FROM topics_section WHERE id = ANY(%s)", [list(section_ids)]
        )
        for section, text in cursor.fetchall():
            sentences = [part for part in _SENTENCE.split(text) if TABLE_CELLS not in part]
            counts[section] = Counter(
                word
                for sentence in sentences
                for word in {w for _, _, t in tokens(sentence) for slot in t.slots for w in slot}
            )
    return counts
