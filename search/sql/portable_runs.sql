-- How many sections of the library, as far as the reader sees it, hold each of these runs of lexemes,
-- each the text of a tsquery: up to so many.
SELECT r.run, (
    SELECT count(*) FROM (
        SELECT FROM topics_indexedsection i
        WHERE i.vector @@ r.run::tsquery AND i.tree = ANY(%(trees)s)
        LIMIT %(most)s
    ) AS holders
)
FROM unnest(%(runs)s::text[]) AS r(run)
