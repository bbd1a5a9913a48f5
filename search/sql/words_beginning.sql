-- Words that begin so: from titles that hold a word typed before, then the most used of all.
-- Postings and titles are looked up one by one: a join might walk whole tables.
(SELECT word FROM (
    SELECT unnest(string_to_array(
        (SELECT i.title_key FROM topics_indexedsection i WHERE i.section_id = p.section_id), ' '
    )) AS word
    FROM topics_term t CROSS JOIN LATERAL (
        SELECT p.section_id, p.in_title FROM topics_posting p WHERE p.term_id = t.id
        ORDER BY p.term_id, p.impact DESC, p.section_id LIMIT %(listed)s
    ) p
    WHERE t.lexeme = ANY(%(others)s::text[]) AND p.in_title
) titled
WHERE starts_with(word, %(prefix)s)
GROUP BY word ORDER BY count(*) DESC, word LIMIT %(most)s)
UNION ALL
(SELECT lexeme FROM topics_word
 WHERE left(word, 2) = left(%(prefix)s, 2) AND starts_with(word, %(prefix)s)
 ORDER BY uses DESC, word LIMIT %(most)s)
