-- How many sections hold each term, and then how often each word is used.
UPDATE topics_term t SET holders = c.holders, df = c.df
FROM (SELECT o.id, count(p.section_id) AS holders, count(*) FILTER (WHERE i.length > 0) AS df
      FROM topics_term o
      LEFT JOIN topics_posting p ON p.term_id = o.id
      LEFT JOIN topics_indexedsection i ON i.section_id = p.section_id
      GROUP BY o.id) c
WHERE c.id = t.id AND (t.holders, t.df) IS DISTINCT FROM (c.holders, c.df);

UPDATE topics_word w SET uses = t.holders
FROM topics_term t WHERE t.lexeme = w.lexeme AND t.tree = 0 AND w.uses <> t.holders
