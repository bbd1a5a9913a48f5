-- Candidates are the sections that hold one of the item's two rarest known words, and three
-- quarters of its title's words, weighed by how rare they are. Of each:
--   kin       how much of one title above the item its topic's title holds, at best: many items have
--             the same name, and "Indexes" below "MongoDB" is explained where MongoDB is the topic.
--             Words that no topic's title holds ("mastery") count half
--   titled    the share of the item's words that are in the section's title
--   strength  how much its text is about them (their impacts, of at most 2.2)
--   around    the share of the words of the item's parent that it holds
-- and of the item its number of words, up to three: one word alone is found by chance. `explain`
-- adds how often the section's prose says the rarest of the words.
-- Weights and threshold were fitted to 447 pairs judged by reading (docs/coverage.md).
-- Stop words do not count, nor joined forms (asyncseries) that no prose holds: their parts do.
-- The steps are materialised, and the postings looked up one by one (LIMIT 1): the planner takes
-- candidates for few and would read the postings of whole terms for each of them.
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
    JOIN topics_indexedsection x ON x.section_id = s.id
    CROSS JOIN LATERAL unnest(x.title::tsvector) word
    CROSS JOIN LATERAL unnest(word.positions) AS at (position)
    LEFT JOIN topics_term t ON t.lexeme = word.lexeme AND t.tree = x.tree
    WHERE (s.id = ANY(%(items)s) OR s.id IN (SELECT id FROM lines))
      AND word.lexeme !~ '^#?[0-9.]+$' AND lower(word.lexeme) <> ALL(%(stop_words)s)
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
      AND t.kind = ANY(%(explaining)s) AND t.origin NOT LIKE '%%/'
      AND (%(sources)s::text[] IS NULL OR t.source = ANY(%(sources)s))
),
titles AS MATERIALIZED (
    SELECT DISTINCT root.topic_id, term.id AS term_id
    FROM topics_topic t
    JOIN topics_section root ON root.topic_id = t.id AND root.anchor = ''
    JOIN topics_indexedsection x ON x.section_id = root.id
    CROSS JOIN LATERAL unnest(x.title::tsvector) word
    JOIN topics_term term ON term.lexeme = word.lexeme AND term.tree = x.tree
    WHERE {published}
      AND t.kind = ANY(%(explaining)s) AND t.origin NOT LIKE '%%/'
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
