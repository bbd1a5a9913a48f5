-- The ranking of a search: one statement, kept as a function so that PostgreSQL keeps its plan.
--
-- Django sends every statement with its parameters in it, and a plan made for such values may join
-- whole posting lists (30 ms); the generic plan looks postings up one by one.
--
-- A query arrives as *alternatives*: lexemes that may stand for its n-th word, each with a weight
-- (1 literal, less for a synonym), and whether it counts as that word. `runs` are alternatives of
-- several lexemes side by side, each as a tsquery; they match through GIN.
--
--   score  = sum over the query's words of the best alternative's  weight x idf x impact,
--            + up to 2 / (2 + words) of what words in the title add, as far as they cover the title,
--            and up to 0.3 more where words that the query puts side by side stand side by side
--   idf    = ln(1 + (N - df + 0.5) / (df + 0.5)), over the N sections with text
--   impact = BM25F's saturated weight, stored in each posting (see index.sql)
--
-- Sections are ordered by tier first, then by score:
--   0 the number that was asked for     1 a title that compares both sides of "a vs b"
--   2 exact title, with text            3 all words, with text
--   4 exact title, bare                 5 all words, bare           6 some of the words
--
-- Unfiltered, candidates are the strongest postings of each term (`bound` of them), joined by what
-- such a list can miss: exact titles, runs, and, where a list was cut and few of its sections hold
-- all words, the set of all words from GIN. Filtered, candidates come from GIN alone, so that no
-- bound hides what a filter admits.

CREATE OR REPLACE FUNCTION kb_rank(
    words smallint[],        -- alternatives: the number of the query's word, from 1
    weights real[],
    counting boolean[],
    lexemes text[],
    run_words smallint[],    -- alternatives of several lexemes
    run_weights real[],
    run_queries tsquery[],
    word_count integer,      -- words that must be held for "all"
    all_words tsquery,       -- null when nothing can hold them all
    pairs tsquery[],         -- neighbours in the query
    keys text[],             -- exact titles
    wanted_number text,
    is_comparison boolean,
    is_filtered boolean,
    must tsquery,            -- what a filtered search admits; null admits every section
    must_all tsquery,        -- the same with all words
    topic_ids bigint[],      -- null for every topic
    in_titles boolean,       -- only postings in titles count
    with_code boolean,
    with_matching boolean,   -- also return the sections that facets are counted over
    bound integer,           -- postings read of each term
    pool_size integer,       -- candidates of each kind that are scored
    most_rows integer
)
RETURNS TABLE (
    section_id bigint, page_id bigint, topic_id bigint, tier integer, score real, held integer,
    titled integer,          -- words of the query in the title
    total integer,           -- up to 1,001, which stands for more
    matching bigint[]        -- up to 1,000 sections, in the first row only
)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    most_counted CONSTANT integer := 1001;
    most_read CONSTANT integer := 30;
BEGIN
RETURN QUERY
WITH
alternatives AS MATERIALIZED (
    SELECT a.word, a.counts, t.id AS term_id, t.holders,
           t.holders > kb_rank.bound AS is_cut,
           (a.weight * ln(1 + (s.sections - least(t.df, s.sections) + 0.5) / (t.df + 0.5)))::real
               AS gain
    FROM unnest(kb_rank.words, kb_rank.weights, kb_rank.counting, kb_rank.lexemes)
             AS a(word, weight, counts, lexeme)
    JOIN topics_term t ON t.lexeme = a.lexeme
    CROSS JOIN topics_indexstate s
),
-- Runs have no postings: their frequency is counted here, up to 500 sections of each.
runs AS MATERIALIZED (
    SELECT r.word, f.section_id, f.in_title,
           (r.weight * 1.2 * ln(1 + (s.sections - least(f.df, s.sections) + 0.5) / (f.df + 0.5)))
               ::real AS gain
    FROM unnest(kb_rank.run_words, kb_rank.run_weights, kb_rank.run_queries)
             AS r(word, weight, query)
    CROSS JOIN topics_indexstate s
    CROSS JOIN LATERAL (
        SELECT i.section_id, s.search_title::tsvector @@ r.query AS in_title,
               count(*) OVER () AS df
        FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
        WHERE s.search_vector @@ r.query
        LIMIT 500
    ) f
),
listed AS MATERIALIZED (
    SELECT l.section_id, sum(l.gain) AS gain,
           bit_count(bit_or(1::bigint << l.word)::bit(64)) AS held
    FROM (
        SELECT p.section_id, a.word, a.gain * p.impact AS gain
        FROM alternatives a
        CROSS JOIN LATERAL (
            SELECT p.section_id, p.impact FROM topics_posting p
            WHERE p.term_id = a.term_id
            ORDER BY p.term_id, p.impact DESC, p.section_id
            LIMIT kb_rank.bound
        ) p
        WHERE a.counts OR kb_rank.word_count < 3
        UNION ALL
        SELECT r.section_id, r.word, r.gain FROM runs r
    ) l
    WHERE NOT kb_rank.is_filtered
    GROUP BY l.section_id
),
admitted AS MATERIALIZED (
    (SELECT s.id AS section_id
     FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
     WHERE kb_rank.is_filtered AND kb_rank.must_all IS NOT NULL
       AND s.search_vector @@ kb_rank.must_all
       AND (kb_rank.topic_ids IS NULL OR s.topic_id = ANY(kb_rank.topic_ids))
       AND (NOT kb_rank.with_code OR s.code <> '')
     LIMIT 2000)
    UNION
    (SELECT s.id
     FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
     WHERE kb_rank.is_filtered AND s.search_vector @@ kb_rank.must
       AND (kb_rank.topic_ids IS NULL OR s.topic_id = ANY(kb_rank.topic_ids))
       AND (NOT kb_rank.with_code OR s.code <> '')
     LIMIT 2000)
    UNION
    (SELECT s.id
     FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
     WHERE kb_rank.is_filtered AND kb_rank.must IS NULL AND s.topic_id = ANY(kb_rank.topic_ids)
       AND (NOT kb_rank.with_code OR s.code <> '')
     LIMIT 2000)
),
numbered AS MATERIALIZED (
    SELECT s.id AS section_id
    FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
    WHERE s.number = kb_rank.wanted_number AND s.number <> ''
      AND (NOT kb_rank.is_filtered OR s.id IN (SELECT a.section_id FROM admitted a))
    LIMIT 100
),
pool AS MATERIALIZED (
    SELECT a.section_id FROM admitted a
    UNION
    SELECT n.section_id FROM numbered n
    UNION
    (SELECT l.section_id FROM listed l ORDER BY l.gain DESC, l.section_id LIMIT kb_rank.pool_size)
    UNION
    (SELECT l.section_id FROM listed l WHERE l.held >= kb_rank.word_count
     ORDER BY l.gain DESC, l.section_id LIMIT kb_rank.pool_size)
    UNION
    (SELECT i.section_id FROM topics_indexedsection i
     WHERE NOT kb_rank.is_filtered AND i.title_key = ANY(kb_rank.keys) LIMIT 100)
    UNION
    (SELECT i.section_id
     FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
     WHERE NOT kb_rank.is_filtered AND s.search_vector @@ kb_rank.all_words
       AND kb_rank.word_count > 1
       AND (SELECT bool_or(a.is_cut) FROM alternatives a)
       AND (SELECT count(*) < kb_rank.pool_size FROM listed l WHERE l.held >= kb_rank.word_count)
     LIMIT kb_rank.pool_size)
),
-- Every alternative that a candidate holds, each looked up by its key.
hits AS MATERIALIZED (
    SELECT p.section_id, a.word, a.gain * o.impact AS gain, a.counts,
           o.in_title AND a.counts AS in_title
    FROM pool p CROSS JOIN alternatives a
    CROSS JOIN LATERAL (
        SELECT o.impact, o.in_title FROM topics_posting o
        WHERE o.section_id = p.section_id AND o.term_id = a.term_id
        LIMIT 1
    ) o
    WHERE o.in_title OR NOT kb_rank.in_titles
    UNION ALL
    SELECT p.section_id, r.word, r.gain, true, r.in_title
    FROM pool p JOIN runs r ON r.section_id = p.section_id
    UNION ALL
    SELECT p.section_id, 0, 0, false, false FROM pool p  -- a filter may admit what holds no word
),
scored AS MATERIALIZED (
    SELECT w.section_id, sum(w.gain) AS gain,
           count(*) FILTER (WHERE w.counts) AS held,
           count(*) FILTER (WHERE w.in_title) AS titled,
           coalesce(sum(w.gain) FILTER (WHERE w.in_title), 0) AS title_gain
    FROM (
        SELECT h.section_id, h.word, max(h.gain) AS gain, bool_or(h.counts) AS counts,
               bool_or(h.in_title) AS in_title
        FROM hits h
        GROUP BY h.section_id, h.word
    ) w
    GROUP BY w.section_id
),
tiered AS (
    SELECT c.section_id, c.held, c.titled,
           CASE
               WHEN c.section_id IN (SELECT n.section_id FROM numbered n) THEN 0
               WHEN kb_rank.is_comparison AND i.has_text AND c.titled >= kb_rank.word_count THEN 1
               WHEN i.title_key = ANY(kb_rank.keys) THEN CASE WHEN i.has_text THEN 2 ELSE 4 END
               WHEN c.held >= kb_rank.word_count THEN CASE WHEN i.has_text THEN 3 ELSE 5 END
               ELSE 6
           END AS tier,
           (c.gain + c.title_gain * 2.0 / (2 + kb_rank.word_count)
                   * least(1, c.titled::real / greatest(i.title_words, 1)))::real AS score
    FROM scored c JOIN topics_indexedsection i ON i.section_id = c.section_id
),
best AS MATERIALIZED (
    SELECT t.*, s.page_id, s.topic_id,
           row_number() OVER (ORDER BY t.tier, t.score DESC, s.topic_id, s.position) AS place
    FROM (
        SELECT * FROM tiered ORDER BY tier, score DESC, section_id LIMIT kb_rank.most_rows
    ) t
    JOIN topics_section s ON s.id = t.section_id
),
-- Words that the query puts side by side and the section too; read for the first rows only.
close AS (
    SELECT b.section_id,
           b.score * (1 + 0.3 * coalesce((
               SELECT count(*) FROM unnest(kb_rank.pairs) AS p(pair) WHERE s.search_vector @@ p.pair
           ), 0) / greatest(cardinality(kb_rank.pairs), 1))::real AS score
    FROM best b JOIN topics_section s ON s.id = b.section_id
    WHERE b.place <= most_read AND kb_rank.pairs <> '{}'
)
SELECT b.section_id, b.page_id, b.topic_id, b.tier, coalesce(c.score, b.score)::real,
       b.held::integer, b.titled::integer,
       least(most_counted, greatest(
           (SELECT count(*) FROM listed) + (SELECT count(*) FROM admitted),
           (SELECT max(a.holders) FROM alternatives a WHERE NOT kb_rank.is_filtered)
       ))::integer,
       CASE WHEN kb_rank.with_matching AND b.place = 1 THEN ARRAY(
           SELECT m.section_id FROM (
               SELECT l.section_id, l.gain FROM listed l UNION ALL
               SELECT a.section_id, 0 FROM admitted a
           ) m ORDER BY m.gain DESC, m.section_id LIMIT most_counted - 1) END
FROM best b LEFT JOIN close c ON c.section_id = b.section_id
ORDER BY b.tier, b.place > most_read, coalesce(c.score, b.score) DESC, b.place;
END
$$;
