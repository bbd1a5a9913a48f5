-- How many words of each of these topics the learner has read, and how many sections she marked.
-- `here` finds what is read at the topics' sections today: a section's own mark counts first.
SELECT section.topic_id,
    coalesce(sum(section.words) FILTER (WHERE marked.state = 'read'), 0)::bigint, count(*)::text
FROM (
    SELECT DISTINCT ON (here.shown_id) here.shown_id, reading.state
    FROM ({here}) AS here
    JOIN learning_reading reading ON reading.section_id = here.id
    WHERE reading.user_id = %(user)s
    ORDER BY here.shown_id, here.id = here.shown_id DESC
) AS marked
JOIN topics_section section ON section.id = marked.shown_id
GROUP BY section.topic_id
