-- For each lexeme: how many of its twenty strongest sections hold it in their title, and in how many
-- sections, up to twenty, it stands together with other words. Of what everybody may read.
SELECT a.lexeme,
       (SELECT count(*) FROM (
           SELECT p.in_title FROM topics_term t CROSS JOIN LATERAL (
               SELECT p.in_title FROM topics_posting p WHERE p.term_id = t.id
               ORDER BY p.term_id, p.impact DESC, p.section_id LIMIT 20
           ) p
           WHERE t.lexeme = a.lexeme AND t.tree = 0
       ) first WHERE first.in_title),
       (SELECT count(*) FROM (
           SELECT FROM topics_indexedsection i WHERE i.vector @@ a.together::tsquery AND i.tree = 0 LIMIT 20
       ) held)
FROM unnest(%(lexemes)s::text[], %(together)s::text[]) AS a(lexeme, together)
