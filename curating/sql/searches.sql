-- Queries of the log that ask for a curator, the most frequent first: how often each was searched
-- for in a span of days and in the one before. What was before a curator answered a query does not
-- count. `kind` is one of
--   fruitless  whose latest search found nothing
--   unopened   that found something which nobody opened, searched for twice at least
--   undone     whose correction somebody took back
WITH entries AS (
    SELECT l.id, l.query, l.results, l.corrected, l.opened_id, l.is_exact,
           l.created_at > now() - %(days)s * interval '1 day' AS is_recent
    FROM topics_searchlog l
    LEFT JOIN curating_handledquery h ON h.query = l.query
    WHERE l.created_at > now() - 2 * %(days)s * interval '1 day'
      AND (h.at IS NULL OR l.created_at > h.at)
),
queries AS (
    SELECT e.query,
           count(*) FILTER (WHERE e.is_recent) AS times,
           count(*) FILTER (WHERE NOT e.is_recent) AS earlier,
           (array_agg(e.results ORDER BY e.id DESC))[1] AS results,
           count(e.opened_id) FILTER (WHERE e.is_recent) AS opened,
           count(*) FILTER (WHERE e.is_recent AND e.is_exact) AS undone,
           max(e.corrected) AS corrected
    FROM entries e
    GROUP BY e.query
)
SELECT q.query, q.times, q.earlier, q.results, q.undone, q.corrected, count(*) OVER () AS number
FROM queries q
WHERE q.times > 0 AND CASE %(kind)s
    WHEN 'fruitless' THEN q.results = 0
    WHEN 'unopened' THEN q.results > 0 AND q.opened = 0 AND q.times > 1
    ELSE q.undone > 0 AND q.corrected <> ''
END
ORDER BY q.times DESC, q.query
LIMIT %(most)s OFFSET %(start)s
