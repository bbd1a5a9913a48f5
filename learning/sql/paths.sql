-- The learning paths among these topics, and those with a step that leads into one of them, each with
-- its steps in order. `words` are all that a step's goal holds, `read` those of them that are read.
-- `cards` are the learner's in all of it, `held` those that she has not failed for {held_days} days.
WITH RECURSIVE path AS MATERIALIZED (
    SELECT DISTINCT asked.key, holder.topic_id
    FROM unnest(%(keys)s) AS asked (key)
    JOIN topics_pathstep step ON true
    JOIN topics_section holder ON holder.id = step.section_id AND holder.removed_at IS NULL
    JOIN topics_topic topic ON topic.id = holder.topic_id
    LEFT JOIN topics_section goal ON goal.id = step.target_id
    WHERE asked.key IN (holder.topic_id, goal.topic_id)
      AND topic.kind = ANY ('{kinds}') AND {published_path}
),
step AS MATERIALIZED (
    SELECT path.key, path.topic_id AS path_id, step.id, goal.id AS goal_id, holder.position,
        step.text, topic.id AS topic_id, topic.path, goal.anchor, goal.words,
        CASE WHEN goal.anchor = '' THEN topic.title ELSE goal.title END AS title
    FROM path
    JOIN topics_section holder ON holder.topic_id = path.topic_id AND holder.removed_at IS NULL
    JOIN topics_pathstep step ON step.section_id = holder.id
    JOIN topics_section goal ON goal.id = step.target_id
    JOIN topics_topic topic ON topic.id = goal.topic_id
    WHERE {published}
),
inside (goal_id, id, words) AS (
    SELECT DISTINCT goal_id, goal_id, words FROM step
    UNION ALL
    SELECT inside.goal_id, child.id, child.words
    FROM inside JOIN topics_section child ON child.parent_id = inside.id
    WHERE child.removed_at IS NULL
),
marked AS MATERIALIZED (
    SELECT DISTINCT ON (here.shown_id) here.shown_id AS id, reading.state
    FROM ({here}) AS here
    JOIN learning_reading reading ON reading.section_id = here.id
    WHERE reading.user_id = %(user)s
    ORDER BY here.shown_id, here.id = here.shown_id DESC
),
goal AS (
    SELECT inside.goal_id, sum(inside.words) AS words,
        coalesce(sum(inside.words) FILTER (WHERE marked.state = 'read'), 0) AS read
    FROM inside LEFT JOIN marked ON marked.id = inside.id GROUP BY inside.goal_id
),
card AS (
    SELECT held.key, held.path_id, count(*) AS cards, count(*) FILTER (
            WHERE card.phase = 2
              AND card.last_review >= card.held_since + make_interval(days => {held_days})
        ) AS held
    FROM (SELECT DISTINCT key, path_id, inside.id FROM step JOIN inside USING (goal_id)) AS held
    JOIN learning_card card ON card.section_id = held.id
    WHERE card.user_id = %(user)s AND NOT card.is_suspended
    GROUP BY held.key, held.path_id
)
SELECT step.key, step.path_id, json_build_object(
    'title', topic.title, 'path', topic.path,
    'cards', coalesce(min(card.cards), 0), 'held', coalesce(min(card.held), 0), 'steps', json_agg(json_build_array(
        step.title, step.path, step.anchor, step.topic_id, step.goal_id, goal.words, goal.read
    ) ORDER BY step.position, step.id)
)::text
FROM step
JOIN goal ON goal.goal_id = step.goal_id
JOIN topics_topic topic ON topic.id = step.path_id
LEFT JOIN card ON card.key = step.key AND card.path_id = step.path_id
GROUP BY step.key, step.path_id, topic.title, topic.path
