-- These pages, each with its sections in order and a fingerprint of what readers see of them: it is
-- another once a section was changed, came, went or moved.
SELECT page.id, topic.path, page.anchor,
    CASE WHEN page.anchor = '' THEN topic.title ELSE page.title END,
    md5(concat_ws(' ', topic.path, page.anchor, topic.title, string_agg(
        concat_ws(' ', section.id, section.anchor, extract(epoch FROM section.changed_at)), ','
        ORDER BY section.position
    ))),
    array_agg(section.id ORDER BY section.position)
FROM topics_section section
JOIN topics_section page ON page.id = section.page_id
JOIN topics_topic topic ON topic.id = page.topic_id
WHERE section.page_id = ANY (%(pages)s) AND section.removed_at IS NULL AND {published}
GROUP BY topic.id, page.id
ORDER BY topic.path, page.position
