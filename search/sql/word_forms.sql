-- Of each form of a query's words, in order: how many sections hold it (null for none), and, if this
-- section does, its impact there (as rank.sql has it of several side by side), whether its title does, and
-- the weights of the fields that hold its first lexeme.
SELECT CASE WHEN f.is_run THEN nullif((
               SELECT count(*) FROM (
                   SELECT 1 FROM topics_indexedsection i
                   WHERE i.vector @@ f.query::tsquery AND i.tree = ANY(%(trees)s) LIMIT 500
               ) held
           ), 0) ELSE (
               SELECT sum(t.df) FROM topics_term t
               WHERE t.lexeme = f.lexeme AND t.tree = ANY(%(trees)s) AND t.holders > 0
           ) END AS df,
       CASE WHEN f.is_run THEN (
               SELECT tf * (%(k1)s + 1) / (tf + %(k1)s * (1 - %(b)s + %(b)s
                   * CASE WHEN x.length = 0 THEN 1 ELSE x.length / s.mean_length END))
               FROM (
                   SELECT greatest(1, ts_rank_cd(%(in_fields)s::real[], x.vector, f.query::tsquery)) AS tf
                   WHERE x.vector @@ f.query::tsquery
               ) AS held, topics_indexstate s
            ) ELSE p.impact END AS impact,
       coalesce(CASE WHEN f.is_run THEN x.title::tsvector @@ f.query::tsquery ELSE p.in_title END, false)
           AS in_title,
       (SELECT string_agg(DISTINCT mark, '') FROM unnest(x.vector) AS held, unnest(held.weights) AS mark
        WHERE held.lexeme = f.lexeme) AS marks
FROM unnest(%(lexemes)s::text[], %(queries)s::text[], %(is_run)s::boolean[])
         WITH ORDINALITY AS f(lexeme, query, is_run, nth)
LEFT JOIN topics_indexedsection x ON x.section_id = %(section)s
LEFT JOIN topics_term t ON t.lexeme = f.lexeme AND t.tree = x.tree AND t.holders > 0
LEFT JOIN topics_posting p ON p.section_id = %(section)s AND p.term_id = t.id
ORDER BY f.nth
