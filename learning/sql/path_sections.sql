-- All sections that the goals of a path's steps hold.
WITH RECURSIVE inside (id) AS (
    SELECT goal.id
    FROM topics_section holder
    JOIN topics_pathstep step ON step.section_id = holder.id
    JOIN topics_section goal ON goal.id = step.target_id
    JOIN topics_topic topic ON topic.id = goal.topic_id
    WHERE holder.topic_id = %(topic)s AND holder.removed_at IS NULL AND {published}
  UNION
    SELECT child.id FROM inside JOIN topics_section child ON child.parent_id = inside.id
    WHERE child.removed_at IS NULL
)
SELECT id FROM inside
