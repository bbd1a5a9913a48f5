-- The postings of these sections, with BM25F's saturated weight as their impact (see index.py).
-- The mean is asked for apart: joined, its one row would be planned as thousands.
INSERT INTO topics_posting (section_id, term_id, impact, in_title)
SELECT i.section_id, t.id,
       f.tf * (%(k1)s + 1) / (f.tf + %(k1)s * (1 - %(b)s + %(b)s
           * CASE WHEN i.length = 0 THEN 1
                  ELSE i.length / (SELECT mean_length FROM topics_indexstate) END)),
       f.titles > 0
FROM topics_indexedsection i
CROSS JOIN LATERAL kb_words(i.vector, i.rest) u
{terms}
CROSS JOIN LATERAL (
    SELECT w.titles, w.places + (%(title)s - 1) * w.titles + (%(above)s - 1) * w.aboves
               + (%(code)s - 1) * w.codes AS tf
    FROM (SELECT cardinality(u.weights) AS places,
                 cardinality(array_positions(u.weights, 'A')) AS titles,
                 cardinality(array_positions(u.weights, 'B')) AS aboves,
                 cardinality(array_positions(u.weights, 'C')) AS codes) w
) f
WHERE i.section_id = ANY(%(ids)s)
