-- What ranking knows of indexed sections besides their words, in the order of the table's columns.
SELECT i.section_id, i.topic_id, i.tree, i.title_key, i.title_words AS head_words,
       cardinality(string_to_array(i.title_key, ' '))::smallint AS title_words,
       least(cardinality(s.breadcrumbs), 4)::smallint AS depth,
       CASE
           WHEN s.is_item AND s.text = '' AND s.code = '' THEN 'bare'
           WHEN t.kind = 'glossary' AND s.anchor <> '' AND length(s.title) = 1 THEN 'letter'
           WHEN s.title ~ '\?\s*$' THEN 'question'
           WHEN l.linked > 0.3 * (length(s.text) + length(s.code)) THEN 'links'
           WHEN length(s.text) + length(s.code) < 240 THEN 'stub'
           ELSE 'text'
       END AS role
FROM topics_indexedsection i
JOIN topics_section s ON s.id = i.section_id
JOIN topics_topic t ON t.id = s.topic_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(length(l.text)), 0) AS linked FROM topics_link l
    WHERE l.section_id = s.id AND l.kind <> 'image'
) l
