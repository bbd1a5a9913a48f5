-- The topics that these topics name as prerequisites, and how many of their words are read. A
-- prerequisite is a path from the document's own folder: each `../` takes a folder off it.
WITH named AS MATERIALIZED (
    SELECT topic.id AS key, wanted.place, regexp_replace(
            topic.tree_path,
            '([^/:]+/){{' || (length(wanted.ref) - length(replace(wanted.ref, '../', ''))) / 3
                || '}}[^/:]*$', ''
        ) || regexp_replace(wanted.ref, '^(\.\.?/)+', '') AS tree_path
    FROM topics_topic topic
    CROSS JOIN LATERAL unnest(topic.prerequisites) WITH ORDINALITY AS wanted (ref, place)
    WHERE topic.id = ANY (%(keys)s)
),
needed AS MATERIALIZED (
    SELECT named.key, named.place, topic.id, topic.title, topic.path, topic.words
    FROM named JOIN topics_topic topic ON topic.tree_path = named.tree_path
    WHERE {published} AND topic.words > 0
),
marked AS MATERIALIZED (
    SELECT DISTINCT ON (here.shown_id) here.shown_id AS id, reading.state
    FROM ({here}) AS here
    JOIN learning_reading reading ON reading.section_id = here.id
    WHERE reading.user_id = %(user)s
    ORDER BY here.shown_id, here.id = here.shown_id DESC
)
SELECT needed.key, needed.place::bigint, json_build_array(
    needed.title, needed.path, needed.words,
    coalesce((
        SELECT sum(section.words) FROM topics_section section JOIN marked ON marked.id = section.id
        WHERE section.topic_id = needed.id AND marked.state = 'read'
    ), 0)
)::text
FROM needed
