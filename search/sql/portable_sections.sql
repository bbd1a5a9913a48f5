-- What a browser needs of indexed sections to rank and show them, in the order of `portable.NAMES`.
-- Where a heading has no text of its own, that of the first section below it is shown.
SELECT s.id, s.topic_id, s.page_id, t.path, s.anchor, s.title, s.number, s.breadcrumbs,
       CASE WHEN s.text <> '' OR s.code <> '' OR s.is_item THEN left(s.text, %(longest)s)
            ELSE coalesce((
                SELECT left(c.text, %(longest)s) FROM topics_section c
                WHERE c.topic_id = s.topic_id AND c.position > s.position
                  AND c.removed_at IS NULL AND c.text <> ''
                  AND c.breadcrumbs[:cardinality(s.breadcrumbs) + 1] = s.breadcrumbs || s.title
                ORDER BY c.position LIMIT 1
            ), '') END,
       st.title_key, st.head_words, st.title_words, st.depth, st.role, i.length,
       json_build_array(i.title, i.above, i.text, i.code),
       ARRAY(
           SELECT DISTINCT lower(said[1])
           FROM regexp_matches(s.text || E'\n' || s.code, '\m(' || %(derived)s || ')s?\M', 'gi') AS said
       )
FROM topics_indexedsection i
JOIN search_standing st ON st.section_id = i.section_id
JOIN topics_section s ON s.id = i.section_id
JOIN topics_topic t ON t.id = s.topic_id
WHERE i.section_id = ANY(%(ids)s)
ORDER BY i.section_id
