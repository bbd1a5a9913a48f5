UPDATE topics_topic t SET words = counted.words
FROM (
    SELECT topic_id, coalesce(sum(words), 0) AS words FROM topics_section
    WHERE removed_at IS NULL
      AND (topic_id = ANY(%(topics)s)
           OR topic_id IN (SELECT topic_id FROM topics_section WHERE id = ANY(%(sections)s)))
    GROUP BY topic_id
) counted
WHERE t.id = counted.topic_id AND t.words <> counted.words
