WITH written AS (
    INSERT INTO importer_revision (change_id, topic_id, section_id, title, markdown, state)
    SELECT %(change)s, t.id, NULL, b.row ->> 'title', NULL, b.row
    FROM topics_before b JOIN topics_topic t ON t.id = b.id
    WHERE to_jsonb(t) - %(not_kept)s::text[] IS DISTINCT FROM b.row
    RETURNING 1
)
SELECT count(*) FROM written
