-- The sections with a link that a change of these sections and topics can have led elsewhere.
-- `places` and `names` are what links may call the topics; by `lost_places` and `lost_names` only
-- links that lead nowhere are found: no other is drawn away by a section that comes. So it is with
-- those by an address of this site, below `root`; `held` are the addresses of the topics.
SELECT section_id FROM topics_link WHERE target_id = ANY(%(sections)s)
UNION
SELECT l.section_id FROM topics_link l JOIN topics_section s ON s.id = l.target_id
WHERE s.topic_id = ANY(%(topics)s)
UNION
SELECT l.section_id FROM topics_link l JOIN topics_section s ON s.id = l.section_id
WHERE s.topic_id = ANY(%(topics)s)
UNION
SELECT section_id FROM topics_link
WHERE wanted <> '' AND (wanted = ANY(%(places)s)
                        OR wanted = ANY(%(lost_places)s) AND kind IN ('broken', 'planned'))
UNION
SELECT section_id FROM topics_link
WHERE cardinality(%(addresses)s::text[]) > 0 AND kind = 'external' AND href = ANY(%(addresses)s)
UNION
SELECT l.section_id FROM topics_link l, unnest(l.names) AS name
WHERE name = ANY(%(names)s) OR name = ANY(%(lost_names)s) AND l.kind IN ('broken', 'planned')
UNION
SELECT a.section_id FROM (
    SELECT section_id, rtrim(substring(href FROM '^[^?#]*'), '/') AS path
    FROM topics_link WHERE kind IN ('broken', 'planned') AND starts_with(href, %(root)s)
) a WHERE a.path = ANY(%(held)s) OR regexp_replace(a.path, '/[^/]*$', '') = ANY(%(held)s)
