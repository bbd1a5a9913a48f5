-- The topics above a path with that at the path itself, a window of those beside each of them, and all
-- those right below the last, in reading order. `size` counts all of a level; at the top that is those
-- of the source. Of a topic whose parent is not read, only itself. Last, without a size, the document
-- at the path in other languages.
WITH line AS MATERIALIZED (
    SELECT id, parent_id, path, source, document FROM topics_topic
    WHERE path = ANY (%(prefixes)s) AND removed_at IS NULL
),
level AS MATERIALIZED (
    SELECT topic.id, topic.parent_id, count(*) OVER (PARTITION BY topic.parent_id) AS size,
        row_number() OVER (PARTITION BY topic.parent_id ORDER BY topic.position, topic.path) AS place
    FROM topics_topic topic
    WHERE {published} AND (topic.parent_id IN (SELECT id FROM line) OR topic.parent_id IS NULL
        AND topic.source IN (SELECT source FROM line WHERE line.parent_id IS NULL))
    UNION ALL
    SELECT id, parent_id, 1, 1 FROM line WHERE parent_id NOT IN (SELECT id FROM line)
),
opened AS (
    SELECT level.parent_id, greatest(0, least(place - 1 - %(window)s / 2, size - %(window)s)) AS first
    FROM level JOIN line USING (id)
),
shown AS (
    SELECT level.id, size, place
    FROM level LEFT JOIN opened ON opened.parent_id IS NOT DISTINCT FROM level.parent_id
    WHERE opened.first IS NULL OR place - opened.first BETWEEN 1 AND %(window)s
    UNION ALL
    SELECT topic.id, NULL, NULL
    FROM (SELECT id, document FROM line ORDER BY length(path) DESC LIMIT 1) here
    JOIN topics_topic topic ON topic.document = here.document AND topic.id <> here.id
    WHERE topic.document <> ''
)
SELECT topic.id, topic.parent_id, topic.path, topic.title, topic.summary, topic.kind, topic.level,
    topic.tags, topic.words, topic.updated, topic.changed_at, topic.language, size, topic.source,
    topic.origin, topic.front_matter #>> '{{extra,verified}}'
FROM shown
JOIN topics_topic topic USING (id)
WHERE {published}
ORDER BY size IS NULL, topic.parent_id, place, topic.language
