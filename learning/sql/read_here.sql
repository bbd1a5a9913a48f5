-- The sections read today at the keys: these, unless they were merged into another, and all that were
-- merged into them. Few sections are, and a topic may have thousands: only what was merged recurses.
WITH RECURSIVE merged AS MATERIALIZED (
    SELECT section.id, section.merged_into_id
    FROM topics_section section WHERE section.merged_into_id IS NOT NULL
),
unmerged AS MATERIALIZED (
    SELECT key FROM unnest({keys}) AS key
    WHERE NOT EXISTS (SELECT FROM merged WHERE merged.id = key)
),
trail (id, shown_id) AS (
    SELECT merged.id, unmerged.key FROM merged JOIN unmerged ON unmerged.key = merged.merged_into_id
  UNION
    SELECT merged.id, trail.shown_id FROM trail JOIN merged ON merged.merged_into_id = trail.id
)
SELECT key AS id, key AS shown_id FROM unmerged
UNION ALL
SELECT id, shown_id FROM trail
