-- Words of the index that a typed one may mean: those that one edit makes of it, those that share many
-- trigrams with it, and of long words the most used that begin alike. Words that no section for everybody
-- holds any more are left out.
SELECT c.typed, c.word, c.lexeme, c.uses FROM (
    SELECT e.typed, w.word, w.lexeme, w.uses
    FROM unnest(%(typed)s::text[], %(edited)s::text[]) AS e(typed, edited)
    JOIN topics_word w ON w.word = e.edited
    UNION
    SELECT t.typed, w.word, w.lexeme, w.uses
    FROM unnest(%(unknown)s::text[]) AS t(typed)
    CROSS JOIN LATERAL kb_similar_words(t.typed) AS s
    -- The limit keeps the planner from reading all words for a join: it takes a function for large.
    CROSS JOIN LATERAL (SELECT * FROM topics_word w WHERE w.word = s.word LIMIT 1) w
    UNION
    SELECT t.typed, w.word, w.lexeme, w.uses
    FROM unnest(%(long)s::text[]) AS t(typed)
    CROSS JOIN LATERAL (
        SELECT word, lexeme, uses FROM topics_word
        WHERE left(word, 2) = left(t.typed, 2)
          AND length(word) BETWEEN length(t.typed) - 2 AND length(t.typed) + 2
        ORDER BY uses DESC, word LIMIT 100
    ) w
) c
-- Asked for each word: a join would read the postings of all of them.
WHERE c.uses > 0 AND (
    SELECT true FROM topics_term t JOIN topics_posting p ON p.term_id = t.id
    WHERE t.lexeme = c.lexeme AND t.tree = 0 LIMIT 1
)
