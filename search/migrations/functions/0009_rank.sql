-- The ranking of a search: one statement, kept as a function so that PostgreSQL keeps its plan.
--
-- Django sends every statement with its parameters in it, and a plan made for such values may join
-- whole posting lists (30 ms); the generic plan looks postings up one by one.
--
-- A query arrives as *alternatives*: lexemes that count as its n-th word or part of it, each with a weight
-- (1 literal, less for a synonym), and whether it counts as that word. `runs` are alternatives of
-- several lexemes side by side, each as a tsquery; they match through GIN.
--
-- Sections are ordered by one score; only the number that was asked for as one, and after it a title
-- that is the whole query, stand before it. docs/search.md tells the formula with its sources:
--
--   score = (gain + title x title gain / (2 + words) x cover)
--           x (1 - missing x share of rarity that is not held)
--           x (1 + root x match, for a topic's root)
--           x (1 + part x match with the topic's title, for others)
--           x what the section's role is worth x (1 + comparison) x (1 + pairs x share of pairs)
--           x (1 + form, where the only word stands in the form that was typed)
--   gain   = sum over the words of the best alternative's  weight x idf x impact
--   idf    = ln(1 + (N - df + 0.5) / (df + 0.5)), over the N sections with text
--   impact = BM25F's saturated weight, stored in each posting (see index.py)
--   rarity = of a word, weight x idf;  cover = share of the title that the query's words are
--   match  = cover x share of the query's rarity that is in the title
--
-- Unfiltered, candidates are the postings of each term, of a common one the strongest (`bound`), joined
-- by what such a list can miss: exact titles, runs, and, where a list was cut and few of its sections
-- hold all words, the set of all words from GIN. Where some sections are chosen, or left out, the same
-- is read of the others only. Filtered otherwise, candidates come from GIN alone, so that no bound
-- hides what a filter admits.
--
-- Sections of private trees are found by readers of these trees alone: a tree has terms, and so posting
-- lists, of its own, and the index says of each section which one it is in.
--
-- The query has the fields of the type `kb_asked` (query_type.sql); weights are rows (see weights.py).

CREATE OR REPLACE FUNCTION kb_rank(q kb_asked)
RETURNS TABLE (
    total integer,           -- sections that hold the telling words or score half of the best
    is_exact boolean,        -- whether all of them were counted
    best real,               -- the highest score, topics' titles aside
    facets json,             -- of these, topic, kind and tag: [value, label, sections], most first;
                             -- where only counting was asked for, the keys of these sections
    unknown smallint[],      -- words of the query that no section holds
    synonyms_at timestamptz, -- when the table of synonyms last changed
    uses json,               -- of the words as typed: how many sections hold each, if any do
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
    most_varied CONSTANT integer := 30;  -- rows that are looked at for copies of a page
    most_titled CONSTANT integer := 20;
    first_rows CONSTANT integer := 10;
    most_of_a_family CONSTANT integer := 3;
    digits CONSTANT text := '0123456789';
    -- Stop words that make another title of it: "Where next" is not about next.
    telling_stops CONSTANT text := 'how|what|when|where|which|who|whose|why|not|no|without|before'
        '|after|against|between|during|other|more|most|over|under|again|once';
    unsaid text;  -- a pattern of those that the query does not say, null for none
    version CONSTANT text := '(^|/)(v|version-?)?[0-9]+([.-][0-9x]+)*(?=/|$)';
    k1 CONSTANT float := 1.2;
    b CONSTANT float := 0.75;
    in_fields CONSTANT real[] := '{1, 0.7, 1, 1}';  -- of a run in text, code, headings above, title
    half CONSTANT float := 0.5;  -- plain 0.5 is a numeric, whose logarithm takes forty times as long
    most_admitted CONSTANT integer := 2000;
    dear_look CONSTANT integer := 5;  -- postings of a list that are read while one is found by key
    chosen_count CONSTANT bigint := cardinality(q.section_ids);
    every_word CONSTANT bigint := (1::bigint << q.word_count + 1) - 2;
    telling bigint := every_word;  -- the words that do not only ask
    wide kb_asked;
    is_left_out CONSTANT boolean := coalesce(q.is_left_out, false);
    least_fit real;
    kept bigint[];  -- of what counts without the facets that were chosen
    w kb_weights;
    admitted bigint[] := '{}';  -- by the filters
BEGIN
q.trees := coalesce(q.trees, '{0}');
-- What has no row changes nothing: 0 is no bonus, 1 no discount.
SELECT r.* INTO w FROM jsonb_populate_record(
    ROW(0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 0)::kb_weights,
    (SELECT jsonb_object_agg(name, value) FROM search_weight)
) r;
SELECT coalesce(nullif(every_word & ~bit_or(1::bigint << a.word), 0), every_word)
INTO telling FROM unnest(q.asking) AS a(word);
telling := coalesce(telling, every_word);
SELECT '\m(' || string_agg(stop, '|') || ')\M' INTO unsaid
FROM unnest(string_to_array(telling_stops, '|')) AS stop WHERE stop <> ALL(q.said);
IF q.is_left_out IS NULL AND q.section_ids IS NOT NULL THEN  -- code of the version before
    q.section_ids := ARRAY(SELECT unnest(q.section_ids) ORDER BY 1);
END IF;
-- A facet leaves as many sections as it says: of what counts without it those that it leaves, where
-- all of them were counted, and else what holds its own against the best without it.
IF q.is_narrowed THEN
    wide := q;
    wide.is_narrowed := false;
    wide.is_filtered := q.is_wide_filtered;
    wide.topic_ids := q.wide_topic_ids;
    wide.rows_wanted := 0;
    wide.is_counting := true;
    SELECT r.best * half, CASE WHEN r.is_exact THEN ARRAY(
        SELECT s.section_id FROM json_array_elements_text(r.facets) AS c(id)
        JOIN search_standing s ON s.section_id = c.id::bigint
        WHERE q.topic_ids IS NULL OR s.topic_id = ANY(q.topic_ids)
    ) END INTO least_fit, kept FROM kb_rank(wide) r;
END IF;
IF q.is_filtered THEN
    admitted := ARRAY(
        SELECT unnest(kept)
        UNION
        (SELECT i.section_id FROM topics_indexedsection i
         WHERE q.must_all IS NOT NULL AND i.vector @@ q.must_all AND i.tree = ANY(q.trees)
           AND (q.topic_ids IS NULL OR i.topic_id = ANY(q.topic_ids))
           AND (q.section_ids IS NULL OR kb_is_among(i.section_id, q.section_ids) <> is_left_out)
           AND (NOT q.with_code OR i.code <> '')
         LIMIT most_admitted)
        UNION
        (SELECT i.section_id FROM topics_indexedsection i
         WHERE i.vector @@ q.must AND i.tree = ANY(q.trees)
           AND (q.topic_ids IS NULL OR i.topic_id = ANY(q.topic_ids))
           AND (q.section_ids IS NULL OR kb_is_among(i.section_id, q.section_ids) <> is_left_out)
           AND (NOT q.with_code OR i.code <> '')
         LIMIT most_admitted)
        UNION
        (SELECT i.section_id
         FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
         WHERE q.must IS NULL AND s.topic_id = ANY(q.topic_ids) AND i.tree = ANY(q.trees)
           AND (q.section_ids IS NULL OR kb_is_among(s.id, q.section_ids) <> is_left_out)
           AND (NOT q.with_code OR i.code <> '')
         LIMIT most_admitted)
        UNION
        (SELECT i.section_id FROM topics_indexedsection i
         WHERE q.must IS NULL AND q.topic_ids IS NULL AND NOT is_left_out AND i.tree = ANY(q.trees)
           AND i.section_id = ANY(q.section_ids) AND (NOT q.with_code OR i.code <> '')
         LIMIT most_admitted)
        UNION
        (SELECT i.section_id FROM topics_indexedsection i
         WHERE q.must IS NULL AND q.topic_ids IS NULL AND is_left_out AND i.tree = ANY(q.trees)
           AND NOT kb_is_among(i.section_id, q.section_ids) AND (NOT q.with_code OR i.code <> '')
         LIMIT most_admitted)
    );
END IF;
RETURN QUERY
WITH
-- `most`: how many of its strongest postings are read; `cut`: there are more. `mark` says, in the
-- mask of a section, that its posting was among them. Where few sections are chosen, theirs are read
-- by key, for that is less than a walk down the list until enough of them were met.
alternatives AS MATERIALIZED (
    SELECT a.word, a.counts, a.term_id, a.holders, a.most, k.is_by_key,
           a.holders > a.most AND NOT k.is_by_key AS is_cut,
           CASE WHEN a.counts THEN 1::bigint << a.word ELSE 0 END AS bit,
           CASE WHEN a.most > 0 AND a.nth < 63 THEN 1::bigint << a.nth ELSE 0 END AS mark,
           (a.weight * CASE WHEN a.word = ANY(q.asking) THEN w.asking ELSE 1 END
               * ln(1 + (s.sections - least(a.df, s.sections) + half) / (a.df + half)))::real
               AS gain
    FROM (
        -- A word and its synonyms are as rare as the commonest of them.
        SELECT a.word, a.weight, a.counts, a.nth::integer, t.id AS term_id, t.holders,
               CASE WHEN a.equal THEN max(t.df) OVER (PARTITION BY a.word, a.equal)
                    ELSE t.df END AS df,
               CASE WHEN q.is_filtered OR NOT (a.counts OR q.word_count < 3)
                         OR a.word > q.word_count THEN 0  -- a hint brings no candidates
                    WHEN t.holders < most_counted THEN least(t.holders, q.longest)
                    ELSE q.bound END AS most
        FROM unnest(q.words, q.weights, q.counting, q.equals, q.lexemes)
                 WITH ORDINALITY AS a(word, weight, counts, equal, lexeme, nth)
        -- Each tree has a list of its own; a word is as rare as in all that the reader sees.
        CROSS JOIN LATERAL (
            SELECT t.id, t.holders, (sum(t.df) OVER ())::integer AS df
            FROM topics_term t WHERE t.lexeme = a.lexeme AND t.tree = ANY(q.trees)
        ) t
        WHERE t.holders > 0
    ) a
    CROSS JOIN topics_indexstate s
    CROSS JOIN LATERAL (
        SELECT a.most > 0 AND NOT is_left_out AND coalesce(
            dear_look * chosen_count
                < least(a.holders, a.most * s.sections::bigint / greatest(chosen_count, 1)),
            false
        ) AS is_by_key
    ) k
),
-- Runs have no postings: what these would say is counted here, of up to 500 sections of each.
-- ts_rank_cd of words side by side is the sum of their weights over the places where they stand.
runs AS MATERIALIZED (
    SELECT r.word, f.section_id, f.in_title,
           (r.weight * ln(1 + (s.sections - least(f.df, s.sections) + half) / (f.df + half)))
               ::real AS gain,
           f.tf * (k1 + 1) / (f.tf + k1 * (1 - b + b
               * CASE WHEN f.length = 0 THEN 1 ELSE f.length / s.mean_length END)) AS impact
    FROM unnest(q.run_words, q.run_weights, q.run_queries)
             AS r(word, weight, query)
    CROSS JOIN topics_indexstate s
    CROSS JOIN LATERAL (
        SELECT i.section_id, i.title::tsvector @@ r.query AS in_title, i.df,
               i.length, greatest(1, ts_rank_cd(in_fields, i.vector, r.query)) AS tf
        FROM (
            SELECT i.section_id, i.title, i.length, i.vector, count(*) OVER () AS df
            FROM topics_indexedsection i
            WHERE i.vector @@ r.query AND i.tree = ANY(q.trees)
        ) i
        WHERE (q.section_ids IS NULL OR kb_is_among(i.section_id, q.section_ids) <> is_left_out)
        LIMIT 500
    ) f
),
-- How rare each word is: its best alternative's weight x idf.
rarities AS MATERIALIZED (
    SELECT f.word, max(f.gain) AS rarity, sum(max(f.gain)) OVER () AS of_all
    FROM (
        SELECT a.word, a.gain FROM alternatives a WHERE a.counts
        UNION ALL
        SELECT r.word, r.gain FROM runs r
    ) f
    GROUP BY f.word
),
postings AS MATERIALIZED (
    SELECT p.section_id, a.word, a.bit, a.mark, a.gain * p.impact AS gain, a.counts,
           p.in_title AND a.counts AS in_title
    FROM alternatives a
    CROSS JOIN LATERAL (
        SELECT p.section_id, p.impact, p.in_title FROM topics_posting p
        WHERE p.term_id = a.term_id
          AND (q.section_ids IS NULL OR kb_is_among(p.section_id, q.section_ids) <> is_left_out)
        ORDER BY p.term_id, p.impact DESC, p.section_id
        LIMIT a.most
    ) p
    WHERE a.most > 0 AND NOT a.is_by_key
    UNION ALL
    SELECT c.section_id, a.word, a.bit, a.mark, a.gain * o.impact, a.counts, o.in_title AND a.counts
    FROM alternatives a
    CROSS JOIN unnest(q.section_ids) AS c(section_id)
    CROSS JOIN LATERAL (
        SELECT o.impact, o.in_title FROM topics_posting o
        WHERE o.section_id = c.section_id AND o.term_id = a.term_id
        LIMIT 1
    ) o
    WHERE a.is_by_key
    UNION ALL
    SELECT r.section_id, r.word, 1::bigint << r.word, 0, r.gain * r.impact, true, r.in_title
    FROM runs r
),
listed AS MATERIALIZED (
    SELECT p.section_id, sum(p.gain) AS gain, bit_or(p.mark) AS seen,
           bit_or(p.bit) & telling = telling AS is_told
    FROM postings p
    WHERE NOT q.is_filtered
    GROUP BY p.section_id
),
-- Whether a list was cut, and whether more sections with all words are worth looking for: where
-- even the rarest word is common, those that GIN returns would be some of too many.
lists AS MATERIALIZED (
    SELECT bool_or(f.is_cut) AS is_cut, max(f.holders) AS commonest,
           min(f.holders) <= q.widest
               AND (SELECT count(*) < q.enough FROM listed l WHERE l.is_told) AS has_few
    FROM (SELECT sum(a.holders) AS holders,
                 bool_or(a.is_cut AND (q.section_ids IS NULL OR a.most <= (
                     SELECT count(*) FROM postings p WHERE p.mark = a.mark
                 ))) AS is_cut
          FROM alternatives a
          WHERE a.counts AND a.most > 0 GROUP BY a.word) f
),
-- Sections with all words, of the whole index: candidates where the lists have few such, and counted
-- where facets are told.
holders AS MATERIALIZED (
    SELECT i.section_id, i.topic_id FROM topics_indexedsection i
    WHERE i.vector @@ q.all_words AND q.word_count > 1 AND NOT q.is_filtered
      AND i.tree = ANY(q.trees)
      AND (q.section_ids IS NULL OR kb_is_among(i.section_id, q.section_ids) <> is_left_out)
      AND (SELECT l.is_cut AND (q.with_facets OR l.has_few) FROM lists l)
    LIMIT CASE WHEN q.with_facets THEN most_counted ELSE q.pool_size END
),
numbered AS MATERIALIZED (
    SELECT s.id AS section_id
    FROM topics_section s JOIN topics_indexedsection i ON i.section_id = s.id
    WHERE s.number = q.wanted_number AND s.number <> '' AND i.tree = ANY(q.trees)
      AND CASE WHEN q.is_filtered THEN s.id = ANY(admitted)
               ELSE q.section_ids IS NULL OR kb_is_among(s.id, q.section_ids) <> is_left_out END
    LIMIT 100
),
chosen AS (
    -- Of lists that were cut more are looked up: most of what holds several words is not in all.
    (SELECT l.section_id, l.seen FROM listed l ORDER BY l.gain DESC, l.section_id
     LIMIT (SELECT CASE WHEN bool_or(a.is_cut) AND q.word_count > 1 THEN q.wide_pool
                        ELSE q.pool_size END
            FROM alternatives a WHERE a.most > 0))
    UNION ALL
    (SELECT l.section_id, l.seen FROM listed l WHERE l.is_told AND q.word_count > 1
     ORDER BY l.gain DESC, l.section_id LIMIT q.pool_size)
    UNION ALL
    (SELECT t.section_id, 0 FROM unnest(q.keys) AS k(title) CROSS JOIN LATERAL (
         SELECT s.section_id FROM search_standing s
         WHERE s.title_key = k.title AND s.tree = ANY(q.trees)
           AND (q.section_ids IS NULL OR kb_is_among(s.section_id, q.section_ids) <> is_left_out)
         ORDER BY s.title_key, s.depth, s.section_id LIMIT most_titled
     ) t
     WHERE NOT q.is_filtered)
    UNION ALL
    (SELECT h.section_id, 0 FROM holders h WHERE (SELECT l.has_few FROM lists l) LIMIT q.pool_size)
    UNION ALL
    SELECT n.section_id, 0 FROM numbered n
    UNION ALL
    SELECT a.section_id, 0 FROM unnest(admitted) AS a(section_id)
),
pool AS MATERIALIZED (
    SELECT c.section_id, bit_or(c.seen) AS seen FROM chosen c GROUP BY c.section_id
),
-- Every alternative that a candidate holds; what was not read of a list is looked up by its key.
hits AS MATERIALIZED (
    SELECT p.section_id, p.word, p.gain, p.counts, p.in_title
    FROM postings p
    WHERE p.section_id IN (SELECT c.section_id FROM pool c) AND (p.in_title OR NOT q.in_titles)
    UNION ALL
    SELECT c.section_id, a.word, a.gain * o.impact, a.counts, o.in_title AND a.counts
    FROM pool c JOIN alternatives a ON a.is_cut AND (c.seen & a.mark) = 0
    CROSS JOIN LATERAL (
        SELECT o.impact, o.in_title FROM topics_posting o
        WHERE o.section_id = c.section_id AND o.term_id = a.term_id
        LIMIT 1
    ) o
    WHERE o.in_title OR NOT q.in_titles
    UNION ALL
    -- What a number or a filter alone admits may hold no word.
    SELECT c.section_id, 0, 0, false, false FROM pool c
    WHERE q.is_filtered OR q.wanted_number <> ''
),
scored AS MATERIALIZED (
    SELECT h.section_id, sum(h.gain) AS gain,
           coalesce(bit_or(1::bigint << h.word) FILTER (WHERE h.counts), 0) AS holds,
           count(*) FILTER (WHERE h.in_title) AS titled,
           bit_or(1::bigint << h.word) FILTER (WHERE h.in_title) AS named,
           coalesce(sum(h.gain) FILTER (WHERE h.in_title), 0) AS title_gain,
           sum(r.rarity) FILTER (WHERE h.counts) / nullif(max(r.of_all), 0) AS held_share,
           sum(r.rarity) FILTER (WHERE h.in_title) / nullif(max(r.of_all), 0) AS titled_share
    FROM (
        SELECT h.section_id, h.word, max(h.gain) AS gain, bool_or(h.counts) AS counts,
               bool_or(h.in_title) AS in_title
        FROM hits h
        GROUP BY h.section_id, h.word
    ) h
    LEFT JOIN rarities r ON r.word = h.word
    GROUP BY h.section_id
    ORDER BY gain DESC, h.section_id
    LIMIT CASE WHEN q.is_filtered OR q.wanted_number <> '' THEN NULL ELSE 2 * q.pool_size END
),
-- Beside each candidate the words that its topic's title holds, if that is a candidate too.
placed AS MATERIALIZED (
    SELECT c.*, s.topic_id, s.title_key, s.title_words, s.depth, s.role,
           least(1, c.titled::float / greatest(1, CASE
               WHEN starts_with(s.title_key, q.keys[1]) THEN s.head_words ELSE s.title_words
           END)) AS cover,
           bit_or(c.named) FILTER (WHERE s.depth = 0) OVER (PARTITION BY s.topic_id) AS topic_named,
           max(s.title_words) FILTER (WHERE s.depth = 0) OVER (PARTITION BY s.topic_id) AS topic_words
    FROM scored c JOIN search_standing s ON s.section_id = c.section_id
),
weighed AS MATERIALIZED (
    SELECT s.section_id, s.topic_id, s.titled, s.role, s.holds = every_word AS holds_all,
           s.holds & telling = telling AS is_told, s.role = 'bare' AS is_bare, s.fit,
           s.fit * CASE WHEN s.depth > 0 THEN 1 + w.part * p.match ELSE 1 END AS score,
           CASE
               WHEN s.section_id IN (SELECT n.section_id FROM numbered n) THEN 0
               WHEN s.title_key = ANY(CASE WHEN q.is_comparison THEN q.keys[1:1] ELSE q.keys END)
                    AND s.role <> 'bare' AND (s.role <> 'links' OR s.depth = 0)
                    AND (s.role <> 'question' OR q.is_question)
                    AND (coalesce(q.form, '') = '' OR EXISTS (
                        SELECT FROM topics_section t WHERE t.id = s.section_id AND t.title ~* q.form
                    ))
                    AND NOT EXISTS (
                        SELECT FROM topics_section t
                        WHERE t.id = s.section_id AND t.title ~* unsaid
                    ) THEN 1
               ELSE 2
           END AS turn
    FROM (
        SELECT s.*, (s.gain + w.title * s.title_gain / (2 + q.word_count) * s.cover)
               * (1 - w.missing * (1 - coalesce(s.held_share, 0)))
               * CASE WHEN s.depth = 0 THEN 1 + w.root * (s.cover * coalesce(s.titled_share, 0))
                      ELSE 1 END
               * CASE s.role WHEN 'text' THEN 1 WHEN 'stub' THEN w.stub WHEN 'links' THEN w.links
                             WHEN 'bare' THEN w.bare WHEN 'letter' THEN w.letter
                             ELSE CASE WHEN q.is_question THEN 1 ELSE w.question END END
               * CASE WHEN q.is_comparison AND s.titled >= q.word_count AND s.role <> 'bare'
                      THEN 1 + w.comparison ELSE 1 END AS fit
        FROM placed s
        OFFSET 0  -- else it is reckoned wherever it is used
    ) s
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.named & ~s.topic_named <> 0 THEN (
            SELECT least(1, sum(1) / (s.title_words + s.topic_words)::float)
                   * sum(r.rarity) / nullif(max(r.of_all), 0)
            FROM rarities r WHERE ((s.named | s.topic_named) >> r.word) & 1 = 1
        ) ELSE 0 END AS match
    ) p
),
-- What a section scores without its topic, which is a candidate only by chance.
lowest AS MATERIALIZED (
    SELECT coalesce(least_fit, max(w.fit) * half) AS fit FROM weighed w
),
-- What the total counts, each with its topic, which only some of the lists know.
counted AS MATERIALIZED (
    SELECT c.section_id, max(c.topic_id) AS topic_id
    FROM (
        SELECT l.section_id, NULL::bigint AS topic_id FROM listed l WHERE l.is_told
        UNION ALL
        SELECT w.section_id, w.topic_id FROM weighed w, lowest m
        WHERE kept IS NULL AND (w.is_told OR w.fit >= m.fit)
        UNION ALL
        SELECT h.section_id, h.topic_id FROM holders h WHERE q.with_facets
        UNION ALL
        SELECT k.section_id, NULL FROM unnest(kept) AS k(section_id)
    ) c
    GROUP BY c.section_id
),
best AS MATERIALIZED (
    SELECT b.*, row_number() OVER (ORDER BY b.turn, b.score DESC, b.section_id) AS place,
           CASE WHEN kept IS NULL THEN b.is_told OR b.fit >= m.fit
                ELSE b.section_id = ANY(kept) END AS counts
    FROM weighed b, lowest m ORDER BY b.turn, b.score DESC, b.section_id LIMIT most_ranked
),
-- Words that the query puts side by side and the section too, and the form of an only word; read for
-- the first rows only.
close AS (
    SELECT b.*, CASE
               WHEN b.place <= most_read AND q.pairs <> '{}' THEN b.score * (1 + w.pairs * (
                   SELECT (SELECT count(*) FROM unnest(q.pairs) AS p(pair) WHERE i.vector @@ p.pair)
                   FROM topics_indexedsection i WHERE i.section_id = b.section_id
               ) / greatest(cardinality(q.pairs), 1))
               WHEN f.is_named OR f.is_said THEN b.score * (1 + w.form)
               ELSE b.score
           END * CASE
               -- A question may lead where nothing else is called so.
               WHEN f.is_named AND b.role = 'question' AND NOT q.is_question
                    AND NOT bool_or(f.is_named AND b.role <> 'question') OVER ()
               THEN 1 / greatest(w.question, 0.01) ELSE 1
           END AS close_score,
           CASE WHEN q.by_date THEN (
               SELECT coalesce(t.updated, t.changed_at::date) FROM topics_topic t
               WHERE t.id = b.topic_id
           ) END AS day
    FROM best b LEFT JOIN LATERAL (
        SELECT s.title ~* q.form AS is_named, s.text ~* q.form OR s.code ~* q.form AS is_said
        FROM topics_section s
        WHERE s.id = CASE WHEN q.form <> '' AND b.place <= most_read THEN b.section_id END
    ) f ON true
),
ordered AS (
    SELECT b.section_id, b.topic_id, b.holds_all, b.is_bare, b.titled, b.counts,
           b.close_score AS score,
           row_number() OVER (
               ORDER BY q.by_date AND NOT b.counts, b.day DESC NULLS LAST, b.turn,
                        b.place > most_read, b.close_score DESC, b.place
           ) AS place
    FROM close b
),
-- A topic, or the copies of a page for several versions: paths that differ in such steps alone.
families AS (
    SELECT o.*, coalesce(CASE WHEN q.is_grouped AND o.place <= most_varied THEN (
               SELECT regexp_replace(t.path, version, '', 'g') FROM topics_topic t
               WHERE t.id = o.topic_id AND t.path <> translate(t.path, digits, '')
           ) END, o.topic_id::text) AS family
    FROM ordered o
),
-- `is_early`: among the first ten; what of its family is left out follows after them. There what
-- the total counts comes first, so that its pages hold it all.
turns AS (
    SELECT o.*, row_number() OVER (PARTITION BY o.family ORDER BY o.place) AS nth FROM families o
),
early AS (
    SELECT t.*, CASE WHEN NOT q.is_grouped THEN t.place <= first_rows ELSE
               t.nth <= most_of_a_family AND first_rows >= row_number() OVER (
                   PARTITION BY t.nth <= most_of_a_family ORDER BY t.place
               ) END AS is_early
    FROM turns t
),
shown AS (
    SELECT e.*,
           row_number() OVER (PARTITION BY e.is_early ORDER BY NOT (e.is_early OR e.counts), e.place)
               + CASE WHEN e.is_early THEN 0 ELSE first_rows END AS shown_at,
           CASE WHEN q.is_grouped AND e.is_early
                     AND e.nth = count(*) FILTER (WHERE e.is_early) OVER (PARTITION BY e.family)
                THEN count(*) OVER (PARTITION BY e.family) - e.nth ELSE 0
           END AS more
    FROM early e
)
SELECT least(most_counted, n.sections)::integer,
       n.sections < most_counted AND n.is_exact,
       (SELECT max(w.fit) FROM weighed w)::real,
       CASE WHEN q.is_counting
            THEN (SELECT json_agg(c.section_id) FROM counted c)
            WHEN q.with_facets THEN (
           SELECT kb_facets(array_agg(f.topic_id), array_agg(f.sections), q.most_values)
           FROM (
               SELECT k.topic_id, count(*)::integer AS sections
               FROM (
                   SELECT coalesce(c.topic_id, (
                       SELECT s.topic_id FROM search_standing s WHERE s.section_id = c.section_id
                   )) AS topic_id
                   FROM counted c LIMIT most_counted - 1
               ) k
               WHERE k.topic_id IS NOT NULL
               GROUP BY k.topic_id
           ) f
       ) END,
       ARRAY(SELECT n.word FROM unnest(q.words) AS n(word) WHERE n.word <= q.word_count
             EXCEPT SELECT a.word FROM alternatives a),
       (SELECT i.synonyms_at FROM topics_indexstate i),
       (SELECT json_object_agg(u.word, u.uses) FROM topics_word u
        WHERE u.word = ANY(q.typed) AND u.uses > 0),
       (SELECT coalesce(json_agg(json_build_array(
                   n.section_id, n.topic_id, n.holds_all, n.counts, n.is_bare, n.score::real, n.titled,
                   n.more, s.title, s.number, s.breadcrumbs, s.anchor, t.path, t.title,
                   CASE WHEN s.text <> '' OR s.code <> '' OR s.is_item OR q.text_length = 0
                        THEN left(s.text, q.text_length)
                        ELSE coalesce((
                            SELECT left(c.text, q.text_length) FROM topics_section c
                            WHERE c.topic_id = s.topic_id AND c.position > s.position
                              AND c.removed_at IS NULL AND c.text <> ''
                              AND c.breadcrumbs[:cardinality(s.breadcrumbs) + 1]
                                  = s.breadcrumbs || s.title
                            ORDER BY c.position LIMIT 1
                        ), '') END,
                   left(s.code, q.text_length)
               ) ORDER BY n.shown_at), '[]')
        FROM shown n
        JOIN topics_section s ON s.id = n.section_id
        JOIN topics_topic t ON t.id = s.topic_id AND t.tree = ANY(q.trees)
        WHERE n.shown_at > q.rows_before AND n.shown_at <= q.rows_before + q.rows_wanted)
FROM (
    -- One word with a list that was cut is held by more than can be counted.
    SELECT CASE WHEN q.word_count = 1 AND l.is_cut AND NOT q.is_filtered AND q.section_ids IS NULL
                THEN greatest(l.commonest, c.sections) ELSE c.sections END AS sections,
           CASE WHEN kept IS NOT NULL THEN true
                WHEN q.is_filtered THEN cardinality(admitted) < most_admitted
                ELSE NOT coalesce(l.is_cut, false) OR (q.with_facets AND q.word_count > 1) END
           AND (kept IS NOT NULL OR (SELECT count(*) FROM weighed w, lowest m
                WHERE NOT w.is_told AND w.fit >= m.fit) < q.pool_size)
           AS is_exact
    FROM lists l, (SELECT count(*) AS sections FROM counted) c
) n;
END
$$;
