-- The sections that are read at the keys today: these, unless they were merged into another, and all
-- that were merged into them. `merged` comes first: few sections are, and a topic may have thousands.
WITH RECURSIVE merged AS MATERIALIZED (
    SELECT section.id, section.merged_into_id
    FROM topics_section section WHERE section.merged_into_id IS NOT NULL
),
here (id, shown_id) AS (
    SELECT key, key FROM unnest({keys}) AS key
    WHERE NOT EXISTS (SELECT FROM merged WHERE merged.id = key)
  UNION
    SELECT merged.id, here.shown_id FROM here JOIN merged ON merged.merged_into_id = here.id
)
SELECT id, shown_id FROM here
