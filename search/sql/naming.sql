SELECT id FROM topics_section WHERE match_id = ANY(%(gone)s)
UNION
SELECT item.id FROM topics_section item JOIN topics_section s ON s.id = item.match_id
WHERE s.topic_id = ANY(%(topics)s)
