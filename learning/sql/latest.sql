-- Of the topics that the learner marked lately, the last five in which something is unread: when she
-- marked there, and the first unread section, behind the one that she marked last, else from the
-- beginning. `words` are all that are unread.
WITH marked AS (
    SELECT reading.section_id, reading.marked_at FROM learning_reading reading
    WHERE reading.user_id = %(user)s AND 0 = ANY (%(keys)s)
    ORDER BY reading.marked_at DESC LIMIT 200
),
latest AS (
    SELECT section.topic_id, max(marked.marked_at) AS marked_at,
        (array_agg(section.position ORDER BY marked.marked_at DESC, section.position DESC))[1]
            AS position
    FROM marked JOIN topics_section section ON section.id = marked.section_id
    GROUP BY section.topic_id ORDER BY 2 DESC LIMIT 20
)
SELECT 0::bigint, (extract(epoch FROM latest.marked_at) * 1000000)::bigint, json_build_object(
    'topic', topic.title, 'path', topic.path, 'title', next.title, 'anchor', next.anchor,
    'words', unread.words
)::text
FROM latest
JOIN topics_topic topic ON topic.id = latest.topic_id
CROSS JOIN LATERAL (
    SELECT sum(section.words) AS words,
        coalesce(
            (array_agg(section.id ORDER BY section.position)
                FILTER (WHERE section.position > latest.position))[1],
            (array_agg(section.id ORDER BY section.position))[1]
        ) AS first_id
    FROM topics_section section
    WHERE section.topic_id = topic.id AND section.removed_at IS NULL AND section.words > 0
      AND NOT EXISTS (
        SELECT FROM learning_reading reading
        WHERE reading.user_id = %(user)s AND reading.section_id = section.id
          AND reading.state = 'read'
      )
) AS unread
JOIN topics_section next ON next.id = unread.first_id
WHERE {published}
ORDER BY latest.marked_at DESC LIMIT 5
