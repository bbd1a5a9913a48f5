-- The topics above a path with that at the path itself, a window of those beside each of them, and all
-- those right below the last, in reading order. `size` counts all of a level. Of a topic whose
-- parent is not read, only itself.
WITH line AS MATERIALIZED (
    SELECT id, parent_id FROM topics_topic WHERE path = ANY (%(prefixes)s) AND removed_at IS NULL
),
level AS MATERIALIZED (
    SELECT topic.id, topic.parent_id, count(*) OVER (PARTITION BY topic.parent_id) AS size,
        row_number() OVER (PARTITION BY topic.parent_id ORDER BY topic.position, topic.path) AS place
    FROM topics_topic topic
    WHERE topic.parent_id IN (SELECT id FROM line) AND {published}
    UNION ALL
    SELECT id, parent_id, 1, 1 FROM line
    WHERE parent_id IS NULL OR parent_id NOT IN (SELECT id FROM line)
),
opened AS (
    SELECT level.parent_id, greatest(0, least(place - 1 - %(window)s / 2, size - %(window)s)) AS first
    FROM level JOIN line USING (id)
)
SELECT topic.id, topic.parent_id, topic.path, topic.title, topic.summary, topic.kind, topic.level,
    topic.tags, topic.words, topic.updated, topic.changed_at, level.size, topic.source, topic.origin,
    topic.front_matter #>> '{{extra,verified}}'
FROM level
JOIN topics_topic topic USING (id)
LEFT JOIN opened ON opened.parent_id = level.parent_id
WHERE {published} AND (opened.parent_id IS NULL OR place - opened.first BETWEEN 1 AND %(window)s)
ORDER BY level.parent_id, place
