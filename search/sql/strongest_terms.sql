-- What each of these pages is: its strongest terms, with their weights. Common terms (in a tenth of
-- all sections) and words that appear only once (with an impact of about 1) say nothing. Sums of
-- doubles are exact here, in whatever order the rows come.
SELECT page_id, topic_id, term_id, weight FROM (
    SELECT s.page_id, s.topic_id, p.term_id,
           sum(p.impact::float) * idf.weight AS weight,
           row_number() OVER (
               PARTITION BY s.page_id ORDER BY sum(p.impact::float) * idf.weight DESC, p.term_id
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
ORDER BY page_id, place
