-- The sections in which each of these terms weighs most, with the pages that show them.
SELECT t.id, array_agg(s.page_id), array_agg(s.topic_id), array_agg(listed.impact)
FROM unnest(%(terms)s::bigint[]) AS t (id)
CROSS JOIN LATERAL (
    SELECT p.section_id, p.impact FROM topics_posting p
    WHERE p.term_id = t.id
    ORDER BY p.term_id, p.impact DESC, p.section_id
    LIMIT %(list)s
) listed
JOIN topics_section s ON s.id = listed.section_id AND NOT s.is_item
GROUP BY t.id
