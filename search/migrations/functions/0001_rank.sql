-- The ranking of a search: one statement, kept as a function so that PostgreSQL keeps its plan.
--
-- Django sends every statement with its parameters in it, and a plan made for such values may join
-- whole posting lists (30 ms); the generic plan looks postings up one by one.
--
-- A query arrives as *alternatives*: lexemes that count as its n-th word or part of it, each with a weight
-- (1 literal, less for a synonym), and whether it counts as that word. `runs` are alternatives of
-- several lexemes side by side, each as a tsquery; they match through GIN.
--
--   score  = sum over the query's words of the best alternative's  weight x idf x impact,
--            + up to 2 / (2 + words) of what words in the title add, as far as they cover the title,
--            and up to 0.3 more where neighbouring words of the query are neighbours in the section
--   idf    = ln(1 + (N - df + 0.5) / (df + 0.5)), over the N sections with text
--   impact = BM25F's saturated weight, stored in each posting (see index.py)
--
-- Sections are ordered by tier first, then by score:
--   0 the outline number in the query   1 a title that compares both sides of "a vs b"
--   2 exact title, with text            3 all words, with text
--   4 exact title, bare                 5 all words, bare           6 some of the words
--
-- Unfiltered, candidates are the strongest postings of each term (`bound` of them), joined by what
-- such a list can miss: exact titles, runs, and, where a list was cut and few of its sections hold
-- all words, the set of all words from GIN. Filtered, candidates come from GIN alone, so that no
-- bound hides what a filter admits.
--
-- The query is one JSON object with the fields of the type `kb_query` (query_type.sql).

CREATE OR REPLACE FUNCTION kb_rank(asked jsonb)
RETURNS TABLE (
    total integer,           -- up to 1,001, which means more than 1,000
    facets json,             -- topic, kind and tag: [value, label, sections], most of them first
    unknown smallint[],      -- words of the query that no section holds
    synonyms_at timestamptz, -- when the table of synonyms last changed
    ranked json              -- the requested rows, best first: an array each, as in `Ranked`
)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan
SET enable_mergejoin = off
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    most_counted CONSTANT integer := 1001;
    most_ranked CONSTANT integer := 100;
    most_read CONSTANT integer := 30;
    first_rows CONSTANT integer := 10;
    most_of_a_page CONSTANT integer := 3;
    k1 CONSTANT float := 1.2;
    half CONSTANT float := 0.5;  -- plain 0.5 is a numeric, whose logarithm takes forty times as long
    q CONSTANT kb_query := jsonb_populate_record(NULL::kb_query, asked);
    every_word CONSTANT bigint := (1::bigint << q.word_count + 1) - 2;
BEGIN
RETURN QUERY
WITH
-- `is_listed`: its strongest sections become candidates; `is_whole`: and that is all of them.
alternatives AS MATERIALIZED (
    SELECT a.word, a.counts, t.id AS term_id, t.holders,
           CASE WHEN a.counts THEN 1::bigint << a.word ELSE 0 END AS bit,
           l.is_listed, l.is_listed AND t.holders <= q.bound AS is_whole,
           (a.weight * ln(1 + (s.sections - least(t.df, s.sections) + half) / (t.df + half)))::real
               AS gain
    FROM unnest(q.words, q.weights, q.counting, q.lexemes)
             AS a(word, weight, counts, lexeme)
    JOIN topics_term t ON t.lexeme = a.lexeme
    CROSS JOIN topics_indexstate s
    CROSS JOIN LATERAL (
        SELECT NOT q.is_filtered AND (a.counts OR q.word_count < 3) AS is_listed
    ) l
    WHERE t.holders > 0
),
-- Runs have no postings: their frequency is counted here, up to 500 sections of each.
runs AS MATERIALIZED (
    SELECT r.word, f.section_id, f.in_title,
           (r.weight * k1 * ln(1 + (s.sections - least(f.df, s.sections) + half) / (f.df + half)))
               ::real AS gain
    FROM unnest(q.run_words, q.run_weights, q.run_queries)
             AS r(word, weight, query)
    CROSS JOIN topics_indexstate s
    CROSS JOIN LATERAL (
        SELECT i.section_id, i.title::tsvector @@ r.query AS in_title, count(*) OVER () AS df
        FROM topics_indexedsection i
        WHERE i.vector @@ r.query
        LIMIT 500
    ) f
),
-- Postings that need not be looked up again: of terms whose lists were read to the end.
whole AS MATERIALIZED (
    SELECT p.section_id, a.word, a.bit, a.gain * p.impact AS gain, a.counts,
           p.in_title AND a.counts AS in_title
    FROM alternatives a
    CROSS JOIN LATERAL (
        SELECT p.section_id, p.impact, p.in_title FROM topics_posting p
        WHERE p.term_id = a.term_id
        ORDER BY p.term_id, p.impact DESC, p.section_id
        LIMIT q.bound
    ) p
    WHERE a.is_whole
    UNION ALL
    SELECT r.section_id, r.word, 1::bigint << r.word, r.gain, true, r.in_title FROM runs r
),
listed AS MATERIALIZED (
    SELECT l.section_id, sum(l.gain) AS gain, bit_or(l.bit) = every_word AS holds_all
    FROM (
        SELECT w.section_id, w.bit, w.gain FROM whole w
        UNION ALL
        SELECT p.section_id, a.bit, a.gain * p.impact
        FROM alternatives a
        CROSS JOIN LATERAL (
            SELECT p.section_id, p.impact FROM topics_posting p
            WHERE p.term_id = a.term_id
            ORDER BY p.term_id, p.impact DESC, p.section_id
            LIMIT q.bound
        ) p
        WHERE a.is_listed AND NOT a.is_whole
    ) l
    WHERE NOT q.is_filtered
    GROUP BY l.section_id
),
admitted AS MATERIALIZED (
    (SELECT i.section_id FROM topics_indexedsection i
     WHERE q.is_filtered AND q.must_all IS NOT NULL AND i.vector @@ q.must_all
       AND (q.topic_ids IS NULL OR i.topic_id = ANY(q.topic_ids))
       AND (q.section_ids IS NULL OR i.section_id = ANY(q.section_ids))
       AND (NOT q.with_code OR i.code <> '')
     LIMIT 2000)
    UNION
    (SELECT i.section_id FROM topics_indexedsection i
     WHERE q.is_filtered AND i.vector @@ q.must
       AND (q.topic_ids IS NULL OR i.topic_id = ANY(q.topic_ids))
       AND (q.section_ids IS NULL OR i.section_id = ANY(q.section_ids))
       AND (NOT q.with_code OR i.code <> '')
     LIMIT 2000)
    UNION
    (SELECT i.section_id FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
     WHERE q.is_filtered AND q.must IS NULL AND s.topic_id = ANY(q.topic_ids)
       AND (q.section_ids IS NULL OR s.id = ANY(q.section_ids))
       AND (NOT q.with_code OR i.code <> '')
     LIMIT 2000)
    UNION
    (SELECT i.section_id FROM topics_indexedsection i
     WHERE q.is_filtered AND q.must IS NULL AND q.topic_ids IS NULL
       AND i.section_id = ANY(q.section_ids) AND (NOT q.with_code OR i.code <> '')
     LIMIT 2000)
),
numbered AS MATERIALIZED (
    SELECT s.id AS section_id
    FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
    WHERE s.number = q.wanted_number AND s.number <> ''
      AND (NOT q.is_filtered OR s.id IN (SELECT a.section_id FROM admitted a))
    LIMIT 100
),
pool AS MATERIALIZED (
    SELECT a.section_id FROM admitted a
    UNION
    SELECT n.section_id FROM numbered n
    UNION
    (SELECT l.section_id FROM listed l ORDER BY l.gain DESC, l.section_id LIMIT q.pool_size)
    UNION
    (SELECT l.section_id FROM listed l WHERE l.holds_all
     ORDER BY l.gain DESC, l.section_id LIMIT q.pool_size)
    UNION
    (SELECT i.section_id FROM topics_indexedsection i
     WHERE NOT q.is_filtered AND i.title_key = ANY(q.keys) LIMIT 100)
    UNION
    (SELECT i.section_id FROM topics_indexedsection i
     WHERE NOT q.is_filtered AND i.vector @@ q.all_words
       AND q.word_count > 1
       AND (SELECT NOT bool_and(a.is_whole) FROM alternatives a WHERE a.is_listed)
       AND (SELECT count(*) < q.pool_size FROM listed l WHERE l.holds_all)
     LIMIT q.pool_size)
),
-- Every alternative that a candidate holds; where its list was cut, looked up by its key.
hits AS MATERIALIZED (
    SELECT w.section_id, w.word, w.gain, w.counts, w.in_title
    FROM pool p JOIN whole w ON w.section_id = p.section_id
    UNION ALL
    SELECT p.section_id, a.word, a.gain * o.impact, a.counts, o.in_title AND a.counts
    FROM pool p CROSS JOIN alternatives a
    CROSS JOIN LATERAL (
        SELECT o.impact, o.in_title FROM topics_posting o
        WHERE o.section_id = p.section_id AND o.term_id = a.term_id
        LIMIT 1
    ) o
    WHERE NOT a.is_whole AND (o.in_title OR NOT q.in_titles)
    UNION ALL
    -- What a number or a filter alone admits may hold no word.
    SELECT n.section_id, 0, 0, false, false FROM numbered n
    UNION ALL
    SELECT a.section_id, 0, 0, false, false FROM admitted a
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
    SELECT c.section_id, c.titled,
           CASE
               WHEN c.section_id IN (SELECT n.section_id FROM numbered n) THEN 0
               WHEN q.is_comparison AND i.has_text AND c.titled >= q.word_count THEN 1
               WHEN i.title_key = ANY(q.keys) THEN CASE WHEN i.has_text THEN 2 ELSE 4 END
               WHEN c.held >= q.word_count THEN CASE WHEN i.has_text THEN 3 ELSE 5 END
               ELSE 6
           END AS tier,
           (c.gain + c.title_gain * 2.0 / (2 + q.word_count)
                   * least(1, c.titled::real / greatest(1, CASE
                       WHEN starts_with(i.title_key, q.keys[1]) THEN i.title_words
                       ELSE cardinality(string_to_array(i.title_key, ' ')) END)))::real AS score
    FROM scored c JOIN topics_indexedsection i ON i.section_id = c.section_id
),
best AS MATERIALIZED (
    SELECT t.*, s.page_id, s.topic_id,
           row_number() OVER (ORDER BY t.tier, t.score DESC, s.topic_id, s.position) AS place
    FROM (
        SELECT * FROM tiered ORDER BY tier, score DESC, section_id LIMIT most_ranked
    ) t
    JOIN topics_section s ON s.id = t.section_id
),
-- Words that the query puts side by side and the section too; read for the first rows only.
close AS (
    SELECT b.section_id,
           b.score * (1 + 0.3::float * coalesce((
               SELECT count(*) FROM unnest(q.pairs) AS p(pair) WHERE i.vector @@ p.pair
           ), 0) / greatest(cardinality(q.pairs), 1))::real AS score
    FROM best b JOIN topics_indexedsection i ON i.section_id = b.section_id
    WHERE b.place <= most_read AND q.pairs <> '{}'
),
ordered AS (
    SELECT b.section_id, b.topic_id, b.tier, b.titled, coalesce(c.score, b.score) AS score,
           coalesce(b.page_id, -b.topic_id) AS page,
           row_number() OVER (
               ORDER BY d.day DESC NULLS LAST, b.tier, b.place > most_read,
                        coalesce(c.score, b.score) DESC, b.place
           ) AS place
    FROM best b
    LEFT JOIN close c ON c.section_id = b.section_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN q.by_date THEN (
            SELECT coalesce(t.updated, t.changed_at::date) FROM topics_topic t
            WHERE t.id = b.topic_id
        ) END AS day
    ) d
),
-- `is_early`: among the first ten; what of its page is left out follows after them.
turns AS (
    SELECT o.*, row_number() OVER (PARTITION BY o.page ORDER BY o.place) AS nth FROM ordered o
),
early AS (
    SELECT t.*, t.nth <= most_of_a_page AND first_rows >= row_number() OVER (
               PARTITION BY t.nth <= most_of_a_page ORDER BY t.place
           ) AS is_early
    FROM turns t
),
shown AS (
    SELECT e.*,
           CASE WHEN NOT q.is_grouped THEN e.place
                ELSE row_number() OVER (PARTITION BY e.is_early ORDER BY e.place)
                     + CASE WHEN e.is_early THEN 0 ELSE first_rows END
           END AS shown_at,
           CASE WHEN q.is_grouped AND e.is_early
                     AND e.nth = count(*) FILTER (WHERE e.is_early) OVER (PARTITION BY e.page)
                THEN count(*) OVER (PARTITION BY e.page) - e.nth ELSE 0
           END AS more
    FROM early e
),
-- The topics of the first thousand, with how many of them each holds.
faceted AS MATERIALIZED (
    SELECT t.path, t.title, t.kind, t.tags, counted.sections
    FROM (
        SELECT i.topic_id, count(*) AS sections
        FROM (
            SELECT m.section_id FROM (
                SELECT l.section_id, l.gain FROM listed l
                UNION ALL
                SELECT a.section_id, 0 FROM admitted a
            ) m
            WHERE q.with_facets
            ORDER BY m.gain DESC, m.section_id LIMIT most_counted - 1
        ) first
        JOIN topics_indexedsection i ON i.section_id = first.section_id
        GROUP BY i.topic_id
    ) counted
    JOIN topics_topic t ON t.id = counted.topic_id
)
SELECT least(most_counted, greatest(
           (SELECT count(*) FROM (
               (SELECT FROM listed LIMIT most_counted) UNION ALL SELECT FROM admitted
           ) found),
           (SELECT max(a.holders) FROM alternatives a WHERE a.is_listed)
       ))::integer,
       CASE WHEN q.with_facets THEN json_build_object(
           'topic', ARRAY(
               SELECT json_build_array(f.path, f.title, f.sections) FROM faceted f
               ORDER BY f.sections DESC, f.path LIMIT q.most_values),
           'kind', ARRAY(
               SELECT json_build_array(f.kind, f.kind, sum(f.sections)) FROM faceted f
               GROUP BY f.kind ORDER BY sum(f.sections) DESC, f.kind LIMIT q.most_values),
           'tag', ARRAY(
               SELECT json_build_array(tag, tag, sum(f.sections))
               FROM faceted f CROSS JOIN LATERAL (SELECT DISTINCT unnest(f.tags) AS tag) tags
               GROUP BY tag ORDER BY sum(f.sections) DESC, tag LIMIT q.most_values)
       ) END,
       ARRAY(SELECT unnest(q.words) EXCEPT SELECT a.word FROM alternatives a),
       (SELECT i.synonyms_at FROM topics_indexstate i),
       (SELECT coalesce(json_agg(json_build_array(
                   n.section_id, n.topic_id, n.tier, n.score::real, n.titled, n.more, s.title,
                   s.number, s.breadcrumbs, s.anchor, t.path, t.title,
                   left(s.text, q.text_length), left(s.code, q.text_length)
               ) ORDER BY n.shown_at), '[]')
        FROM shown n
        JOIN topics_section s ON s.id = n.section_id
        JOIN topics_topic t ON t.id = s.topic_id
        WHERE n.shown_at > q.rows_before AND n.shown_at <= q.rows_before + q.rows_wanted);
END
$$;
