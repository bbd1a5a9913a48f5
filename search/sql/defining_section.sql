SELECT s.id, s.topic_id
FROM topics_definition d
JOIN topics_section s ON s.id = d.section_id
JOIN topics_topic t ON t.id = s.topic_id
WHERE lower(d.term) = ANY(%(names)s) AND {published}
  AND (%(topics)s::bigint[] IS NULL OR t.id = ANY(%(topics)s::bigint[]))
  AND (%(sections)s::bigint[] IS NULL OR s.id = ANY(%(sections)s::bigint[]))
  AND (%(without)s::bigint[] IS NULL OR s.id <> ALL(%(without)s::bigint[]))
ORDER BY lower(s.title) = ANY(%(names)s) DESC, (%(order)s::jsonb ->> t.kind)::int, s.id
LIMIT 1
