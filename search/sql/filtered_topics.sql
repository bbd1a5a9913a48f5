-- The published topics that the filters of a query leave: below one of its topics, with all of its
-- tags, of one of its kinds.
SELECT id FROM topics_topic topic
WHERE {published}
  AND (cardinality(%(topics)s::text[]) = 0
       OR lower(path) = ANY(%(topics)s) OR lower(path) LIKE ANY(%(below)s))
  AND tags @> %(tags)s::varchar[]
  AND (cardinality(%(kinds)s::text[]) = 0 OR kind = ANY(%(kinds)s))
