DELETE FROM topics_word w
WHERE NOT EXISTS (SELECT FROM topics_term t WHERE t.lexeme = w.lexeme)
