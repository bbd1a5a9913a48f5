INSERT INTO topics_word (word, lexeme, uses)
SELECT w.word, w.lexeme, 1 FROM unnest(%(words)s::text[], %(lexemes)s::text[]) AS w(word, lexeme)
WHERE NOT EXISTS (SELECT 1 FROM topics_word o WHERE o.word = w.word)
ORDER BY w.word
ON CONFLICT DO NOTHING
