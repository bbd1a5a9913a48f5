-- How many sections of the library that the reader sees hold each of these runs of lexemes, each the text of a tsquery.
SELECT r.run, (SELECT count(*) FROM topics_indexedsection i
                WHERE i.vector @@ r.run::tsquery AND i.tree = ANY(%(trees)s))
FROM unnest(%(runs)s::text[]) AS r(run)
