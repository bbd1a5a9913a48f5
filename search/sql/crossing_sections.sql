-- Sections of these topics that the index has in another tree, or another language, than they are in.
SELECT i.section_id, i.tree <> t.tree, i.language <> l.language
FROM topics_indexedsection i
JOIN topics_topic t ON t.id = i.topic_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN name = ANY(%(languages)s) THEN name ELSE '' END AS language
    FROM lower(split_part(t.language, '-', 1)) AS name
) l
WHERE t.id = ANY(%(ids)s) AND (i.tree <> t.tree OR i.language <> l.language)
