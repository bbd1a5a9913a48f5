DELETE FROM topics_term t
WHERE NOT EXISTS (SELECT FROM topics_posting p WHERE p.term_id = t.id)
