-- Lexemes of words that begin so: from titles that hold a word typed before, then the most used of
-- all. Each with how many sections hold it, how many there are, and in how many such titles it
-- stands, null for the word itself. With `in_titles` there are no others; with `is_known` none at
-- all where the word itself is in such a title, for then no other is meant.
--
-- A function, so that PostgreSQL keeps its plan: making one for each letter that is typed took half
-- as long as answering, and one made for the values at hand may walk whole tables.
CREATE OR REPLACE FUNCTION kb_words_beginning(
    prefix text,
    ending text,       -- the least text after all that begin so
    starts text[],     -- the first two letters that they may have: the index is by these
    own text,          -- the lexeme of what was typed
    others text[],     -- those of the words before it
    trees bigint[],    -- that the reader sees
    listed integer,    -- postings read of each word before it
    most integer,      -- words that are told of titles, and of all
    in_titles boolean,
    is_known boolean
)
RETURNS TABLE (lexeme text, df integer, sections integer, titles bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan
SET enable_mergejoin = off
SET enable_hashjoin = off
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    titled bigint[];  -- sections in whose titles a word before it stands, once for each
BEGIN
titled := ARRAY(
    SELECT p.section_id
    FROM topics_term t CROSS JOIN LATERAL (
        SELECT p.section_id, p.in_title FROM topics_posting p WHERE p.term_id = t.id
        ORDER BY p.term_id, p.impact DESC, p.section_id LIMIT listed
    ) p
    WHERE t.lexeme = ANY(others) AND t.tree = ANY(trees) AND p.in_title
);
IF is_known AND EXISTS (
    SELECT FROM (
        SELECT unnest(titled) AS section_id
        INTERSECT
        SELECT p.section_id
        FROM topics_term t CROSS JOIN LATERAL (
            SELECT p.section_id, p.in_title FROM topics_posting p WHERE p.term_id = t.id
            ORDER BY p.term_id, p.impact DESC, p.section_id LIMIT 2 * listed
        ) p
        WHERE t.lexeme = own AND t.tree = ANY(trees) AND p.in_title
    ) both_in
    CROSS JOIN LATERAL (
        SELECT s.title_key FROM search_standing s WHERE s.section_id = both_in.section_id
        LIMIT 1
    ) s
    WHERE own = ANY(string_to_array(s.title_key, ' '))
) THEN
    RETURN;
END IF;
RETURN QUERY
SELECT b.lexeme, t.df, (SELECT s.sections FROM topics_indexstate s), b.titles
FROM (
    SELECT 0 AS part, 1::bigint AS place, own AS lexeme, NULL::bigint AS titles
    UNION ALL
    (SELECT 1, row_number() OVER (ORDER BY count(*) DESC, w.word), w.word, count(*)
     FROM unnest(titled) AS i(section_id)
     CROSS JOIN LATERAL (
         SELECT s.title_key FROM search_standing s WHERE s.section_id = i.section_id LIMIT 1
     ) s
     CROSS JOIN LATERAL unnest(string_to_array(s.title_key, ' ')) AS w(word)
     WHERE starts_with(w.word, prefix) OR w.word = own
     GROUP BY w.word ORDER BY count(*) DESC, w.word LIMIT most)
    UNION ALL
    (SELECT 2, row_number() OVER (ORDER BY w.uses DESC, w.word), w.lexeme, 0
     FROM (
         -- Where the first two letters say all, a look at the others would make the planner sort.
         SELECT b.word, b.lexeme, b.uses FROM unnest(starts) AS start CROSS JOIN LATERAL (
             SELECT w.word, w.lexeme, w.uses FROM topics_word w WHERE left(w.word, 2) = start
             ORDER BY w.uses DESC, w.word LIMIT most
         ) b
         WHERE length(prefix) < 3
         UNION ALL
         SELECT b.word, b.lexeme, b.uses FROM unnest(starts) AS start CROSS JOIN LATERAL (
             SELECT w.word, w.lexeme, w.uses FROM topics_word w
             WHERE left(w.word, 2) = start AND starts_with(w.word, prefix)
             ORDER BY w.uses DESC, w.word LIMIT most
         ) b
         WHERE length(prefix) = 3
         UNION ALL  -- few words begin so
         SELECT w.word, w.lexeme, w.uses FROM topics_word w
         WHERE length(prefix) > 3 AND w.word ~>=~ prefix AND w.word ~<~ ending
         UNION ALL  -- of private trees the index has lexemes alone, no words
         SELECT t.lexeme, t.lexeme, t.holders FROM topics_term t
         WHERE cardinality(trees) > 1 AND t.tree <> 0 AND t.tree = ANY(trees) AND t.holders > 0
           AND t.lexeme ~>=~ prefix AND t.lexeme ~<~ ending
     ) w
     WHERE NOT in_titles
     ORDER BY w.uses DESC, w.word LIMIT most)
) b
CROSS JOIN LATERAL (
    SELECT sum(t.df)::integer AS df FROM topics_term t
    WHERE t.lexeme = b.lexeme AND t.tree = ANY(trees) AND t.holders > 0
) t
WHERE t.df IS NOT NULL
ORDER BY b.part, b.place;
END
$$;
