DELETE FROM topics_word w WHERE NOT EXISTS (
    SELECT FROM topics_term t WHERE t.lexeme = w.lexeme AND t.tree = 0 AND t.holders > 0
);

DELETE FROM topics_term t WHERE t.holders = 0 AND t.tree = 0
