-- The kinds, levels and tags of the topics that readers may see.
WITH published AS MATERIALIZED (
    SELECT kind, level, tags FROM topics_topic topic WHERE {published}
)
SELECT ARRAY(SELECT DISTINCT kind FROM published), ARRAY(SELECT DISTINCT level FROM published),
    ARRAY(SELECT DISTINCT tag FROM published CROSS JOIN unnest(tags) AS tag)
