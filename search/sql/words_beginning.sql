-- Lexemes of words that begin so: from titles that hold a word typed before, then the most used of
-- all. Each with how many sections hold it, how many there are, and in how many such titles it
-- stands, null for the word itself. Of a single letter the words are looked for by their first two.
-- Of what the reader sees: of private trees the index has lexemes alone, no words. Postings and titles are looked up one by one: a join might walk whole tables.
SELECT b.lexeme, t.df, (SELECT s.sections FROM topics_indexstate s), b.titles
FROM (
    SELECT 0 AS part, 1 AS place, %(own)s::text AS lexeme, NULL::bigint AS titles
    UNION ALL
    (SELECT 1, row_number() OVER (ORDER BY count(*) DESC, word), word, count(*) FROM (
        SELECT unnest(string_to_array(
            (SELECT s.title_key FROM search_standing s WHERE s.section_id = p.section_id), ' '
        )) AS word
        FROM topics_term t CROSS JOIN LATERAL (
            SELECT p.section_id, p.in_title FROM topics_posting p WHERE p.term_id = t.id
            ORDER BY p.term_id, p.impact DESC, p.section_id LIMIT %(listed)s
        ) p
        WHERE t.lexeme = ANY(%(others)s::text[]) AND t.tree = ANY(%(trees)s) AND p.in_title
    ) titled
    WHERE starts_with(word, %(prefix)s)
    GROUP BY word ORDER BY count(*) DESC, word LIMIT %(most)s)
    UNION ALL
    (SELECT 2, row_number() OVER (ORDER BY w.uses DESC, w.word), w.lexeme, 0
     FROM (
         {words}
     ) w
     ORDER BY w.uses DESC, w.word LIMIT %(most)s)
) b
CROSS JOIN LATERAL (
    SELECT sum(t.df)::integer AS df FROM topics_term t
    WHERE t.lexeme = b.lexeme AND t.tree = ANY(%(trees)s) AND t.holders > 0
) t
WHERE t.df IS NOT NULL
ORDER BY b.part, b.place
