-- The topics, kinds and tags of sections, whose topics are given with how many of them each has:
-- [value, label, sections], most first.
CREATE OR REPLACE FUNCTION kb_facets(topic_ids bigint[], sections integer[], most integer)
RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    WITH faceted AS MATERIALIZED (
        SELECT t.path, t.title, t.kind, t.tags, counted.sections
        FROM unnest(topic_ids, sections) AS counted(topic_id, sections)
        JOIN topics_topic t ON t.id = counted.topic_id
    )
    SELECT json_build_object(
        -- A topic leaves its own sections and those of all topics below it.
        'topic', ARRAY(
            SELECT json_build_array(f.path, f.title, below.sections)
            FROM (SELECT * FROM faceted ORDER BY sections DESC, path LIMIT most) f
            CROSS JOIN LATERAL (
                SELECT sum(b.sections) AS sections FROM faceted b
                WHERE b.path = f.path OR starts_with(b.path, f.path || '/')
            ) below
            ORDER BY below.sections DESC, f.path),
        'kind', ARRAY(
            SELECT json_build_array(f.kind, f.kind, sum(f.sections)) FROM faceted f
            GROUP BY f.kind ORDER BY sum(f.sections) DESC, f.kind LIMIT most),
        'tag', ARRAY(
            SELECT json_build_array(tag, tag, sum(f.sections))
            FROM faceted f CROSS JOIN LATERAL (SELECT DISTINCT unnest(f.tags) AS tag) tags
            GROUP BY tag ORDER BY sum(f.sections) DESC, tag LIMIT most)
    )
$$;
