-- Internal links of live topics that need a hand, those to one place together, most first: how many,
-- the keys of the links and the first few of their sections.
-- {seen} is a condition on the topic t: what a curator may see.
-- `kind` is broken, planned, or redirected: through an earlier address of what it leads to,
-- or that of a section which was merged into it.
WITH found AS (
    SELECT l.id, l.href, l.wanted, l.wanted_anchor, l.target_id, s.id AS section, s.title, s.position,
           t.title AS topic_title, t.path
    FROM topics_link l
    JOIN topics_section s ON s.id = l.section_id
    JOIN topics_topic t ON t.id = s.topic_id
    LEFT JOIN topics_section g ON g.id = l.target_id
    LEFT JOIN topics_topic h ON h.id = g.topic_id
    WHERE s.removed_at IS NULL AND t.removed_at IS NULL AND {seen}
      AND CASE WHEN %(kind)s <> 'redirected' THEN l.kind = %(kind)s
          ELSE l.kind = 'internal' AND (
              EXISTS (SELECT 1 FROM topics_address a WHERE a.topic_id = h.id AND a.section_id = g.id
                      AND l.wanted_anchor <> '' AND a.anchor = l.wanted_anchor AND g.anchor <> a.anchor)
              OR EXISTS (SELECT 1 FROM topics_section m WHERE m.merged_into_id = g.id
                         AND l.wanted_anchor <> '' AND m.anchor = l.wanted_anchor AND g.anchor <> m.anchor)
              OR starts_with(l.href, %(root)s) AND EXISTS (
                  SELECT 1 FROM topics_topicaddress a
                  WHERE a.topic_id = h.id AND starts_with(l.href || '/', %(root)s || a.path || '/')
              )
          ) END
)
SELECT f.href, f.wanted, f.wanted_anchor, f.target_id, count(*),
       (array_agg(f.id ORDER BY f.id))[1:%(most_links)s],
       (array_agg(json_build_array(f.section, f.topic_title, f.title) ORDER BY f.path, f.position))[1:%(few)s],
       count(*) OVER ()
FROM found f
GROUP BY f.href, f.wanted, f.wanted_anchor, f.target_id
ORDER BY count(*) DESC, f.wanted, f.href
LIMIT %(most)s OFFSET %(start)s
