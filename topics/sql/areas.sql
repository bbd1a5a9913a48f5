-- The topics at the top that have others below them or are of a kind that readers go for by its name, the
-- first of each such kind. Those that say what they are called in short come first where there is no
-- room for all. Then whether there are learning paths.
WITH top AS MATERIALIZED (
    SELECT topic.path, topic.position, topic.kind,
        coalesce(nullif(topic.front_matter #>> '{{extra,short_title}}', ''), topic.title) AS title,
        topic.front_matter #>> '{{extra,short_title}}' IS NOT NULL AS is_named,
        topic.id IN ( -- one look at all: an index would be asked once for each topic at the top
            SELECT child.parent_id FROM topics_topic child
            WHERE child.parent_id IS NOT NULL AND child.removed_at IS NULL
        ) AS is_folder
    FROM topics_topic topic
    WHERE topic.parent_id IS NULL AND {published}
),
able AS (
    SELECT top.*, row_number() OVER (
        PARTITION BY CASE WHEN kind = ANY (%(kinds)s) THEN kind ELSE path END
        ORDER BY is_named DESC, is_folder DESC, position, path
    ) AS place
    FROM top WHERE is_folder OR kind = ANY (%(kinds)s)
),
chosen AS (
    SELECT * FROM able WHERE place = 1 ORDER BY is_named DESC, is_folder DESC, position, path LIMIT %(most)s
)
SELECT path, title, kind, position FROM chosen
UNION ALL
SELECT '', '', %(path)s, 2147483647 WHERE EXISTS (
    SELECT 1 FROM topics_topic topic WHERE topic.kind = %(path)s AND {published}
)
ORDER BY position, path
