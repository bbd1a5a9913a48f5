-- The steps of paths whose links were resolved, or whose goal is one of these sections or topics.
SELECT step.id FROM topics_pathstep step LEFT JOIN topics_section goal ON goal.id = step.target_id
WHERE step.section_id = ANY(%(resolved)s) OR goal.id = ANY(%(changed)s)
    OR goal.topic_id = ANY(%(topics)s)
