-- How many words of each of these topics the learner has not read, and how many sections she marked;
-- nothing where she marked none, and of topics with others below them. A section's own mark counts
-- before those of sections that were merged into it.
WITH asked AS MATERIALIZED (
    SELECT topic.id, topic.words FROM topics_topic topic
    WHERE topic.id = ANY (%(keys)s) AND NOT EXISTS (
        SELECT FROM topics_topic below
        WHERE below.parent_id = topic.id AND below.removed_at IS NULL
    )
),
marked AS MATERIALIZED (
    SELECT DISTINCT ON (here.shown_id) here.shown_id AS id, reading.state
    FROM ({here}) AS here
    JOIN learning_reading reading ON reading.section_id = here.id
    WHERE reading.user_id = %(user)s
    ORDER BY here.shown_id, here.id = here.shown_id DESC
)
SELECT asked.id, (
        min(asked.words)
        - coalesce(sum(section.words) FILTER (WHERE marked.state = 'read'), 0)
    )::bigint, count(*)::text
FROM marked
JOIN topics_section section ON section.id = marked.id
JOIN asked ON asked.id = section.topic_id
GROUP BY asked.id
