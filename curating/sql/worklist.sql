-- What waits for a curator, of topics that she may see: of each kind how many there are, and the few
-- that have waited longest. {seen} is a condition on the topic t, `draft` the status of drafts.
WITH runs AS (
    SELECT DISTINCT ON (r.source) r.id, r.source, r.started_at,
           (SELECT count(*) FROM jsonb_array_elements(r.notes) n WHERE n ->> 'level' = 'refused') AS refused
    FROM topics_importrun r
    WHERE NOT r.dry_run AND r.status <> 'running' AND NOT string_to_array(r.source, ', ') && ARRAY(
        SELECT t.source::text FROM topics_topic t WHERE NOT ({seen})
    ) AND r.under NOT IN (SELECT t.path FROM topics_topic t WHERE NOT ({seen}))
    ORDER BY r.source, r.started_at DESC, r.id DESC
)
(SELECT 'conflicts' AS kind, count(*) OVER () AS number, s.id AS key, t.title AS topic, s.title
 FROM topics_section s JOIN topics_topic t ON t.id = s.topic_id
 WHERE s.removed_at IS NULL AND t.removed_at IS NULL AND s.conflict_markdown IS NOT NULL AND {seen}
 ORDER BY s.edited_at, s.id LIMIT %(few)s)
UNION ALL
(SELECT CASE WHEN p.kind = 'edit' THEN 'proposals' ELSE 'reports' END, p.number, p.id, t.title, s.title
 FROM (
     SELECT p.*, count(*) OVER w AS number, row_number() OVER (w ORDER BY p.created_at, p.id) AS place
     FROM curating_proposal p
     JOIN topics_section s ON s.id = p.section_id JOIN topics_topic t ON t.id = s.topic_id
     WHERE p.status = 'open' AND {seen} WINDOW w AS (PARTITION BY p.kind = 'edit')
 ) p
 JOIN topics_section s ON s.id = p.section_id JOIN topics_topic t ON t.id = s.topic_id
 WHERE p.place <= %(few)s
 ORDER BY p.kind <> 'edit', p.place)
UNION ALL
(SELECT 'refused', (sum(r.refused) OVER ())::bigint, r.id, r.source, r.refused::text
 FROM runs r WHERE r.refused > 0 ORDER BY r.started_at LIMIT %(few)s)
UNION ALL
(SELECT 'broken', count(*) OVER (), l.section_id, t.title, l.href
 FROM topics_link l JOIN topics_section s ON s.id = l.section_id JOIN topics_topic t ON t.id = s.topic_id
 WHERE l.kind = 'broken' AND s.removed_at IS NULL AND t.removed_at IS NULL AND {seen}
 ORDER BY l.id LIMIT %(few)s)
UNION ALL
(SELECT 'dead', count(*) OVER (), e.id, e.note, e.url
 FROM curating_externallink e WHERE e.state = 'broken' AND EXISTS (
     SELECT FROM topics_link l JOIN topics_section s ON s.id = l.section_id JOIN topics_topic t ON t.id = s.topic_id
     WHERE l.kind = 'external' AND split_part(l.href, '#', 1) = e.url
       AND s.removed_at IS NULL AND t.removed_at IS NULL AND {seen}
 ) ORDER BY e.checked_at, e.id LIMIT %(few)s)
UNION ALL
(SELECT 'reviews', count(*) OVER (), t.id, c.review_by::text, t.title
 FROM curating_topiccare c JOIN topics_topic t ON t.id = c.topic_id
 WHERE c.review_by < (now() AT TIME ZONE 'UTC')::date AND t.removed_at IS NULL AND {seen}
 ORDER BY c.review_by, t.id LIMIT %(few)s)
UNION ALL
(SELECT 'late', count(*) OVER (), t.id, c.publish_at::date::text, t.title
 FROM curating_topiccare c JOIN topics_topic t ON t.id = c.topic_id
 WHERE c.publish_at <= now() AND t.status = %(draft)s AND t.removed_at IS NULL AND {seen}
 ORDER BY c.publish_at, t.id LIMIT %(few)s)
UNION ALL
(SELECT 'searches', count(*) OVER (), 0, count(*)::text, l.query
 FROM topics_searchlog l LEFT JOIN curating_handledquery h ON h.query = l.query
 WHERE l.created_at > now() - interval '30 days' AND (h.at IS NULL OR l.created_at > h.at)
 GROUP BY l.query
 HAVING (array_agg(l.results ORDER BY l.id DESC))[1] = 0
 ORDER BY count(*) DESC, l.query LIMIT %(few)s)
