-- Terms that the index does not know yet, of these sections. Plain stop words have no postings:
-- they serve phrases only, through GIN.
INSERT INTO topics_term (lexeme, holders, df)
SELECT u.lexeme, 1, 1 FROM (
    SELECT DISTINCT u.lexeme
    FROM topics_indexedsection i CROSS JOIN LATERAL kb_words(i.vector, i.rest) u
    WHERE i.section_id = ANY(%(ids)s)
) u
WHERE NOT u.lexeme = ANY(%(stop_words)s)
  AND NOT EXISTS (SELECT 1 FROM topics_term t WHERE t.lexeme = u.lexeme)
ORDER BY u.lexeme
ON CONFLICT DO NOTHING
