-- "See also" of these pages. A page is what its eight strongest terms are; common terms (in a tenth
-- of all sections) and words that appear only once (with an impact of about 1) say nothing.
WITH own AS MATERIALIZED (
    SELECT page_id, topic_id, term_id, weight FROM (
        SELECT s.page_id, s.topic_id, p.term_id,
               sum(p.impact) * idf.weight AS weight,
               row_number() OVER (
                   PARTITION BY s.page_id ORDER BY sum(p.impact) * idf.weight DESC, p.term_id
               ) AS place
        FROM topics_section s
        JOIN topics_posting p ON p.section_id = s.id AND p.impact > 1.1
        JOIN topics_term t ON t.id = p.term_id
        CROSS JOIN topics_indexstate n
        CROSS JOIN LATERAL (
            SELECT ln(1 + (n.sections - t.df + 0.5::float) / (t.df + 0.5::float)) AS weight
        ) idf
        WHERE s.page_id = ANY(%(pages)s) AND s.removed_at IS NULL
          AND t.df BETWEEN 2 AND greatest(10, n.sections / 10)
        GROUP BY s.page_id, s.topic_id, p.term_id, idf.weight
    ) ranked WHERE place <= %(words)s
),
near AS MATERIALIZED (
    SELECT own.page_id, other.page_id AS other_id, sum(own.weight * listed.impact) AS likeness
    FROM own
    CROSS JOIN LATERAL (
        SELECT p.section_id, p.impact FROM topics_posting p
        WHERE p.term_id = own.term_id
        ORDER BY p.term_id, p.impact DESC, p.section_id
        LIMIT %(list)s
    ) listed
    JOIN topics_section other ON other.id = listed.section_id AND NOT other.is_item
        AND other.topic_id <> own.topic_id
    GROUP BY own.page_id, other.page_id
),
best AS (
    SELECT page_id, array_agg(other_id ORDER BY place) AS ids FROM (
        SELECT near.page_id, near.other_id,
               row_number() OVER (
                   PARTITION BY near.page_id ORDER BY likeness DESC, other_id
               ) AS place
        FROM near
    ) ordered WHERE place <= %(alike)s GROUP BY page_id
)
UPDATE topics_section s SET see_also = coalesce(best.ids, '{}')
FROM unnest(%(pages)s::bigint[]) AS page (id) LEFT JOIN best ON best.page_id = page.id
WHERE s.id = page.id AND s.see_also IS DISTINCT FROM coalesce(best.ids, '{}')
