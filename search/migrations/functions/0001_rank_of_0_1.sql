-- `kb_rank` as version 0.1 calls it, which may still serve while a deployment migrates.
CREATE OR REPLACE FUNCTION kb_rank(
    words smallint[], weights real[], counting boolean[], lexemes text[], run_words smallint[],
    run_weights real[], run_queries tsquery[], word_count integer, all_words tsquery,
    pairs tsquery[], keys text[], wanted_number text, is_comparison boolean, is_filtered boolean,
    must tsquery, must_all tsquery, topic_ids bigint[], in_titles boolean, with_code boolean,
    with_facets boolean, most_values integer, bound integer, pool_size integer,
    is_grouped boolean, by_date boolean, rows_before integer, rows_wanted integer,
    text_length integer
)
RETURNS TABLE (
    place integer, total integer, facets jsonb, unknown smallint[], synonyms_at timestamptz,
    section_id bigint, topic_id bigint, tier integer, score real, titled integer, more integer,
    title text, number text, breadcrumbs text[], anchor text, topic_path text, topic_title text,
    text text, code text
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    WITH answer AS MATERIALIZED (
        SELECT * FROM kb_rank(to_jsonb(ROW(
            words, weights, counting, lexemes, run_words, run_weights, run_queries, word_count,
            all_words, pairs, keys, wanted_number, is_comparison, is_filtered, must, must_all,
            topic_ids, NULL, in_titles, with_code, with_facets, most_values, bound, pool_size,
            is_grouped, by_date, rows_before, rows_wanted, text_length
        )::kb_query))
    )
    SELECT 0, a.total, a.facets::jsonb, a.unknown, a.synonyms_at, NULL, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM answer a
    UNION ALL
    SELECT r.place::integer, NULL, NULL, NULL, NULL,
           (r.row ->> 0)::bigint, (r.row ->> 1)::bigint, (r.row ->> 2)::integer,
           (r.row ->> 3)::real, (r.row ->> 4)::integer, (r.row ->> 5)::integer,
           r.row ->> 6, r.row ->> 7, ARRAY(SELECT json_array_elements_text(r.row -> 8)),
           r.row ->> 9, r.row ->> 10, r.row ->> 11, r.row ->> 12, r.row ->> 13
    FROM answer a CROSS JOIN LATERAL json_array_elements(a.ranked) WITH ORDINALITY r(row, place)
    ORDER BY 1
$$;
