-- The terms that these sections define, in small letters, each with the section that answers a
-- question for it first (as in defining_section.sql).
SELECT DISTINCT ON (lower(d.term)) lower(d.term), s.id
FROM topics_definition d
JOIN topics_section s ON s.id = d.section_id
JOIN topics_topic t ON t.id = s.topic_id
WHERE s.id = ANY(%(ids)s)
ORDER BY lower(d.term), lower(s.title) = lower(d.term) DESC,
    (%(order)s::jsonb ->> t.kind)::int, s.id
