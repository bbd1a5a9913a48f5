-- The topics above a path with that at the path itself, a window of those beside each of them, and all
-- those right below the last, in reading order. `size` counts all of a level; at the top that is those
-- of the source. Of a topic whose parent is not read, only itself. Last, without a size, the document
-- at the path in other languages. Of those beside a topic only what names them is read (`kind` is null).
-- Levels are read from the index topic_beside alone; only what is shown is looked up.
WITH line AS MATERIALIZED (
    SELECT id, parent_id, path, source, document, position FROM topics_topic
    WHERE path = ANY (%(prefixes)s) AND removed_at IS NULL
),
here AS (SELECT id, document FROM line ORDER BY length(path) DESC LIMIT 1),
opened AS (
    SELECT line.*, level.size, greatest(0, least(level.before - %(window)s / 2, level.size - %(window)s)) AS first
    FROM line CROSS JOIN LATERAL (
        SELECT count(*) AS size,
            count(*) FILTER (WHERE (beside.position, beside.path) < (line.position, line.path)) AS before
        FROM (
            SELECT topic.position, topic.path FROM topics_topic topic
            WHERE topic.parent_id = line.parent_id AND {published}
            UNION ALL
            SELECT topic.position, topic.path FROM topics_topic topic
            WHERE line.parent_id IS NULL AND topic.parent_id IS NULL AND topic.source = line.source AND {published}
        ) beside
    ) level
    WHERE line.parent_id IS NULL OR line.parent_id IN (SELECT id FROM line)
),
shown AS MATERIALIZED (
    SELECT beside.id, opened.size, opened.first + beside.place AS place, beside.id = opened.id AS is_whole
    FROM opened CROSS JOIN LATERAL (
        SELECT found.id, row_number() OVER (ORDER BY found.position, found.path) AS place
        FROM (
            SELECT topic.id, topic.position, topic.path FROM topics_topic topic
            WHERE topic.parent_id = opened.parent_id AND {published}
            UNION ALL
            SELECT topic.id, topic.position, topic.path FROM topics_topic topic
            WHERE opened.parent_id IS NULL AND topic.parent_id IS NULL AND topic.source = opened.source
                AND {published}
            ORDER BY position, path OFFSET opened.first LIMIT %(window)s
        ) found
    ) beside
    UNION ALL
    SELECT topic.id, count(*) OVER (), row_number() OVER (ORDER BY topic.position, topic.path), true
    FROM here JOIN topics_topic topic ON topic.parent_id = here.id
    WHERE {published}
    UNION ALL
    SELECT id, 1, 1, true FROM line WHERE parent_id NOT IN (SELECT id FROM line)
    UNION ALL
    SELECT topic.id, NULL, NULL, true
    FROM here JOIN topics_topic topic ON topic.document = here.document AND topic.id <> here.id
    WHERE topic.document <> ''
)
SELECT topic.id, topic.parent_id, topic.path, topic.title, size, whole.*
FROM shown
JOIN topics_topic topic ON topic.id = shown.id AND topic.id = ANY (ARRAY(SELECT id FROM shown))
LEFT JOIN LATERAL (
    SELECT topic.summary, topic.kind, topic.level, topic.tags, topic.words, topic.updated,
        topic.changed_at, topic.language, topic.source || '/' || topic.origin AS source,
        topic.front_matter #>> '{{extra,verified}}' AS verified
    WHERE shown.is_whole
) whole ON true
WHERE {published}
ORDER BY size IS NULL, topic.parent_id, place, topic.language
