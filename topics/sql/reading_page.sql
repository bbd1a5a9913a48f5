-- `here`: the page that shows the address. A whole topic's address wins over a section's.
-- Then all sections of that page with their text, and without it: the sections that open the
-- topic's other pages (of a kind with cards, those right below this page have it too), those that
-- link here, those alike, the matches of an outline's bare items, and of a kind with steps those
-- that the steps of the page lead to, once for each step. The first section may tell the `extent` of
-- the topic: key, parent, page and words of each of its sections in order.
-- `linking` goes by arrays, not by joins: where a table has no statistics yet, the planner walks all
-- sections for the first ten that fit, and looks through all links for each of them. For the same
-- reason the parts are materialised: else they may be computed for every section of the topic.
WITH RECURSIVE here AS MATERIALIZED (
    SELECT section.page_id, section.topic_id, topic.kind
    FROM topics_section section JOIN topics_topic topic ON topic.id = section.topic_id
    WHERE {published}
      AND ((topic.path = %(full)s AND section.anchor = '')
           OR (topic.path = %(head)s AND section.anchor = %(last)s))
    ORDER BY topic.path = %(full)s DESC LIMIT 1
),
linking AS MATERIALIZED (
    SELECT section.id
    FROM topics_section section JOIN topics_topic topic ON topic.id = section.topic_id
    WHERE section.id = ANY (ARRAY(
            SELECT link.section_id FROM topics_link link
            WHERE link.target_id = ANY (ARRAY(
                SELECT target.id FROM topics_section target
                WHERE target.page_id = (SELECT page_id FROM here)
            ))
        ))
      AND section.topic_id <> (SELECT topic_id FROM here) AND {published}
    ORDER BY section.id LIMIT %(linking)s
),
below AS MATERIALIZED (
    SELECT section.page_id AS id, sum(section.words) AS words
    FROM topics_section section
    WHERE section.page_id = ANY (ARRAY(
            SELECT child.id FROM topics_section child
            WHERE child.parent_id = (SELECT page_id FROM here) AND child.page_id = child.id
        ))
      AND section.removed_at IS NULL
    GROUP BY section.page_id
),
step AS MATERIALIZED (
    SELECT step.section_id, step.position, step.text, step.target_id,
        row_number() OVER (PARTITION BY step.section_id ORDER BY step.id) AS place
    FROM here
    JOIN topics_section section ON section.page_id = here.page_id
    JOIN topics_pathstep step ON step.section_id = section.id
    WHERE here.kind = ANY (%(with_steps)s)
),
inside (goal, id, words) AS (
    SELECT section.id, section.id, section.words FROM topics_section section
    WHERE section.id = ANY (ARRAY(SELECT target_id FROM step)) AND section.anchor <> ''
    UNION ALL
    SELECT inside.goal, child.id, child.words
    FROM inside JOIN topics_section child ON child.parent_id = inside.id
    WHERE child.removed_at IS NULL
),
wanted AS MATERIALIZED (
    SELECT section.id, 'page' AS role, 0 AS place, 0::bigint AS holder, 0 AS number, '' AS text
    FROM here JOIN topics_section section ON section.page_id = here.page_id
    UNION ALL
    SELECT section.id, 'opener', 0, 0, 0, '' FROM here
    JOIN topics_section section ON section.topic_id = here.topic_id
    WHERE section.page_id = section.id AND section.id <> here.page_id
    UNION ALL
    SELECT id, 'linking', 0, 0, 0, '' FROM linking
    UNION ALL
    SELECT alike.id, 'alike', alike.place, 0, 0, '' FROM here
    JOIN topics_section section ON section.id = here.page_id
    CROSS JOIN LATERAL unnest(section.see_also) WITH ORDINALITY AS alike (id, place)
    UNION ALL
    SELECT DISTINCT section.match_id, 'match', 0, 0::bigint, 0, '' FROM here
    JOIN topics_section section ON section.page_id = here.page_id
    WHERE section.match_id IS NOT NULL
    UNION ALL
    SELECT target_id, 'step', place, section_id, position, text FROM step
)
SELECT wanted.role, section.id, section.topic_id, section.parent_id, section.page_id,
    section.position, section.anchor, section.number, section.title, section.title_html,
    section.is_item, section.words, section.match_id,
    CASE WHEN wanted.role = 'page' OR (wanted.role = 'opener' AND below.id IS NOT NULL
            AND (SELECT kind FROM here) = ANY (%(with_cards)s))
        THEN section.html ELSE '' END AS html,
    wanted.role = 'opener' AND section.words = 0 AND NOT EXISTS (
        SELECT 1 FROM topics_section child
        WHERE child.parent_id = section.id AND child.removed_at IS NULL
    ) AS is_empty,
    CASE WHEN wanted.role <> 'step' THEN below.words WHEN section.anchor = '' THEN topic.words
        ELSE (SELECT sum(inside.words) FROM inside WHERE inside.goal = section.id)
    END AS words_inside,
    topic.path AS topic_path, topic.title AS topic_title,
    wanted.place, wanted.holder, wanted.number AS step_number, wanted.text AS step_text,
    CASE WHEN %(with_extent)s AND wanted.role = 'page'
            AND section.id = (SELECT page_id FROM here) THEN (
        SELECT json_agg(json_build_array(
            part.id, part.parent_id, part.page_id, part.words) ORDER BY part.position)
        FROM topics_section part
        WHERE part.topic_id = section.topic_id AND part.removed_at IS NULL
    ) END AS extent
FROM wanted
JOIN topics_section section ON section.id = wanted.id
JOIN topics_topic topic ON topic.id = section.topic_id
LEFT JOIN below ON below.id = section.id
WHERE {published}
ORDER BY topic.path, section.position
