-- How many sections of the library hold each of these runs of lexemes, each the text of a tsquery.
SELECT r.run, (SELECT count(*) FROM topics_indexedsection i WHERE i.vector @@ r.run::tsquery)
FROM unnest(%(runs)s::text[]) AS r(run)
