CREATE TEMP TABLE IF NOT EXISTS sections_before ON COMMIT DROP AS
SELECT id, topic_id, title, markdown, /*names*/ FROM topics_section WITH NO DATA;

INSERT INTO sections_before
SELECT id, topic_id, title, markdown, /*names*/ FROM topics_section s
WHERE id = ANY(%(ids)s) AND NOT EXISTS (SELECT FROM sections_before b WHERE b.id = s.id)
