-- How many sections of the library hold each of these runs of lexemes, each the text of a tsquery;
-- counted as the ranking does, up to 500.
SELECT r.run, (
    SELECT count(*) FROM (
        SELECT FROM topics_indexedsection i WHERE i.vector @@ r.run::tsquery LIMIT 500
    ) AS holders
)
FROM unnest(%(runs)s::text[]) AS r(run)
