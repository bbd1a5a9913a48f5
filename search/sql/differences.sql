-- How many rows of the index do not agree with the sections: sections that are missing, sections
-- that are too many, and the same for postings and for standings.
WITH published AS MATERIALIZED (
    SELECT s.id, t.tree FROM topics_section s JOIN topics_topic t ON t.id = s.topic_id WHERE {published}
),
indexed AS (
    SELECT section_id, tree FROM topics_indexedsection
),
vector_terms AS MATERIALIZED (
    SELECT i.section_id, t.id
    FROM topics_indexedsection i CROSS JOIN LATERAL kb_words(i.vector, i.rest) u
    LEFT JOIN topics_term t ON t.lexeme = u.lexeme AND t.tree = i.tree
    WHERE NOT u.lexeme = ANY(%(stop_words)s)
),
posted_terms AS (
    SELECT section_id, term_id FROM topics_posting
),
standings AS MATERIALIZED (
    {standings}
),
kept AS (
    SELECT section_id, topic_id, tree, title_key, head_words, title_words, depth, role
    FROM search_standing
)
SELECT
    (SELECT count(*) FROM (TABLE published EXCEPT TABLE indexed) missing),
    (SELECT count(*) FROM (TABLE indexed EXCEPT TABLE published) surplus),
    (SELECT count(*) FROM (TABLE vector_terms EXCEPT TABLE posted_terms) missing),
    (SELECT count(*) FROM (TABLE posted_terms EXCEPT TABLE vector_terms) surplus),
    (SELECT count(*) FROM (TABLE standings EXCEPT TABLE kept) missing),
    (SELECT count(*) FROM (TABLE kept EXCEPT TABLE standings) surplus)
