-- How many words of each of these topics, with all below it, the learner has not read, and how many
-- sections she marked; nothing where she marked none. A section's own mark counts before those of
-- sections that were merged into it.
WITH RECURSIVE below AS MATERIALIZED (
    SELECT topic.id AS key, topic.id, topic.words
    FROM topics_topic topic WHERE topic.id = ANY (%(keys)s)
    UNION ALL
    SELECT below.key, topic.id, topic.words
    FROM below JOIN topics_topic topic ON topic.parent_id = below.id WHERE {published}
),
marked AS MATERIALIZED (
    SELECT DISTINCT ON (here.shown_id) here.shown_id AS id, reading.state
    FROM ({here}) AS here
    JOIN learning_reading reading ON reading.section_id = here.id
    WHERE reading.user_id = %(user)s
    ORDER BY here.shown_id, here.id = here.shown_id DESC
),
read AS MATERIALIZED (
    SELECT section.topic_id, count(*) AS sections,
        coalesce(sum(section.words) FILTER (WHERE marked.state = 'read'), 0) AS words
    FROM marked JOIN topics_section section ON section.id = marked.id
    GROUP BY section.topic_id
)
SELECT below.key, (sum(below.words) - sum(coalesce(read.words, 0)))::bigint,
    sum(coalesce(read.sections, 0))::text
FROM below LEFT JOIN read ON read.topic_id = below.id
GROUP BY below.key HAVING count(read.topic_id) > 0
