-- "See also" of these pages. A page is what its strongest terms are: `own`.
WITH own AS MATERIALIZED (
    /*own*/
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
