-- Terms that the index does not know yet, of these sections. Each private tree has terms of its own. Plain stop words have no postings:
-- they serve phrases only, through GIN.
INSERT INTO topics_term (lexeme, tree, holders, df)
SELECT u.lexeme, u.tree, 1, 1 FROM (
    SELECT DISTINCT u.lexeme, i.tree
    FROM topics_indexedsection i CROSS JOIN LATERAL kb_words(i.vector, i.rest) u
    WHERE i.section_id = ANY(%(ids)s)
) u
WHERE NOT u.lexeme = ANY(%(stop_words)s)
  AND NOT EXISTS (SELECT 1 FROM topics_term t WHERE t.lexeme = u.lexeme AND t.tree = u.tree)
ORDER BY u.lexeme, u.tree
ON CONFLICT DO NOTHING
