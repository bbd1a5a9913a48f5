-- Revisions of the sections that are not what they were. One that only has another number of
-- sections before it is as it was; one that changed places with others is not.
WITH compared AS (
    SELECT b.id,
           (/*before*/) IS DISTINCT FROM (/*after*/) AS has_changed,
           b.markdown IS DISTINCT FROM s.markdown AS has_text,
           b.topic_id = s.topic_id AND b.removed_at IS NULL AND s.removed_at IS NULL AS stayed,
           b.topic_id, b.position AS was, s.position AS became
    FROM sections_before b JOIN topics_section s ON s.id = b.id
), ranked AS (
    SELECT id, has_changed, has_text, stayed,
           row_number() OVER (PARTITION BY topic_id, stayed ORDER BY was) AS was,
           row_number() OVER (PARTITION BY topic_id, stayed ORDER BY became) AS became
    FROM compared
), written AS (
    INSERT INTO importer_revision (change_id, topic_id, section_id, title, markdown, state)
    SELECT %(change)s, b.topic_id, b.id, b.title, CASE WHEN r.has_text THEN b.markdown END,
           jsonb_build_object(/*state*/, 'reordered', r.stayed AND r.was <> r.became)
    FROM ranked r JOIN sections_before b ON b.id = r.id
    WHERE r.has_changed OR (r.stayed AND r.was <> r.became)
    RETURNING 1
)
SELECT count(*) FROM written
